"""What can be seen on this machine: packages, environment, folders, site files."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from tempfile import TemporaryFile

from pydantic import ValidationError

from cli.checks.disk import FolderSeen, judge_folder
from cli.checks.finding import Finding, failure
from cli.checks.sites import judge_registry
from cli.checks.variables import judge_mongo_uri, judge_variables
from cli.checks.versions import java_release, judge_java, judge_packages, judge_python, pins
from deploy.local.failures import Missing
from deploy.local.jars import ROOT
from deploy.local.java import find_java
from services.extractor.knowledge import load_knowledge
from shared.settings import Settings
from shared.sites import SitesError, load_sites

_LOCK = ROOT / "locks" / "cli.txt"
_JAVA_SECONDS = 10.0


def usable_settings() -> tuple[Settings, dict[str, str]]:
    """The settings of this process, those that cannot be used at their defaults; and of these, name → what is wrong."""
    try:
        return Settings(), {}
    except ValidationError as error:
        fields = {str(one["loc"][0]): str(one["msg"]) for one in error.errors() if one["loc"]}
    defaults = {name: Settings.model_fields[name].get_default(call_default_factory=True) for name in fields}
    wrong = {_variable(name): why for name, why in fields.items()}
    try:
        return Settings(**defaults), wrong
    except ValidationError as error:
        # Each can be used, and not all together: whoever reads on has to do with the defaults.
        return Settings.model_construct(), wrong | {"The environment": str(error.errors()[0]["msg"])}


def check_versions(*, local: bool) -> Iterator[Finding]:
    """`local`: is Kafka to be run here."""
    yield judge_python(sys.version_info[:2])
    locked = pins(_LOCK.read_text(encoding="utf-8")) if _LOCK.is_file() else {}
    yield from judge_packages(locked, {name: _installed(name) for name in locked})
    if local:
        yield judge_java(_java())


def check_settings(wrong: Mapping[str, str], environ: Mapping[str, str] = os.environ) -> Iterator[Finding]:
    """`wrong` as `usable_settings` gives it."""
    yield from judge_variables(environ, {_variable(name) for name in Settings.model_fields}, wrong)
    yield from judge_mongo_uri(environ.get("KABAR_MONGO_URI", ""))


def check_folders(folders: Mapping[str, Path]) -> Iterator[Finding]:
    """`folders`: what each is for → where it is."""
    for what, path in folders.items():
        yield judge_folder(see_folder(what, path))


def check_registry(path: Path) -> Iterator[Finding]:
    """The site files at `path`, a file or folder."""
    try:
        sites = load_sites(path)
    except SitesError as error:
        yield failure("site files", str(error), "Mend the site file; `kabar sites check` says when it is right.")
        return
    yield from judge_registry(sites, load_knowledge().event.gazetteer.regions)


def see_folder(what: str, path: Path) -> FolderSeen:
    """Whether it can be written to is tried: permissions do not tell of a read-only or full disk."""
    free, files = 0, None
    with suppress(OSError):
        free, files = shutil.disk_usage(path).free, _files(path)
    try:
        with TemporaryFile(dir=path, prefix=".doctor-") as file:
            file.write(b"x" * 4_096)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        return FolderSeen(what, str(path), free, files, error.strerror or str(error))
    return FolderSeen(what, str(path), free, files, None)


def _files(path: Path) -> int | None:
    """How many more files it takes; some file systems have no such limit and say 0 of 0."""
    told = os.statvfs(path)
    return told.f_favail if told.f_files else None


def _variable(field: str) -> str:
    return f"KABAR_{field.upper()}"


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _java() -> int | None:
    try:
        command = [str(find_java()), "-version"]
        told = subprocess.run(command, capture_output=True, text=True, timeout=_JAVA_SECONDS, check=False)  # noqa: S603  the Java we run
    except (Missing, OSError, subprocess.TimeoutExpired):
        return None
    return java_release(told.stderr + told.stdout)

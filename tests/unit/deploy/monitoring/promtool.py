"""Prometheus' own tool, which judges rules and queries: this machine's, or that of Debian's package, put under `.cache`."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from deploy.local.jars import ROOT

_FETCHED = ROOT / ".cache" / "prometheus" / "promtool"
_INSIDE = "usr/bin/promtool"


def promtool(*arguments: str | Path) -> str:
    """What it says. Fails the test if it is not content; skips it where there is none and none is to be had."""
    tool = _tool()
    if tool is None:
        pytest.skip("no promtool here, and Debian's package cannot be had: apt-get install --no-install-recommends prometheus")
    run = subprocess.run([tool, *arguments], capture_output=True, text=True, timeout=120, check=False)
    assert run.returncode == 0, f"{run.stdout}\n{run.stderr}"
    return run.stdout


@cache
def _tool() -> str | None:
    found = shutil.which("promtool")
    if found is None and not _FETCHED.exists():
        _fetch(_FETCHED)
    return found or (str(_FETCHED) if _FETCHED.exists() else None)


def _fetch(to: Path) -> None:
    """Nothing happens where apt has no such package, or there is no apt."""
    if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        return
    to.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="draft-", dir=to.parent) as draft:
        download = partial(subprocess.run, ["apt-get", "-qq", "download", "prometheus"], cwd=draft, capture_output=True, timeout=100)
        if download(check=False).returncode:
            # On a machine where nothing was ever installed apt knows of no package yet; to tell it takes root.
            subprocess.run(["apt-get", "-qq", "update"], capture_output=True, timeout=60, check=False)
            download(check=False)
        for package in Path(draft).glob("prometheus_*.deb"):
            subprocess.run(["dpkg-deb", "--extract", package, draft], check=True, timeout=120)
            (Path(draft) / _INSIDE).rename(to)

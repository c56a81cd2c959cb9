"""Programs a reader of Kabar has and this machine may not: Kafka's console consumer, and mongosh."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from deploy.local.failures import Missing
from deploy.local.jars import ROOT
from deploy.local.java import find_java, find_maven, java_home

_CACHE = ROOT / ".cache"
_MONGOSH = _CACHE / "mongosh" / "node_modules" / ".bin"
_MONGOSH_VERSION = "2.12.0"
_LOG_TO_STDERR = """<Configuration><Appenders><Console name="stderr" target="SYSTEM_ERR"/></Appenders>
<Loggers><Root level="warn"><AppenderRef ref="stderr"/></Root></Loggers></Configuration>
"""
NO_MONGOSH = "mongosh is not installed here, and npm cannot get it"


def search_path(folder: Path) -> str:
    """A PATH with our Python first, and with the console consumer, put into `folder` where there is none."""
    if not shutil.which("kafka-console-consumer.sh"):
        try:
            _console_consumer(folder)
        except Missing as missing:
            pytest.skip(str(missing))
    places = [str(Path(sys.executable).parent), str(folder), str(_MONGOSH), *(["/usr/local/bin", "/usr/bin", "/bin"])]
    return ":".join(places)


def has_mongosh() -> bool:
    """Here, or got by npm, once."""
    if shutil.which("mongosh") is None and not (_MONGOSH / "mongosh").exists() and shutil.which("npm") is not None:
        _fetch_mongosh(_CACHE / "mongosh")
    return shutil.which("mongosh") is not None or (_MONGOSH / "mongosh").exists()


def _fetch_mongosh(to: Path) -> None:
    """Nothing is there afterwards if it does not work."""
    _CACHE.mkdir(exist_ok=True)
    with TemporaryDirectory(prefix="draft-", dir=_CACHE) as draft:
        npm = [
            "npm",
            "install",
            "--silent",
            "--no-fund",
            "--no-audit",
            "--ignore-scripts",
            "--prefix",
            draft,
            f"mongosh@{_MONGOSH_VERSION}",
        ]
        if not subprocess.run(npm, capture_output=True, timeout=150, check=False).returncode:
            Path(draft).rename(to)
            Path(draft).mkdir()


def _console_consumer(folder: Path) -> None:
    """What Kafka's own script runs, on the jars of the local stack's version; as there, its log goes to stderr."""
    script, log = folder / "kafka-console-consumer.sh", folder / "tools-log4j2.xml"
    log.write_text(_LOG_TO_STDERR, encoding="utf-8")
    java = f'"{find_java()}" -Xmx128m -Dlog4j2.configurationFile="{log}" -cp "{_tools()}/*"'
    command = f'{java} org.apache.kafka.tools.consumer.ConsoleConsumer "$@"'
    script.write_text(f"#!/bin/sh\nexec {command}\n", encoding="utf-8")
    script.chmod(0o755)


def _tools() -> Path:
    """Kafka's tools, fetched once by Maven: the local stack itself needs none of them."""
    pom = (ROOT / "deploy/local/pom.xml").read_text(encoding="utf-8").replace("kafka_2.13", "kafka-tools")
    jars = _CACHE / "kafka-tools"
    if not jars.is_dir():
        with TemporaryDirectory(prefix="draft-", dir=_CACHE) as draft:
            (Path(draft) / "pom.xml").write_text(pom, encoding="utf-8")
            copy = [str(find_maven()), "-q", "-B", "dependency:copy-dependencies", f"-DoutputDirectory={draft}/jars"]
            subprocess.run(copy, cwd=draft, env={"JAVA_HOME": str(java_home(find_java())), "HOME": str(Path.home())}, check=True)
            (Path(draft) / "jars").rename(jars)
    return jars

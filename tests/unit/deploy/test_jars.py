"""With a `mvn` of our own, so that it can fail and be cut off."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from deploy.local.failures import Missing, StackFailure
from deploy.local.jars import alone, fetch_kafka
from deploy.local.java import find_java
from tests.unit.deploy.processes import until

WORKS = """
for argument in "$@"; do case $argument in -DoutputDirectory=*) to=${argument#*=};; esac; done
mkdir "$to"; touch "$to/b.jar" "$to/a.jar"; echo once >> "$(dirname "$0")/calls"
"""


@pytest.fixture
def maven(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The script that is Maven in this test, to be written."""
    try:
        java = find_java()
    except Missing as missing:
        pytest.skip(str(missing))
    monkeypatch.setenv("JAVA_HOME", str(java.resolve().parents[1]))
    script = tmp_path / "bin" / "mvn"
    script.parent.mkdir()
    monkeypatch.setenv("PATH", f"{script.parent}:/usr/bin:/bin")
    return script


def write(script: Path, text: str) -> None:
    script.write_text("#!/bin/sh\n" + text)
    script.chmod(0o755)


def quiet(_sentence: str) -> None:
    pass


async def test_jars_are_fetched_once_and_it_is_said(tmp_path: Path, maven: Path) -> None:
    write(maven, WORKS)
    sentences: list[str] = []
    kafka = await fetch_kafka(sentences.append, tmp_path / "cache")
    again = await fetch_kafka(sentences.append, tmp_path / "cache")
    assert kafka == again
    assert sentences == ["Fetching Kafka with Maven, once (43 MB) …"]
    assert (maven.parent / "calls").read_text() == "once\n"
    assert f"{kafka.jars}/a.jar:{kafka.jars}/b.jar" in kafka.command("kafka.Kafka")


async def test_two_at_once_fetch_once(tmp_path: Path, maven: Path) -> None:
    write(maven, WORKS)
    one, other = await asyncio.gather(fetch_kafka(quiet, tmp_path / "cache"), fetch_kafka(quiet, tmp_path / "cache"))
    assert one == other
    assert (maven.parent / "calls").read_text() == "once\n"


async def test_a_fetch_cut_off_leaves_nothing_half_done(tmp_path: Path, maven: Path) -> None:
    write(maven, WORKS + "sleep 1000\n")
    cache = tmp_path / "cache"
    cut = asyncio.create_task(fetch_kafka(quiet, cache))
    await until((maven.parent / "calls").exists)
    cut.cancel()
    with pytest.raises(asyncio.CancelledError):
        await cut
    assert not list(cache.glob("jars-*"))
    write(maven, WORKS)
    assert (await fetch_kafka(quiet, cache)).jars.is_dir()


async def test_a_fetch_that_fails_is_said_with_mavens_words(tmp_path: Path, maven: Path) -> None:
    write(maven, "echo '[ERROR] repository out of reach'; exit 1\n")
    with pytest.raises(StackFailure, match=r"mvn failed: .*repository out of reach"):
        await fetch_kafka(quiet, tmp_path / "cache")
    assert not list((tmp_path / "cache").glob("jars-*"))


async def test_without_maven_it_is_said_unless_the_jars_are_there(tmp_path: Path, maven: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(maven, WORKS)
    await fetch_kafka(quiet, tmp_path / "cache")
    monkeypatch.setenv("PATH", "")
    await fetch_kafka(quiet, tmp_path / "cache")
    with pytest.raises(Missing, match="Maven"):
        await fetch_kafka(quiet, tmp_path / "empty")


async def test_what_a_killed_process_left_behind_is_swept(tmp_path: Path) -> None:
    left_behind = tmp_path / "draft-x"
    (left_behind / "jars").mkdir(parents=True)
    async with alone(tmp_path):
        pass
    assert not left_behind.exists()

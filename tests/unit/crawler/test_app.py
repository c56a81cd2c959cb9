"""The crawler as a process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
SITE = '[[site]]\nid = "situs.example"\nname = "Situs"\nhome = "https://situs.example/"\n'


def started(tmp_path: Path, **settings: str) -> subprocess.Popen[str]:
    sites = tmp_path / "sites.toml"
    sites.write_text(SITE, encoding="utf-8")
    given = {"KABAR_SITES": str(sites), "KABAR_MONGO_URI": "mongodb://127.0.0.1:1", "KABAR_KAFKA_SERVERS": "127.0.0.1:1"} | settings
    command = [sys.executable, "-m", "services.crawler"]
    return subprocess.Popen(command, cwd=ROOT, env=os.environ | given, stderr=subprocess.PIPE, text=True)


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"KABAR_CRAWL_PASS": "kemarin"}, "KABAR_CRAWL_PASS"),
        ({"KABAR_CRAWL_PASS": "2026-11-23T04:00:00"}, "KABAR_CRAWL_PASS"),
        ({"KABAR_SITES": "nowhere.toml"}, "nowhere.toml"),
        ({"KABAR_FETCH_SECONDS": "0"}, "KABAR_FETCH_SECONDS"),
    ],
)
def test_what_it_cannot_use_it_says_in_one_sentence(tmp_path: Path, settings: dict[str, str], says: str) -> None:
    with started(tmp_path, **settings) as process:
        _, said = process.communicate(timeout=60)
    assert process.returncode == 2
    assert says in said
    assert len(said.strip().splitlines()) == 1


def test_it_waits_for_what_is_away_and_stops_when_told(tmp_path: Path) -> None:
    with started(tmp_path) as process:
        assert process.stderr is not None
        while '"event":"waiting"' not in (line := process.stderr.readline()):
            assert line, "the crawler ended by itself"
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
    assert process.returncode == 0

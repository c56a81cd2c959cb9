"""`kabar doctor` where things are broken that need no server to be so. On real servers: tests/integration/test_doctor.py."""

from __future__ import annotations

import asyncio
import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pydantic import model_validator

from cli.checks.finding import Finding, Level, ok
from cli.checks.look_here import check_settings, see_folder, usable_settings
from cli.doctor import Check, examine
from deploy.local.ports import free_port
from shared.outcomes import Outage
from shared.settings import Settings, SettingsError
from tests.unit.cli.conftest import Kabar

ROOT = Path(__file__).resolve().parents[3]
SITE = '[[site]]\nid = "situs.example"\nname = "Situs"\nhome = "https://situs.example/"\n'


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("KABAR_")]:
        monkeypatch.delenv(name)


@contextmanager
def hanging() -> Iterator[int]:
    """The port of a server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def doctor(*words: str, **env: str) -> tuple[int, dict[str, Any], str]:
    """In a process of its own: pymongo leaves a socket open when its loop ends while it tries to connect."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("KABAR_")}
    command = [sys.executable, "-m", "cli.app", "doctor", "--json", *words]
    done = subprocess.run(command, cwd=ROOT, env=clean | env, capture_output=True, text=True, check=False, timeout=120)
    return done.returncode, json.loads(done.stdout), done.stderr


def said(told: dict[str, Any], check: str) -> list[tuple[str, str]]:
    return [(finding["level"], finding["says"]) for finding in told["findings"] if finding["check"] == check]


def test_where_nothing_runs_it_says_what_to_start(kabar: Kabar, tmp_path: Path) -> None:
    code, out, err = kabar("doctor", "--data-dir", str(tmp_path))
    assert (code, err) == (1, "")
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert any(line.startswith("kafka FAILURE No Kafka runs in ") for line in lines)
    assert any(line.startswith("store FAILURE No document store runs in ") for line in lines)
    assert any(line.startswith("disk ok The data folder") for line in lines)
    assert lines[-1].startswith("2 failures, ")


def test_servers_that_are_away_are_said_and_the_rest_is_looked_at(tmp_path: Path) -> None:
    kafka, mongo = free_port(), free_port()
    code, told, err = doctor(KABAR_KAFKA_SERVERS=f"127.0.0.1:{kafka}", KABAR_MONGO_URI=f"mongodb://kabar:rahasia@127.0.0.1:{mongo}/?w=1")
    assert (code, told["level"], err) == (1, "failure", "")
    ((level, says),) = said(told, "kafka")
    assert (level, says.startswith("Kafka cannot be reached: ")) == ("failure", True)
    ((level, says),) = said(told, "store")
    assert (level, says.startswith("The document store cannot be reached: ")) == ("failure", True)
    for check in ("topics", "groups", "indexes", "sites", "clock"):
        server = "Kafka" if check in ("topics", "groups") else "the document store"
        assert said(told, check) == [("warning", f"It was not looked at, as {server} was not reached.")]
    assert said(told, "site files")[0][0] == "ok"
    assert "rahasia" not in json.dumps(told)


def test_servers_that_hang_hang_nothing() -> None:
    with hanging() as kafka, hanging() as mongo, hanging() as service:
        code, told, err = doctor(
            "--seconds", "1.5", KABAR_KAFKA_SERVERS=f"127.0.0.1:{kafka}", KABAR_MONGO_URI=f"mongodb://127.0.0.1:{mongo}",
            KABAR_SERVICES=f"store=127.0.0.1:{service}",
        )  # fmt: skip
    assert (code, err) == (1, "")
    for check in ("kafka", "store", "services"):
        assert said(told, check) == [("failure", "It could not be looked at within 1.5 s.")]
    assert [level for level, _ in said(told, "topics")] == ["warning"]
    assert [level for level, _ in said(told, "settings")] == ["ok"]


def test_a_wrong_site_file(kabar: Kabar, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "jawa.toml"
    file.write_text(SITE + 'pace = "cepat"\n')
    monkeypatch.setenv("KABAR_SITES", str(file))
    code, out, _ = kabar("doctor", "--json", "--data-dir", str(tmp_path))
    ((level, says),) = said(json.loads(out), "site files")
    assert (code, level) == (1, "failure")
    assert says.startswith("jawa.toml, site 1: pace: ")
    file.write_text(SITE)
    _, out, _ = kabar("doctor", "--json", "--data-dir", str(tmp_path))
    assert said(json.loads(out), "site files")[0][0] == "ok"


def test_wrong_and_unknown_settings_are_findings_and_the_rest_is_looked_at(
    kabar: Kabar, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KABAR_LOG_LEVEL", "loud")
    monkeypatch.setenv("KABAR_FETCH_SECONDS", "soon")
    monkeypatch.setenv("KABAR_KAFKA_SERVER", "127.0.0.1:9092")
    code, out, err = kabar("doctor", "--json", "--data-dir", str(tmp_path))
    told = json.loads(out)
    assert (code, err) == (1, "")
    assert [level for level, _ in said(told, "settings")] == ["failure", "failure", "warning"]
    assert [says.split()[0] for _, says in said(told, "settings")] == ["KABAR_FETCH_SECONDS", "KABAR_LOG_LEVEL", "KABAR_KAFKA_SERVER"]
    assert "loud" not in out
    assert said(told, "site files")[0][0] == "ok"


def test_a_setting_that_cannot_be_used_is_at_its_default_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KABAR_LOG_LEVEL", "loud")
    monkeypatch.setenv("KABAR_SERVICES", "store")
    monkeypatch.setenv("KABAR_MONGO_DATABASE", "lain")
    settings, wrong = usable_settings()
    assert (settings.log_level, settings.services, settings.mongo_database) == ("info", {}, "lain")
    assert sorted(wrong) == ["KABAR_LOG_LEVEL", "KABAR_SERVICES"]


def test_whoever_has_the_compose_files_variables_set_is_told_of_none() -> None:
    named = dict.fromkeys(re.findall(r"KABAR_[A-Z_]+", (ROOT / ".env.example").read_text()), "x")
    assert "KABAR_MONGO_PASSWORD" in named
    assert [finding.level for finding in check_settings({}, named)] == [Level.ok]


class Picky(Settings):
    """As settings are that can be used each, but not together."""

    @model_validator(mode="after")
    def _together(self) -> Picky:
        if self.fetch_seconds > self.stop_seconds:
            raise ValueError("fetch_seconds are more than stop_seconds")
        return self


@pytest.mark.parametrize(("level", "names"), [("debug", ["The environment"]), ("loud", ["KABAR_LOG_LEVEL", "The environment"])])
def test_settings_that_cannot_be_used_together(level: str, names: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cli.checks.look_here.Settings", Picky)
    monkeypatch.setenv("KABAR_LOG_LEVEL", level)
    monkeypatch.setenv("KABAR_FETCH_SECONDS", "60")
    settings, wrong = usable_settings()
    assert (settings.log_level, settings.fetch_seconds) == ("info", 30.0)
    assert sorted(wrong) == names
    assert wrong["The environment"].endswith("fetch_seconds are more than stop_seconds")


def test_a_mongo_uri_that_is_none_is_said_without_showing_it() -> None:
    code, told, _ = doctor(KABAR_MONGO_URI="mongo//kabar:rahasia@x")
    assert code == 1
    assert said(told, "store") == [("failure", "KABAR_MONGO_URI: this is not a usable MongoDB URI; see docs/settings.md.")]
    assert "rahasia" not in json.dumps(told)


def test_an_archive_folder_that_cannot_be_written_to(kabar: Kabar, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """/proc takes no file from anybody, root included."""
    monkeypatch.setenv("KABAR_ARCHIVE_DIR", "/proc/self")
    code, out, _ = kabar("doctor", "--json", "--data-dir", str(tmp_path))
    assert code == 1
    data, archive = said(json.loads(out), "disk")
    assert (data[0], archive[0]) == ("ok", "failure")
    assert archive[1].startswith("The archive folder /proc/self cannot be written to: ")


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    assert see_folder("archive folder", tmp_path / "nowhere").refused == "No such file or directory"


def test_looking_at_a_folder_leaves_nothing_in_it(tmp_path: Path) -> None:
    seen = see_folder("data folder", tmp_path)
    assert (seen.refused, list(tmp_path.iterdir())) == (None, [])
    assert seen.free > 0


async def test_whatever_becomes_of_one_check_the_others_are_made() -> None:
    async def well() -> list[Finding]:
        return [ok("well", "It is well.")]

    async def hangs() -> list[Finding]:
        await asyncio.Event().wait()
        return []

    def breaks(error: Exception) -> Check:
        async def look() -> list[Finding]:
            raise error

        return Check("kafka" if isinstance(error, Outage) else "other", look)

    checks = [
        Check("hangs", hangs),
        breaks(ZeroDivisionError("by zero")),
        breaks(Outage("kafka_away", detail="refused")),
        Check("topics", well, "kafka"),
        Check("indexes", well, "well"),
        breaks(SettingsError("KABAR_X: no.")),
        Check("well", well),
    ]
    found = await examine(checks, 0.05)
    assert [(finding.check, finding.level, finding.says) for finding in found] == [
        ("hangs", Level.failure, "It could not be looked at within 0.05 s."),
        ("other", Level.failure, "It could not be looked at: ZeroDivisionError: by zero"),
        ("kafka", Level.failure, "Kafka cannot be reached: refused."),
        ("topics", Level.warning, "It was not looked at, as Kafka was not reached."),
        ("well", Level.ok, "It is well."),
        ("other", Level.failure, "KABAR_X: no."),
        ("well", Level.ok, "It is well."),
    ]

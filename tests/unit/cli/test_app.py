from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local.folder import hold
from deploy.local.ports import free_port
from tests.unit.cli.conftest import Kabar

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def no_servers_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KABAR_KAFKA_SERVERS", raising=False)
    monkeypatch.delenv("KABAR_MONGO_URI", raising=False)


def test_help_names_the_commands_and_the_exit_codes(kabar: Kabar) -> None:
    code, out, err = kabar("--help")
    assert (code, err) == (0, "")
    assert all(word in out for word in ("up", "crawl", "topics", "status", "doctor", "export", "extract", "demo"))
    assert "Exit codes: 0 done; 1 failed; 2 a wrong call" in " ".join(out.split())
    assert "\x1b" not in out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "Missing command."),
        (("nothing",), "No such command 'nothing'."),
        (("up", "--colour"), "No such option: --colour"),
        (("export", "people"), "'people' is not one of 'events', 'articles', 'dead'."),
        (("export", "events", "--format", "xml"), "'xml' is not one of 'jsonl'."),
        (("up", "--json"), "--json prints the summary of --until-idle: give both."),
        (("up", "--sites", "no-such-folder"), "no-such-folder cannot be read: "),
    ],
)
def test_a_wrong_call_is_one_sentence_and_code_2(kabar: Kabar, words: tuple[str, ...], sentence: str) -> None:
    code, out, err = kabar(*words)
    assert (code, out) == (2, "")
    assert sentence in err
    assert err.count("\n") == 1


def test_a_wrong_setting_is_one_sentence_and_code_2(kabar: Kabar, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KABAR_LOG_LEVEL", "loud")
    code, _out, err = kabar("export", "events", "--data-dir", str(tmp_path))
    assert code == 2
    assert err.startswith("KABAR_LOG_LEVEL: ")
    assert err.count("\n") == 1


def test_status_where_nothing_runs(kabar: Kabar, tmp_path: Path) -> None:
    assert kabar("status", "--data-dir", str(tmp_path)) == (0, f"Kabar is not running in {tmp_path}.\n", "")


def test_a_receipt_where_nothing_is_kept(kabar: Kabar, tmp_path: Path) -> None:
    code, out, err = kabar("status", "--site", "situs.example", "--data-dir", str(tmp_path / "nowhere"))
    assert (code, out) == (1, "")
    assert err.startswith("There are no documents in ")


def test_export_where_nothing_is_kept(kabar: Kabar, tmp_path: Path) -> None:
    code, out, err = kabar("export", "events", "--data-dir", str(tmp_path / "nowhere"))
    assert (code, out) == (1, "")
    assert err.startswith("There are no documents in ")


def test_a_store_that_is_away_is_said() -> None:
    """In a process of its own: pymongo leaves a socket open when its loop ends while it tries to connect."""
    env = {**os.environ, "KABAR_MONGO_URI": f"mongodb://127.0.0.1:{free_port()}"}
    command = [sys.executable, "-m", "cli.app", "export", "events"]
    run = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=60)
    assert (run.returncode, run.stdout) == (4, "")
    assert run.stderr.startswith("The document store cannot be reached: ")
    assert run.stderr.count("\n") == 1


def test_a_kafka_that_is_away_is_said(kabar: Kabar, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KABAR_KAFKA_SERVERS", f"127.0.0.1:{free_port()}")
    monkeypatch.setattr("deploy.local.stack._ANSWER_SECONDS", 0.2)
    code, out, err = kabar("topics")
    assert (code, out) == (4, "")
    assert err.startswith("Kafka cannot be reached: no answer from 127.0.0.1:")


def test_a_folder_in_use_is_said(kabar: Kabar, tmp_path: Path) -> None:
    (tmp_path / "documents").mkdir()
    with hold(tmp_path):
        code, _out, err = kabar("export", "events", "--data-dir", str(tmp_path))
    assert code == 5
    assert f"in use by process {os.getpid()}" in err


def test_ctrl_c_while_it_loads_is_no_traceback() -> None:
    """Python would print one: the interrupt comes in the middle of an import."""
    interrupt = (
        "import importlib.abc, os, signal, sys\n"
        "class Interrupt(importlib.abc.MetaPathFinder):\n"
        "    def find_spec(self, name, path, target=None):\n"
        "        if name == 'cli.up': os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Interrupt())\n"
        "from cli.app import main\n"
        "main()\n"
    )
    run = subprocess.run([sys.executable, "-c", interrupt], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert (run.stdout, run.stderr) == ("", "")
    assert run.returncode == -2


@pytest.mark.integration
def test_export_prints_what_the_store_holds_and_minds_no_reader_who_leaves(tmp_path: Path) -> None:
    asyncio.run(_fill(tmp_path))
    command = f"{sys.executable} -m cli.app export dead --data-dir {tmp_path}"
    env = {name: value for name, value in os.environ.items() if not name.startswith("KABAR_")}
    whole = subprocess.run(["bash", "-c", f"{command} | wc -l"], cwd=ROOT, env=env, capture_output=True, text=True, check=True, timeout=60)
    assert whole.stdout.strip() == "400"
    piped = f"{command} | head -1; exit ${{PIPESTATUS[0]}}"
    first = subprocess.run(["bash", "-c", piped], cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=60)
    assert first.returncode == 0
    assert first.stderr == ""
    assert first.stdout.count("\n") == 1


async def _fill(folder: Path) -> None:
    """400 dead letters, more than a pipe holds."""
    from deploy.local.documents import DocumentStore
    from deploy.local.parts import started
    from services.store.repository import open_database

    store = DocumentStore(folder)
    async with started(store), open_database(store.uri, "kabar") as database:
        letters = [{"_id": f"ded_{number:04}", "id": f"ded_{number:04}", "value": "x" * 2_000} for number in range(400)]
        await database["dead_letters"].insert_many(letters)

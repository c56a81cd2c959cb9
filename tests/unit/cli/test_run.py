from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from cli.run import EXIT_CODES, run
from deploy.local.failures import InUse, Missing, StackFailure, Unreachable
from shared.outcomes import Outage, Retry
from shared.settings import SettingsError
from shared.sites import SitesError

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize(
    ("error", "code", "sentence"),
    [
        (StackFailure("It ended."), 1, "It ended."),
        (SettingsError("KABAR_X: no."), 2, "KABAR_X: no."),
        (SitesError("a.toml: no."), 2, "a.toml: no."),
        (Missing("Install it."), 3, "Install it."),
        (Unreachable("Away."), 4, "Away."),
        (Outage("kafka_away", detail="refused"), 4, "Kafka cannot be reached: refused."),
        (Outage("store_away", detail="refused"), 4, "The document store cannot be reached: refused."),
        (Retry("store_refused", detail="no such user (configured timeouts: 1)"), 4, "The document store cannot be reached: no such user."),
        (InUse("In use."), 5, "In use."),
        (PermissionError(13, "Permission denied", "/x"), 1, "/x: Permission denied."),
    ],
)
def test_a_failure_is_one_sentence_and_a_documented_code(
    error: Exception, code: int, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    async def work() -> None:
        raise error

    with pytest.raises(typer.Exit) as ended:
        run(work())
    assert ended.value.exit_code == code
    assert code in EXIT_CODES
    assert capsys.readouterr() == ("", f"{sentence}\n")


def test_work_that_is_done_ends_in_silence(capsys: pytest.CaptureFixture[str]) -> None:
    run(asyncio.sleep(0))
    assert capsys.readouterr() == ("", "")


WORK = """
import asyncio
from cli.run import run
import typer
async def work():
    print("ready", flush=True)
    try:
        await asyncio.Event().wait()
    finally:
        print("cleaning", flush=True)
        {cleaning}
        print("clean", flush=True)
try:
    run(work())
except typer.Exit as end:
    raise SystemExit(end.exit_code)
"""


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_lets_it_clean_up(sign: signal.Signals) -> None:
    with _working("pass") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(sign)
        out, err = process.communicate(timeout=30)
    assert (out, err) == ("cleaning\nclean\n", "")
    assert process.returncode == 128 + sign


def test_a_second_signal_ends_it_at_once() -> None:
    with _working("await asyncio.sleep(1000)") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGINT)
        assert process.stdout.readline() == "cleaning\n"
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert (out, err) == ("", "")
    assert process.returncode == 130


def _working(cleaning: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WORK.format(cleaning=cleaning)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

"""How a command runs and ends: signals, failures in one sentence, exit codes."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any

import typer

from deploy.local.failures import InUse, Missing, StackFailure, Unreachable, unreachable
from shared.outcomes import Retry
from shared.settings import SettingsError
from shared.sites import SitesError

FAILED, USAGE, MISSING, UNREACHABLE, IN_USE = 1, 2, 3, 4, 5
EXIT_CODES = {
    0: "done",
    FAILED: "failed",
    USAGE: "a wrong call, setting or site file",
    MISSING: "something must be installed first",
    UNREACHABLE: "a server cannot be reached",
    IN_USE: "another process uses the data folder",
    "128+N": "interrupted by signal N",
}

DataDir = Annotated[Path, typer.Option("--data-dir", help="Folder of the local stack's data.")]
DATA_DIR = Path(".data/up")


def run(work: Coroutine[Any, Any, None]) -> None:
    """Run a command to its end. Failures become one sentence on standard error and an exit code.

    SIGINT, SIGTERM and SIGHUP cancel the work, which stops all it has started; a second one ends this process on the
    spot, and the kernel then ends what it has started.
    """
    try:
        asyncio.run(_interruptible(work))
    except (SettingsError, SitesError) as error:
        fail(str(error), USAGE)
    except Missing as failure:
        fail(str(failure), MISSING)
    except Unreachable as failure:
        fail(str(failure), UNREACHABLE)
    except InUse as failure:
        fail(str(failure), IN_USE)
    except StackFailure as failure:
        fail(str(failure), FAILED)
    except Retry as away:
        fail(str(unreachable(away)), UNREACHABLE)
    except BrokenPipeError:
        # Whoever reads has read enough. Nothing shall be written at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        fail(f"{error.filename or 'The system'}: {error.strerror or error}.", FAILED)


def fail(sentence: str, code: int) -> None:
    """Say it on standard error and end with `code`."""
    say(sentence)
    raise typer.Exit(code)


def say(sentence: str) -> None:
    """One sentence for the person, beside the output."""
    sys.stderr.write(f"{sentence}\n")
    sys.stderr.flush()


async def _interruptible(work: Coroutine[Any, Any, None]) -> None:
    task = asyncio.create_task(work)
    signals: list[signal.Signals] = []

    def interrupt(sign: signal.Signals) -> None:
        if signals:
            os._exit(128 + sign)
        signals.append(sign)
        task.cancel()

    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(sign, interrupt, sign)
    try:
        await task
    except asyncio.CancelledError:
        raise typer.Exit(128 + signals[0]) from None

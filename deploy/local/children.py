"""Child processes: started in a session of their own, tied to this process, watched and stopped.

Not asyncio's own subprocesses: those belong to the event loop that started them, these can be awaited from any.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

from deploy.local.failures import StackFailure

_LEASH = str(Path(__file__).with_name("leash.py"))
_LOG_BYTES = 20_000_000
_LOOK_AGAIN = 0.05


class Child:
    """One child process. Start it from a thread that lives as long as it shall: Linux ties it to the thread."""

    def __init__(self, command: Sequence[str], log: Path, *, cwd: Path | None = None, env: Mapping[str, str] | None = None) -> None:
        """Start `command`, its output appended to `log`; `env` is added to our own environment."""
        self.name, self.log = Path(command[0]).name, log
        leashed = [sys.executable, "-IS", _LEASH, str(os.getpid()), *command]
        with _open_log(log) as output:
            self._process = subprocess.Popen(  # noqa: S603 — our own commands
                leashed, cwd=cwd, env={**os.environ, **(env or {})}, start_new_session=True,
                stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
            )  # fmt: skip
        self.pid = self._process.pid

    @property
    def running(self) -> bool:
        """Whether it has not ended yet."""
        return self._process.returncode is None and os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None

    def terminate(self) -> None:
        """Ask it to end: SIGTERM to it alone, since it knows how to end its own children."""
        if self.running:
            os.kill(self.pid, signal.SIGTERM)

    def kill(self) -> None:
        """SIGKILL to it and all it started."""
        if self._process.returncode is None:
            os.killpg(self.pid, signal.SIGKILL)

    async def wait(self) -> int:
        """Its exit code, once it has ended (minus the signal, if one ended it). What it leaves behind is killed."""
        if self._process.returncode is None:
            await _ended(self.pid)
            # A zombie still: its number, which is its group's too, cannot be anybody else's yet.
            self.kill()
        return self._process.wait()

    async def stop(self, patience: float) -> int:
        """`terminate`, and `kill` after `patience` seconds. Returns the exit code."""
        self.terminate()
        try:
            return await asyncio.wait_for(self.wait(), patience)
        except TimeoutError:
            self.kill()
            return await self.wait()

    async def ready(self, answers: Callable[[], Awaitable[bool]], patience: float) -> None:
        """Wait until `answers` says yes. Raises `StackFailure` when the child ends first, or after `patience` seconds."""
        try:
            async with asyncio.timeout(patience):
                while not await answers():
                    if not self.running:
                        raise StackFailure(f"{self.name} ended while starting: {self.last_words()} (see {self.log}).")
                    await asyncio.sleep(_LOOK_AGAIN)
        except TimeoutError:
            raise StackFailure(f"{self.name} did not answer within {patience:.0f} s; see {self.log}.") from None

    def last_words(self) -> str:
        """The last line of its log."""
        lines = self.log.read_bytes()[-4_000:].decode(errors="replace").strip().splitlines()
        return lines[-1][:300] if lines else "it said nothing"


async def run_command(command: Sequence[str], log: Path, *, cwd: Path | None = None, env: Mapping[str, str] | None = None) -> None:
    """Run a command to its end. Raises `StackFailure` with its last words when it fails; killed when cancelled."""
    child = Child(command, log, cwd=cwd, env=env)
    try:
        code = await child.wait()
    finally:
        child.kill()
        await child.wait()
    if code != 0:
        raise StackFailure(f"{child.name} failed: {child.last_words()} (see {log}).")


async def _ended(pid: int) -> None:
    """Wait until `pid`, a child of ours, has ended, without reaping it."""
    ended = asyncio.Event()
    loop, descriptor = asyncio.get_running_loop(), os.pidfd_open(pid)
    loop.add_reader(descriptor, ended.set)
    try:
        await ended.wait()
    finally:
        loop.remove_reader(descriptor)
        os.close(descriptor)


def _open_log(path: Path) -> BinaryIO:
    """To append to; a log grown too big is put aside, in the place of the one before it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > _LOG_BYTES:
        path.replace(path.with_suffix(".old" + path.suffix))
    return path.open("ab")

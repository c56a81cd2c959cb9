"""`kabar status` on a real terminal: a pty of its own, with the servers away, so that nothing but the screen is tested."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from deploy.local.folder import Running, announce, hold
from deploy.local.ports import free_port

ROOT = Path(__file__).resolve().parents[3]
LEAVE, SHOW_CURSOR = b"\x1b[?1049l", b"\x1b[?25h"


@dataclass
class Terminal:
    """The command on its terminal, and a second way to that terminal, to see how it is left."""

    process: subprocess.Popen[bytes]
    keyboard: int
    line: int
    said: bytes = b""

    def until(self, words: bytes) -> None:
        while words not in self.said:
            self._read()

    def press(self, keys: bytes) -> None:
        os.write(self.keyboard, keys)

    def ended(self) -> int:
        while self.process.poll() is None or select.select([self.keyboard], [], [], 0)[0]:
            if select.select([self.keyboard], [], [], 0.05)[0]:
                self._read()
        return self.process.returncode

    def _read(self) -> None:
        assert select.select([self.keyboard], [], [], 60)[0], self.said
        self.said += os.read(self.keyboard, 65_536)


@contextmanager
def on_a_terminal(*words: str, **more: str) -> Iterator[Terminal]:
    """`more` is added to an environment in which nothing of ours is set."""
    keyboard, line = pty.openpty()
    fcntl.ioctl(line, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
    env = {name: value for name, value in os.environ.items() if not name.startswith("KABAR_")} | {"TERM": "xterm-256color", **more}
    process = subprocess.Popen(
        [sys.executable, "-m", "cli.app", *words], cwd=ROOT, env=env, stdin=line, stdout=line, stderr=line, start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    )  # fmt: skip
    try:
        yield Terminal(process, keyboard, line)
    finally:
        process.kill()
        process.wait()
        os.close(keyboard)
        os.close(line)


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Path]:
    """The folder of a stack that seems to run, and of which nothing answers."""
    ports = {name: free_port() for name in ("crawler", "extractor", "store")}
    mongo = f"mongodb://127.0.0.1:{free_port()}/?directConnection=true"
    with hold(tmp_path):
        announce(tmp_path, Running(pid=os.getpid(), kafka_servers=f"127.0.0.1:{free_port()}", mongo_uri=mongo, services=ports))
        yield tmp_path


def quit_by_key(terminal: Terminal) -> None:
    terminal.press(b"xq")


def quit_by_ctrl_c(terminal: Terminal) -> None:
    terminal.press(b"\x03")


def quit_by_sigterm(terminal: Terminal) -> None:
    terminal.process.send_signal(signal.SIGTERM)


@pytest.mark.parametrize("leave", [quit_by_key, quit_by_ctrl_c, quit_by_sigterm])
def test_it_leaves_the_terminal_as_it_was(leave: object, running: Path) -> None:
    assert callable(leave)
    with on_a_terminal("status", "--data-dir", str(running)) as terminal:
        before = termios.tcgetattr(terminal.line)
        terminal.until(b"no answer")
        assert termios.tcgetattr(terminal.line) != before, "keys are read one by one meanwhile"
        leave(terminal)
        assert terminal.ended() == 0
        assert termios.tcgetattr(terminal.line) == before
    assert terminal.said.count(b"\x1b[?1049h") == terminal.said.count(LEAVE) == 1
    assert SHOW_CURSOR in terminal.said[terminal.said.rindex(LEAVE) - 20 :]
    after = terminal.said[terminal.said.rindex(LEAVE) :]
    assert b"Traceback" not in after
    assert b"^C" not in after


def test_what_is_away_is_said_while_the_rest_is_shown(running: Path) -> None:
    with on_a_terminal("status", "--data-dir", str(running)) as terminal:
        terminal.until(b"lag: Kafka cannot be reached")
        terminal.until(b"stored: The document store cannot be reached")
        terminal.press(b"q")
        assert terminal.ended() == 0


def test_on_a_terminal_that_cannot_be_drawn_on_it_is_printed(running: Path) -> None:
    with on_a_terminal("status", "--data-dir", str(running), TERM="dumb") as terminal:
        assert terminal.ended() == 4
    assert b"\x1b" not in terminal.said
    assert b"Kabar is running" in terminal.said


def test_once_on_a_terminal_it_is_printed_and_fails_for_what_is_away(running: Path) -> None:
    with on_a_terminal("status", "--once", "--data-dir", str(running)) as terminal:
        assert terminal.ended() == 4
    assert b"\x1b[?1049h" not in terminal.said
    assert b"Kabar is running" in terminal.said
    assert b"Kafka cannot be reached" in terminal.said

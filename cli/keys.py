"""Keys pressed while something is drawn on the terminal."""

from __future__ import annotations

import asyncio
import os
import termios
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress


@contextmanager
def keys_pressed(descriptor: int, press: Callable[[str], None]) -> Iterator[None]:
    """Each key is told to `press` as it is pressed, and not echoed, while the block lasts; then the terminal is as it was. Ctrl-C is
    a signal still. Nothing is done where `descriptor` is no terminal."""
    if not os.isatty(descriptor):
        yield
        return
    loop, before = asyncio.get_running_loop(), termios.tcgetattr(descriptor)

    def read() -> None:
        with suppress(OSError):
            data = os.read(descriptor, 64)
            for key in data.decode("utf-8", "ignore"):
                press(key)
            if not data:
                loop.remove_reader(descriptor)

    try:
        tty.setcbreak(descriptor, termios.TCSANOW)
        _without_suspend(descriptor)
        loop.add_reader(descriptor, read)
        yield
    finally:
        loop.remove_reader(descriptor)
        termios.tcsetattr(descriptor, termios.TCSAFLUSH, before)


def _without_suspend(descriptor: int) -> None:
    """Ctrl-Z would leave its picture to the shell."""
    attributes = termios.tcgetattr(descriptor)
    attributes[6][termios.VSUSP] = b"\0"
    termios.tcsetattr(descriptor, termios.TCSANOW, attributes)

"""Other processes: found by a mark that all a command starts inherit, waited for, seen to be gone."""

from __future__ import annotations

import asyncio
import os
import select
from collections.abc import Callable
from pathlib import Path


def marked(mark: str) -> list[int]:
    """The processes that live now with the mark in their environment."""
    return [int(process.name) for process in Path("/proc").iterdir() if process.name.isdigit() and _has(process, mark)]


def gone(pid: int, patience: float = 20.0) -> bool:
    """Whether the process ends within the time. It need not be a child of ours."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([descriptor], [], [], patience)[0])
    finally:
        os.close(descriptor)


async def until(true: Callable[[], bool], patience: float = 20.0) -> None:
    """Return when it is true. Raises `TimeoutError` when it never is."""
    async with asyncio.timeout(patience):
        while not true():  # noqa: ASYNC110 — other processes' doing
            await asyncio.sleep(0.02)


def _has(process: Path, mark: str) -> bool:
    """A process that has ended has no environment, even if nobody has asked for its exit code yet."""
    try:
        return mark.encode() in (process / "environ").read_bytes()
    except OSError:
        return False

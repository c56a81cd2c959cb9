"""Room on the disk of a folder, told again and again; nothing is told while the disk cannot say."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Protocol

from shared.telemetry import Metrics

REFRESH_SECONDS = 15.0
_PATIENCE = 8.0


class _Usage(Protocol):
    @property
    def free(self) -> int: ...

    @property
    def total(self) -> int: ...


@asynccontextmanager
async def watching_disk(name: str, folder: Path, metrics: Metrics) -> AsyncIterator[None]:
    """While the block lasts, the room where `folder` lies is among the metrics, as the disk `name`."""
    watch = asyncio.create_task(watch_disk(name, folder, metrics, asyncio.sleep))
    try:
        yield
    finally:
        watch.cancel()
        await asyncio.wait([watch])


async def watch_disk(name: str, folder: Path, metrics: Metrics, sleep: Callable[[float], Awaitable[None]]) -> None:
    """For ever. In a thread, and asked once more only when it has answered: a disk on the network may hang."""
    asked: asyncio.Future[_Usage] | None = None
    while True:
        asked = asked or asyncio.ensure_future(asyncio.to_thread(shutil.disk_usage, folder))
        await asyncio.wait([asked], timeout=_PATIENCE)
        metrics.disk(name, _room(asked))
        asked = None if asked.done() else asked
        await sleep(REFRESH_SECONDS)


def _room(asked: asyncio.Future[_Usage]) -> tuple[int, int] | None:
    if not asked.done() or asked.exception() is not None:
        return None
    return asked.result().free, asked.result().total

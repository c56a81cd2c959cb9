"""How far a service's own groups are behind, told again and again; nothing is told while Kafka cannot say."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

from shared.lag import open_positions
from shared.lifecycle import Runtime
from shared.outcomes import Outage
from shared.telemetry import Metrics
from shared.topics import Topic

REFRESH_SECONDS = 10.0
_PATIENCE = 8.0


class Tells(Protocol):
    """`shared.lag.Positions`, as far as it matters here."""

    async def lag(self, group: str, topics: Sequence[Topic]) -> int:
        """Raises `Outage`."""


Reads = Mapping[str, Sequence[Topic]]
"""Group → the topics it reads."""


@asynccontextmanager
async def watching_lag(run: Runtime, reads: Reads) -> AsyncIterator[None]:
    """While the block lasts, the lag of these groups is among the metrics, some ten seconds old at most."""
    watch = asyncio.create_task(_for_ever(run, reads))
    try:
        yield
    finally:
        watch.cancel()
        await asyncio.wait([watch], timeout=_PATIENCE)


async def _for_ever(run: Runtime, reads: Reads) -> None:
    while True:
        try:
            await watch_lag(lambda: open_positions(run.settings.kafka), reads, run.metrics, asyncio.sleep)
        except (Outage, TimeoutError):
            pass  # whoever is ready to work reports it
        except Exception:
            run.log.exception("lag_unknown")
        await asyncio.sleep(REFRESH_SECONDS)


async def watch_lag(
    opening: Callable[[], AbstractAsyncContextManager[Tells]], reads: Reads, metrics: Metrics, sleep: Callable[[float], Awaitable[None]]
) -> None:
    """Tell the lag until it cannot be known. Raises `Outage` or `TimeoutError` then; whatever is raised, an old figure never stays."""
    try:
        async with opening() as positions:
            while True:
                async with asyncio.timeout(_PATIENCE):
                    lags = [(group, topic.name, await positions.lag(group, [topic])) for group, topics in reads.items() for topic in topics]
                metrics.lags(lags)
                await sleep(REFRESH_SECONDS)
    finally:
        metrics.lags(())

"""The one clock by which things become due, whatever the crawlers' own clocks say.

Due times are written by one crawler and read by others and after restarts. So crawlers write down how late it is, and one that
starts goes by that: beside others it takes their time, however its own clock was moved; alone it never goes back, or all that was
due in the two hours the clock lost would stand still. Only what is due goes by this clock; what is observed has the wall clock's time.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from services.crawler.leases import BEAT_SECONDS
from shared.lifecycle import Runtime, steady

_CLOSE = timedelta(seconds=10)
"""Clocks no further apart are not worth waiting for: nobody asks a host that another has left before its pace is over."""


async def agreed_clock(run: Runtime, read: Callable[[], Awaitable[datetime | None]]) -> Callable[[], datetime]:
    """A clock that goes on from the one `read` tells, or from the wall clock. Where they differ it takes a beat to see whether
    another crawler keeps that clock. Raises what `read` raises."""
    told, wall = await read(), run.now()
    if told is None or told <= wall <= told + _CLOSE:
        return steady(lambda: wall, run.monotonic)
    await run.sleep(BEAT_SECONDS + 1)
    again = await read() or told
    start = again if again != told else max(run.now(), told)
    return steady(lambda: start, run.monotonic)

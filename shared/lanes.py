"""A batch of messages brought to its end, and counted exactly once: either every message is done, or all of them come again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from shared.dead import Record
from shared.telemetry import Metrics


@dataclass(frozen=True)
class End:
    """How a message ended, after so many seconds: delivered, or with a dead letter for this reason."""

    seconds: float
    dead: str | None = None


async def deliver_batch(topic: str, records: Sequence[Record], deliver: Callable[[Record], Awaitable[End]], metrics: Metrics) -> None:
    """Those of one key in order, different keys side by side. Raises what `deliver` raises; then all of the batch comes again, so none
    of it counts as done."""
    lanes: dict[bytes | None, list[Record]] = {}
    for record in records:
        lanes.setdefault(record.key, []).append(record)
    metrics.received(topic, len(records))
    try:
        # Every lane comes to its end before a Nack is raised: a lane cut off half-way would run on beside its own redelivery.
        ends = await asyncio.gather(*(_deliver_lane(lane, deliver) for lane in lanes.values()), return_exceptions=True)
        done = [end for lane in ends for end in _or_raise(lane)]
    except BaseException:
        metrics.returned(topic, len(records))
        raise
    for end in done:
        if end.dead is None:
            metrics.delivered(topic, end.seconds)
        else:
            metrics.dead(topic, end.dead)


async def _deliver_lane(lane: Sequence[Record], deliver: Callable[[Record], Awaitable[End]]) -> list[End]:
    return [await deliver(record) for record in lane]


def _or_raise(ends: list[End] | BaseException) -> list[End]:
    if isinstance(ends, BaseException):
        raise ends
    return ends

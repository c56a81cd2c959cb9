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


class Lanes:
    """One subscription's. It remembers how far each partition is done: what Kafka sends once more, for the commit was lost as members came
    or went, is done once more and counts as repeated."""

    def __init__(self, topic: str, metrics: Metrics) -> None:
        self._topic, self._metrics = topic, metrics
        self._next: dict[int, int] = {}

    async def take(self, batch: Sequence[Record], deliver: Callable[[Record], Awaitable[End]]) -> None:
        """Those of one key in order, different keys side by side. Raises what `deliver` raises; then all of the batch comes again, so
        none of it counts as done."""
        lanes: dict[bytes | None, list[Record]] = {}
        for record in batch:
            lanes.setdefault(record.key, []).append(record)
        self._metrics.received(self._topic, len(batch))
        try:
            # Every lane comes to its end before a Nack is raised: a lane cut off half-way would run on beside its own redelivery.
            ends = await asyncio.gather(*(_deliver_lane(lane, deliver) for lane in lanes.values()), return_exceptions=True)
            done = [end for lane in ends for end in _or_raise(lane)]
        except BaseException:
            self._metrics.returned(self._topic, len(batch))
            raise
        for record, end in zip((record for lane in lanes.values() for record in lane), done, strict=True):
            self._count(end, repeated=record.offset < self._next.get(record.partition, 0))
        for record in batch:
            self._next[record.partition] = max(record.offset + 1, self._next.get(record.partition, 0))

    def _count(self, end: End, *, repeated: bool) -> None:
        if repeated:
            self._metrics.repeated(self._topic)
        elif end.dead is None:
            self._metrics.delivered(self._topic, end.seconds)
        else:
            self._metrics.dead(self._topic, end.dead)


async def _deliver_lane(lane: Sequence[Record], deliver: Callable[[Record], Awaitable[End]]) -> list[End]:
    return [await deliver(record) for record in lane]


def _or_raise(ends: list[End] | BaseException) -> list[End]:
    if isinstance(ends, BaseException):
        raise ends
    return ends

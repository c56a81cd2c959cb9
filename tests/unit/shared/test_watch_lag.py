"""A service's own lag: told while it can be known, and never older than that."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest

from shared.outcomes import Outage
from shared.telemetry import Metrics
from shared.topics import ARTICLE_EXTRACTED, DEAD, PAGE_FETCHED, Topic
from shared.watch_lag import watch_lag
from tests.unit.shared.samples import samples

READS = {"kabar-store": (ARTICLE_EXTRACTED, DEAD), "kabar-keeper": (PAGE_FETCHED,)}


class Positions:
    """Says the given lags one after the other; an exception is raised, `None` hangs."""

    def __init__(self, *says: int | Exception | None) -> None:
        self._says = list(says)

    async def lag(self, _group: str, _topics: Sequence[Topic]) -> int:
        said = self._says.pop(0)
        if said is None:
            await asyncio.Event().wait()
        if isinstance(said, Exception):
            raise said
        assert said is not None
        return said

    @asynccontextmanager
    async def opening(self) -> AsyncIterator[Positions]:
        yield self


def lags(metrics: Metrics) -> dict[tuple[str, ...], float]:
    return samples(metrics, "kabar_lag_messages", "group", "topic")


def known(*messages: int) -> dict[tuple[str, ...], float]:
    reads = [(group, topic.name) for group, topics in READS.items() for topic in topics]
    return {key: float(number) for key, number in zip(reads, messages, strict=True)}


async def watched(positions: Positions, error: type[Exception]) -> tuple[list[Any], Metrics]:
    """The lags told at each rest, until `error`."""
    metrics, told = Metrics("store"), list[Any]()

    async def rest(_seconds: float) -> None:
        told.append(lags(metrics))

    with pytest.raises(error):
        await watch_lag(positions.opening, READS, metrics, rest)
    return told, metrics


async def test_each_group_and_topic_and_again() -> None:
    told, _ = await watched(Positions(5, 0, 7, 4, 1, 6, Outage("kafka_away")), Outage)
    assert told == [known(5, 0, 7), known(4, 1, 6)]


@pytest.mark.parametrize("error", [Outage("kafka_away"), ValueError("ours")])
async def test_no_figure_stays_when_it_cannot_be_known(error: Exception) -> None:
    told, metrics = await watched(Positions(5, 0, 7, 4, error), type(error))
    assert told == [known(5, 0, 7)]
    assert lags(metrics) == {}


async def test_nor_when_kafka_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.watch_lag._PATIENCE", 0.01)
    _, metrics = await watched(Positions(5, 0, 7, None), TimeoutError)
    assert lags(metrics) == {}

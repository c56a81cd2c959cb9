from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from services.crawler.turns import Turns
from shared.lifecycle import Runtime
from shared.outcomes import Retry
from shared.settings import Settings

HOST = "situs.example"


@dataclass
class Clock:
    now: float = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def turns(runtime: Callable[..., Runtime], clock: Clock) -> Turns:
    return Turns(runtime(Settings(), monotonic=clock), HOST, 2.0, {}, set(), lambda _host: True)


async def test_the_slower_of_pace_and_delay(turns: Turns, clock: Clock) -> None:
    await turns.take()
    turns.slow_down(10.0, None)
    assert turns.wait() == 10
    turns.slow_down(5.0, None)
    assert turns.wait() == 10
    clock.now += 4
    assert turns.wait() == 6


async def test_a_day_between_requests_leaves_one_for_a_page(turns: Turns, clock: Clock) -> None:
    """robots.txt, kept for a day itself, was asked for now; the page comes after the usual pace, the next after a day."""
    await turns.take()
    turns.slow_down(86_400.0, None)
    assert turns.wait() == 2
    clock.now += 2
    await turns.take()
    assert turns.wait() == 86_400


async def test_but_not_sooner_than_a_day_after_the_last_page(turns: Turns, clock: Clock) -> None:
    turns.asked[HOST] = before = clock.now - 80_000
    await turns.take()
    turns.slow_down(86_400.0, before)
    assert turns.wait() == 6_400


async def test_robots_that_were_not_asked_for_change_nothing(turns: Turns, clock: Clock) -> None:
    turns.asked[HOST] = before = clock.now - 100
    turns.slow_down(3_600.0, before)
    assert turns.wait() == 3_500


async def test_nobody_waits_for_more_than_an_hour_within_a_visit(turns: Turns) -> None:
    turns.gap = 7_200.0
    await turns.take()
    with pytest.raises(Retry, match="crawl_delay") as retry:
        await turns.take()
    assert retry.value.after == 7_200


async def test_who_cannot_come_back_waits_for_less(turns: Turns) -> None:
    turns.gap, turns.longest = 61.0, 60.0
    await turns.take()
    with pytest.raises(Retry, match="crawl_delay"):
        await turns.take()


async def test_a_slow_host_is_not_tried_again_within_a_visit(turns: Turns) -> None:
    tries = []

    async def fail() -> None:
        tries.append(1)
        turns.asked[HOST] = turns.run.monotonic()
        raise Retry("http_5xx", after=0.0)

    turns.gap = 60.0
    with pytest.raises(Retry, match="http_5xx"):
        await asyncio.wait_for(turns.try_often(fail), 5)
    assert len(tries) == 1

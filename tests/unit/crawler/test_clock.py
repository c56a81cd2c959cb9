"""By which clock things are due, when the crawlers' own are moved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from services.crawler.clock import agreed_clock
from services.crawler.standing import read_clock
from shared.lifecycle import Runtime
from shared.settings import Settings
from tests.unit.crawler.test_crawl import Newsroom, newsroom, page, rss, site

__all__ = ["newsroom"]
NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
HOURS = timedelta(hours=2)
MINUTE = timedelta(minutes=1)


class Others:
    """A frontier that tells one time first and then, should somebody wait for a beat, another. `slept` seconds were waited for it."""

    def __init__(self, first: datetime | None, then: datetime | None) -> None:
        self.told, self.then, self.slept = first, then, 0.0

    async def read(self) -> datetime | None:
        return self.told

    async def sleep(self, seconds: float) -> None:
        self.told, self.slept = self.then, self.slept + seconds


@pytest.mark.parametrize(
    ("first", "then", "start"),
    [
        (None, None, NOON),
        (NOON - timedelta(seconds=9), NOON, NOON),
        (NOON - HOURS, NOON - HOURS + MINUTE, NOON - HOURS + MINUTE),  # ours was set forward, and others are at work
        (NOON + HOURS, NOON + HOURS + MINUTE, NOON + HOURS + MINUTE),  # ours was set back
        (NOON - HOURS, NOON - HOURS, NOON),  # nobody was at work for two hours
        (NOON + HOURS, NOON + HOURS, NOON + HOURS),  # everybody's was set back while nobody was
    ],
    ids=["first ever", "clocks agree", "forward beside others", "back beside others", "after a night", "back while all were away"],
)
async def test_the_time_a_crawler_starts_with(
    runtime: Callable[..., Runtime], first: datetime | None, then: datetime | None, start: datetime
) -> None:
    others, seconds = Others(first, then), [50.0]
    run = runtime(Settings(), now=lambda: NOON, monotonic=lambda: seconds[0], sleep=others.sleep)
    clock = await agreed_clock(run, others.read)
    assert clock() == start
    assert others.slept == (0.0 if first in (None, NOON - timedelta(seconds=9)) else 5.0)
    seconds[0] += 60
    assert clock() == start + MINUTE


@pytest.mark.parametrize("step", [-HOURS, HOURS], ids=["back", "forward"])
async def test_a_crawler_that_starts_after_a_step_neither_stands_still_nor_hurries(newsroom: Newsroom, step: timedelta) -> None:
    """The feed is due again in a moment, the article in an hour. The first crawler goes on while the second starts by the moved clock."""
    newsroom.settings = newsroom.settings.model_copy(update={"crawl_revisit_seconds": 0.2, "crawl_revisit_most": 0.2})
    newsroom.web.pages = {"/feed/": rss("/berita/1"), "/berita/1": page("satu")}
    settings, make = newsroom.settings, newsroom.runtime

    async def read() -> datetime | None:
        return await read_clock(settings.mongo_uri, settings.mongo_database)

    first = make(settings)
    async with newsroom.crawling(first, since=None) as frontier:
        while not newsroom.kafka.pages:
            await first.sleep(0.05)

        async def beat(_seconds: float) -> None:
            await frontier.tick()

        moved = make(settings, now=lambda: datetime.now(UTC) + step)
        second = make(settings, now=await agreed_clock(make(settings, now=moved.now, sleep=beat), read))
    # Two hours back, the feed would be due in two hours; two hours on, the article would be due now.
    asked = newsroom.web.paths.count("/feed/")
    await newsroom.crawl(site(), since=None, run=second, until=lambda _: newsroom.web.paths.count("/feed/") > asked + 1)
    assert newsroom.web.paths.count("/berita/1") == 1

"""Articles looked at again: changed, unchanged, removed, back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.unit.crawler.loopback import Answer, answer, redirect
from tests.unit.crawler.test_crawl import HOST, START, Newsroom, newsroom, page, rss

__all__ = ["newsroom"]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
async def published(newsroom: Newsroom) -> Newsroom:
    """A newsroom whose one article is published."""
    newsroom.web.pages = {"/feed/": rss("/berita/1"), "/berita/1": page("satu"), "/": answer(b"<p>beranda</p>")}
    await newsroom.crawl(since=START)
    assert newsroom.kafka.paths == ["/berita/1"]
    newsroom.kafka.pages.clear()
    return newsroom


async def look(newsroom: Newsroom, said: Answer) -> tuple[int, int]:
    """Another pass, with this answer for the article. Returns how many pages and removals have been published since."""
    newsroom.web.pages["/berita/1"] = said
    await newsroom.crawl(since=datetime.now(UTC))
    return len(newsroom.kafka.pages), len(newsroom.kafka.gone)


async def test_410_is_believed_at_once_and_said_once(published: Newsroom) -> None:
    assert [await look(published, answer(status=410)) for _ in range(3)] == [(0, 1)] * 3
    (gone,) = published.kafka.gone
    assert (gone.url, gone.reason, gone.site.id) == (f"http://{HOST}/berita/1", "http_410", HOST)
    assert gone.seen_at > START


@pytest.mark.parametrize("said", [answer(status=404), redirect("/")], ids=["404", "redirect to the front page"])
async def test_404_is_believed_at_the_second_visit(published: Newsroom, said: bytes) -> None:
    assert [await look(published, said) for _ in range(3)] == [(0, 0), (0, 1), (0, 1)]


async def test_an_article_there_in_between_is_doubted_anew(published: Newsroom) -> None:
    missing, there = answer(status=404), page("satu")
    assert [await look(published, said) for said in (missing, there, missing)] == [(0, 0)] * 3


async def test_an_article_that_comes_back_unchanged_is_published_again(published: Newsroom) -> None:
    await look(published, answer(status=410))
    assert await look(published, page("satu")) == (1, 1)
    assert await look(published, page("satu")) == (1, 1)
    assert await look(published, answer(status=410)) == (1, 2)


async def test_nothing_is_believed_of_a_host_that_has_lost_its_sources_too(published: Newsroom) -> None:
    feed = published.web.pages.pop("/feed/")
    assert [await look(published, answer(status=410)) for _ in range(2)] == [(0, 0)] * 2
    assert [await look(published, answer(status=404)) for _ in range(3)] == [(0, 0)] * 3
    published.web.pages["/feed/"] = feed
    assert [await look(published, answer(status=404)) for _ in range(2)] == [(0, 0), (0, 1)]


async def test_nothing_is_believed_right_after_trouble(published: Newsroom) -> None:
    published.web.pages["/feed/"] = answer(status=503)
    assert await look(published, answer(status=410)) == (0, 0)


async def test_an_article_is_asked_again_three_times_conditionally(newsroom: Newsroom) -> None:
    """Time stands still while the host is visited, and goes on to when it has work again."""
    newsroom.web.pages = {"/feed/": rss("/berita/1"), "/berita/1": page("satu")}
    newsroom.settings = newsroom.settings.model_copy(update={"crawl_revisit_seconds": 172_800.0, "crawl_revisit_most": 172_800.0})
    clock, ages = [START.replace(microsecond=0)], list[timedelta]()  # as the store keeps it, in milliseconds
    began = clock[0]
    run = newsroom.runtime(newsroom.settings, now=lambda: clock[0])
    async with newsroom.crawling(run, since=None) as frontier:
        while clock[0] < began + 9 * DAY:
            ages += [clock[0] - began] * (newsroom.web.paths.count("/berita/1") - len(ages))
            if len(ages) == 2:
                newsroom.web.pages["/berita/1"] = page("satu, diperbarui")
            for host in await frontier.hosts_with_work(START + 300 * DAY):
                if host.owner is None and host.beat:
                    clock[0] = max(clock[0], host.due_at)
            await run.sleep(0.02)
    asked = [asked for asked in newsroom.web.asked if asked.path == "/berita/1"]
    assert ["if-none-match" in request.headers for request in asked] == [False, True, True, True]
    assert len(newsroom.kafka.pages) == 2
    late = [age - usual for age, usual in zip(ages, (timedelta(0), HOUR, DAY, 7 * DAY), strict=True)]
    assert min(late) >= timedelta(0)
    assert max(late) < HOUR

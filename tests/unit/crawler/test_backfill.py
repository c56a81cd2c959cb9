"""A site of forty archive pages on loopback, gone back through for real; killed in the middle, and started again."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.crawler.backfill import BackfillProgress, archives
from services.crawler.crawl import Crawl
from services.crawler.discover.links import Kind, Link
from services.crawler.fetch import open_fetcher
from services.crawler.frontier import open_frontier
from services.crawler.known import State, found
from services.crawler.requests import Requests
from services.crawler.standing import read_backfill
from shared.broker import Delivered
from shared.lifecycle import Runtime
from shared.messages import CrawlRequested
from shared.outcomes import Reject
from shared.settings import Settings
from shared.sites import Site
from tests.unit.crawler.loopback import Answer, Loopback, answer, serving
from tests.unit.crawler.test_crawl import HOST, Remembering, page

PAGES, EACH = 40, 10
NEWEST = date(2024, 2, 3)
SINCE, UNTIL = date(2023, 4, 1), date(2023, 12, 31)


def day_of(number: int) -> date:
    """Two days between one article and the next."""
    return NEWEST - timedelta(days=2 * number)


def path_of(number: int) -> str:
    return f"/berita/{day_of(number):%Y/%m/%d}/warga-mengawasi-tahapan-{number}"


def in_range() -> list[str]:
    return [path_of(number) for number in range(PAGES * EACH) if SINCE <= day_of(number) <= UNTIL]


def listing_page(number: int) -> bytes:
    items = "".join(f'<article><h2><a href="{path_of(n)}">Warga</a></h2></article>' for n in range((number - 1) * EACH, number * EACH))
    after = f'<a class="next" href="/page/{number + 1}/">Selanjutnya</a>' if number < PAGES else ""
    return answer(f"<html><body>{items}<p>{after}</p></body></html>".encode())


def newspaper() -> dict[str, Answer]:
    today = "<item><link>/berita/hari-ini</link><pubDate>Wed, 14 Feb 2024 10:00:00 +0700</pubDate></item>"
    pages: dict[str, Answer] = {
        "/feed/": answer(f'<rss version="2.0"><channel>{today}</channel></rss>'.encode()),
        "/berita/hari-ini": page("hari ini"),
        "/": listing_page(1),
    }
    pages |= {f"/page/{number}/": listing_page(number) for number in range(2, PAGES + 1)}
    return pages | {path_of(number): page(str(number)) for number in range(PAGES * EACH)}


@dataclass
class Paper:
    web: Loopback
    settings: Settings
    runtime: Callable[..., Runtime]
    kafka: Remembering
    site: Site

    async def ask(self, since: date = SINCE, until: date | None = UNTIL) -> None:
        request = CrawlRequested(site_id=HOST, since=since, until=until)
        async with open_frontier(self.settings, None) as frontier:
            await frontier.add_hosts([HOST])
            handler = Requests(self.runtime(self.settings), [self.site], frontier)
            assert await handler.on_request(Delivered(request, "cor_1")) == ()

    async def crawl(
        self, until: Callable[[BackfillProgress], bool], *, kill: bool = False, backfill: str | None = None
    ) -> BackfillProgress:
        """Crawl until it is so, and stop; or be killed then, with whatever is in hand."""
        run = self.runtime(self.settings)
        async with open_frontier(self.settings, None) as frontier, open_fetcher(self.settings) as fetcher:
            crawl = Crawl(run, [self.site], frontier, fetcher, self.kafka, None)
            work = asyncio.create_task(crawl.work())
            try:
                while True:
                    if until(progress := await self.progress(backfill)):
                        return progress
                    await asyncio.sleep(0.02)
            finally:
                await (_killed(work, crawl) if kill else _stopped(work, run))

    async def progress(self, backfill: str | None = None) -> BackfillProgress:
        name = backfill or f"{HOST}:{SINCE}:{UNTIL}"
        return await read_backfill(self.settings.mongo_uri, self.settings.mongo_database, name)


async def _stopped(work: asyncio.Task[None], run: Runtime) -> None:
    run.stopping.set()
    await work


async def _killed(work: asyncio.Task[None], crawl: Crawl) -> None:
    """Nothing is finished and no host handed back, as by SIGKILL."""
    visits = list(crawl._visits.values())
    for task in (*visits, work):
        task.cancel()
    await asyncio.gather(*visits, work, return_exceptions=True)


@pytest.fixture
async def paper(settings: Callable[..., Settings], runtime: Callable[..., Runtime]) -> Any:
    async with serving(**newspaper()) as web:
        made = settings(fetch_hosts={HOST: web.target}, fetch_allow=frozenset({web.target}), crawl_revisit_seconds=3600.0)
        feeds = (f"http://{HOST}/feed/",)
        site = Site(id=HOST, name="Situs", home=f"http://{HOST}/", feeds=feeds, listings=(), pace=0)
        yield Paper(web, made, runtime, Remembering(), site)


async def test_killed_in_the_middle_it_goes_on_where_it_was(paper: Paper) -> None:
    await paper.ask()
    killed_at = await paper.crawl(lambda now: now.articles_published >= 60, kill=True)
    assert not killed_at.done
    progress = await paper.crawl(lambda now: now.done)
    wanted = in_range()
    assert len(wanted) > 100
    published = Counter(sent.url.removeprefix(f"http://{HOST}") for sent in paper.kafka.pages)
    again = published - Counter(dict.fromkeys(published, 1))
    assert sorted(published) == sorted([*wanted, "/berita/hari-ini"])
    assert again.total() <= 1, "only the one in hand when it was killed"
    asked = Counter(paper.web.paths)
    assert {path for path in asked if path.startswith("/berita/2")} == set(wanted)
    walked = {path: times for path, times in asked.items() if path == "/" or path.startswith("/page/")}
    assert sum(walked.values()) <= len(walked) + 1
    assert max(int(path.split("/")[2]) for path in walked if path != "/") < PAGES, "it stops at the first page that is older"
    assert (progress.articles_found, progress.articles_published, progress.articles_left) == (len(wanted), len(wanted), 0)
    assert progress.oldest is not None
    assert progress.oldest.date() <= SINCE


async def test_asked_for_again_it_fetches_nothing_again(paper: Paper) -> None:
    since, until = NEWEST - timedelta(days=50), NEWEST - timedelta(days=30)
    name = f"{HOST}:{since}:{until}"
    await paper.ask(since, until)
    done = await paper.crawl(lambda now: now.done, backfill=name)
    assert done.articles_published == 11
    asked = len(paper.web.asked)
    await paper.ask(since, until)
    assert await paper.crawl(lambda now: now.done, backfill=name) == done
    assert {request.path for request in paper.web.asked[asked:]} <= {"/robots.txt"}


async def test_what_was_given_up_is_asked_for_when_asked_again(paper: Paper) -> None:
    since, until = NEWEST - timedelta(days=10), NEWEST
    name = f"{HOST}:{since}:{until}"
    await paper.ask(since, until)
    async with open_frontier(paper.settings, None) as frontier:
        while lost := await frontier.due(HOST, [HOST], datetime.now(UTC), 10):
            await frontier.save(replace(lost[0], state=State.failed, failures=8, due_at=None, reason="http_5xx"))
    before = await paper.progress(name)
    assert (before.archives_refused, before.archives_left) == ({"http_5xx": 2}, 0)
    await paper.ask(since, until)
    assert (await paper.progress(name)).archives_left == 2


async def test_news_of_today_come_before_the_archives(paper: Paper) -> None:
    """However much of a backfill is due, an article found meanwhile is next but for the few in hand."""
    now = datetime.now(UTC)
    async with open_frontier(paper.settings, None) as frontier:
        old = [replace(found(Link(f"http://{HOST}/lama-{n}", Kind.article), paper.site, now), backfill="x") for n in range(40)]
        await frontier.add([*archives(paper.site, SINCE, UNTIL, now), *old])
        few = await frontier.due(HOST, [HOST], now, 50)
        assert 0 < len(few) <= 5
        assert {known.kind for known in few} == {Kind.article}
        await frontier.add([found(Link(f"http://{HOST}/hari-ini", Kind.article), paper.site, now)])
        assert [known.url for known in await frontier.due(HOST, [HOST], now, 50)] == [f"http://{HOST}/hari-ini"]


async def test_a_pass_looks_at_no_archive_again(paper: Paper) -> None:
    since, until = NEWEST - timedelta(days=10), NEWEST
    await paper.ask(since, until)
    await paper.crawl(lambda now: now.done, backfill=f"{HOST}:{since}:{until}")
    later = datetime.now(UTC) + timedelta(days=1)
    async with open_frontier(paper.settings, later) as frontier:
        due = await frontier.due(HOST, [HOST], later, 50)
        assert {known.kind for known in due} == {Kind.feed, Kind.article}


async def test_dated_archives_are_asked_for_by_day(paper: Paper) -> None:
    paper.site = paper.site.model_copy(update={"archives": (f"http://{HOST}/indeks?date={{date}}&hal={{page}}",)})
    links = [f"/berita/{n}-rapat-warga-kota" for n in (501, 502, 503)]
    items = [f'<article><h2><a href="{link}">Warga</a></h2></article>'.encode() for link in links]
    paper.web.pages |= {
        "/indeks?date=2023-05-02&hal=1": answer(items[0] + items[1]),
        "/indeks?date=2023-05-02&hal=2": answer(items[2]),
        "/indeks?date=2023-05-02&hal=3": answer(items[2]),
        "/indeks?date=2023-05-01&hal=1": answer(b"<p>Tidak ada berita</p>"),
    }
    paper.web.pages |= {link: page(link) for link in links}
    await paper.ask(date(2023, 5, 1), date(2023, 5, 2))
    progress = await paper.crawl(lambda now: now.done, backfill=f"{HOST}:2023-05-01:2023-05-02")
    assert (progress.archives_read, progress.articles_published) == (4, 3)
    assert sorted(path for path in paper.web.paths if path.startswith("/indeks")) == sorted(
        path for path in paper.web.pages if path.startswith("/indeks")
    )


async def test_a_site_nobody_knows_is_refused(paper: Paper) -> None:
    async with open_frontier(paper.settings, None) as frontier:
        handler = Requests(paper.runtime(paper.settings), [paper.site], frontier)
        with pytest.raises(Reject) as reject:
            await handler.on_request(Delivered(CrawlRequested(site_id="lain.example", since=SINCE), "cor_1"))
    assert reject.value.reason == "unknown_site"

"""A small site on loopback, crawled for real: HTTP, document store, and a broker that only remembers."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from services.crawler.crawl import Crawl
from services.crawler.fetch import open_fetcher
from services.crawler.frontier import Frontier, open_frontier
from services.crawler.known import Host
from services.crawler.progress import Progress
from services.crawler.requests import Requests
from services.crawler.standing import read_progress
from shared.broker import Delivered
from shared.envelope import unpack_body
from shared.lifecycle import Runtime
from shared.messages import ArticleGone, CrawlRequested, DeadLetter, Message, PageFetched
from shared.outcomes import Outage, Reject
from shared.settings import Settings
from shared.sites import Site
from tests.unit.crawler.loopback import Answer, Asked, Loopback, answer, redirect, serving

START = datetime.now(UTC)
HOST = "situs.example"


@dataclass
class Remembering:
    """Publishes to memory; while `away`, not at all."""

    pages: list[PageFetched] = field(default_factory=list)
    letters: list[DeadLetter] = field(default_factory=list)
    gone: list[ArticleGone] = field(default_factory=list)
    away: int = 0

    async def publish(self, message: Message, correlation_id: str) -> None:
        if self.away:
            self.away -= 1
            raise Outage("kafka_away")
        assert correlation_id.startswith("cor_")
        if isinstance(message, PageFetched):
            self.pages.append(message)
        if isinstance(message, DeadLetter):
            self.letters.append(message)
        if isinstance(message, ArticleGone):
            self.gone.append(message)

    @property
    def paths(self) -> list[str]:
        return sorted(page.url.removeprefix(f"http://{HOST}") for page in self.pages)


def page(body: str) -> Answer:
    """Answers 304 to who knows it."""
    raw = f"<html><body><p>{body}</p></body></html>".encode()
    etag = f'"{hashlib.sha256(raw).hexdigest()[:8]}"'

    def say(asked: Asked, _writer: object) -> bytes:
        if asked.headers.get("if-none-match") == etag:
            return answer(status=304, kind="", content_length="", etag=etag)
        return answer(raw, etag=etag)

    return say


def rss(*paths: str) -> bytes:
    items = "".join(f"<item><link>http://{HOST}{path}</link></item>" for path in paths)
    return answer(f'<rss version="2.0"><channel>{items}</channel></rss>'.encode(), kind="application/rss+xml", etag='"umpan"')


def site(**fields: Any) -> Site:
    return Site(id=HOST, name="Situs", home=f"http://{HOST}/", **{"feeds": (f"http://{HOST}/feed/",), "pace": 0} | fields)


Make = Callable[..., Settings]
MakeRuntime = Callable[..., Runtime]


@dataclass
class Newsroom:
    """The site, the crawler's settings for it, and what was published."""

    web: Loopback
    settings: Settings
    runtime: MakeRuntime
    kafka: Remembering = field(default_factory=Remembering)

    async def crawl(
        self,
        *sites: Site,
        since: datetime | None,
        until: Callable[[Progress], bool] = lambda now: now.finished is not None,
        run: Runtime | None = None,
    ) -> Progress:
        """Crawl until it is so, and stop."""
        run = run or self.runtime(self.settings)
        async with self.crawling(run, *sites, since=since):
            while True:
                progress = await read_progress(self.settings.mongo_uri, self.settings.mongo_database)
                if until(progress):
                    return progress
                await asyncio.sleep(0.05)

    @asynccontextmanager
    async def crawling(self, run: Runtime, *sites: Site, since: datetime | None) -> AsyncIterator[Frontier]:
        async with open_frontier(self.settings, since, run.now) as frontier, open_fetcher(self.settings) as fetcher:
            work = asyncio.create_task(Crawl(run, sites or (site(),), frontier, fetcher, self.kafka, since).work())
            try:
                yield frontier
            finally:
                run.stopping.set()
                await work


@pytest.fixture
async def newsroom(settings: Make, runtime: MakeRuntime) -> AsyncIterator[Newsroom]:
    async with serving() as web:
        made = settings(fetch_hosts={HOST: web.target}, fetch_allow=frozenset({web.target}), fetch_max_bytes=50_000)
        yield Newsroom(web, made, runtime)


def asked_for(newsroom: Newsroom) -> list[str]:
    paths = sorted(newsroom.web.paths)
    newsroom.web.asked.clear()
    return paths


async def test_a_pass_publishes_every_article_once(newsroom: Newsroom) -> None:
    newsroom.web.pages = {"/feed/": rss("/berita/1", "/berita/2"), "/berita/1": page("satu"), "/berita/2": page("dua")}
    progress = await newsroom.crawl(since=START)
    assert newsroom.kafka.paths == ["/berita/1", "/berita/2"]
    assert asked_for(newsroom) == ["/berita/1", "/berita/2", "/feed/", "/robots.txt"]
    assert (progress.pending, progress.by_site[HOST].published, progress.by_site[HOST].refused) == (0, 2, {})
    sent = next(sent for sent in newsroom.kafka.pages if sent.url.endswith("/1"))
    assert unpack_body(sent.body_zstd, max_bytes=1_000) == b"<html><body><p>satu</p></body></html>"
    assert (sent.site.id, sent.status) == (HOST, 200)


async def test_a_second_pass_asks_conditionally_and_publishes_what_changed(newsroom: Newsroom) -> None:
    newsroom.web.pages = {"/feed/": rss("/berita/1", "/berita/2"), "/berita/1": page("satu"), "/berita/2": page("dua")}
    await newsroom.crawl(since=START)
    newsroom.kafka.pages.clear()
    newsroom.web.pages |= {"/feed/": rss("/berita/2", "/berita/3"), "/berita/2": page("dua, diperbarui"), "/berita/3": page("tiga")}
    asked_for(newsroom)
    await newsroom.crawl(since=datetime.now(UTC))
    assert newsroom.kafka.paths == ["/berita/2", "/berita/3"]
    conditional = {asked.path for asked in newsroom.web.asked if "if-none-match" in asked.headers}
    assert conditional == {"/berita/1", "/berita/2", "/feed/"}
    assert asked_for(newsroom) == ["/berita/1", "/berita/2", "/berita/3", "/feed/"]


async def test_a_restart_within_a_pass_asks_nothing_again(newsroom: Newsroom) -> None:
    newsroom.web.pages = {"/feed/": rss("/berita/1"), "/berita/1": page("satu")}
    for _ in range(2):
        await newsroom.crawl(since=START)
    assert asked_for(newsroom) == ["/berita/1", "/feed/", "/robots.txt"]
    assert len(newsroom.kafka.pages) == 1


async def test_a_page_not_published_is_asked_for_again_without_conditions(newsroom: Newsroom) -> None:
    newsroom.web.pages = {"/feed/": rss("/berita/1"), "/berita/1": page("satu")}
    newsroom.kafka.away = 1_000_000
    await newsroom.crawl(since=START, until=lambda _: newsroom.kafka.away < 1_000_000)
    assert newsroom.kafka.pages == []
    asked_for(newsroom)
    newsroom.kafka.away = 0
    await newsroom.crawl(since=START)
    assert newsroom.kafka.paths == ["/berita/1"]
    assert [asked.headers.get("if-none-match") for asked in newsroom.web.asked if asked.path == "/berita/1"] == [None]


async def test_an_outage_of_kafka_is_waited_out_with_the_page_in_hand(newsroom: Newsroom) -> None:
    newsroom.web.pages = {"/feed/": rss("/berita/1"), "/berita/1": page("satu")}
    newsroom.kafka.away = 5
    await newsroom.crawl(since=START)
    assert newsroom.kafka.paths == ["/berita/1"]
    assert newsroom.web.paths.count("/berita/1") == 1


async def test_unchanged_bytes_without_validators_are_not_published_again(newsroom: Newsroom) -> None:
    newsroom.web.pages = {"/feed/": rss("/berita/1"), "/berita/1": answer(b"<p>satu</p>")}
    await newsroom.crawl(since=START)
    await newsroom.crawl(since=datetime.now(UTC))
    assert newsroom.web.paths.count("/berita/1") == 2
    assert len(newsroom.kafka.pages) == 1


async def test_what_robots_forbids_is_never_asked_for(newsroom: Newsroom) -> None:
    newsroom.web.pages = {
        "/robots.txt": answer(b"User-agent: *\nDisallow: /rahasia/", kind="text/plain"),
        "/feed/": rss("/berita/1", "/rahasia/2", "/berita/3"),
        "/berita/1": page("satu"),
        "/rahasia/2": page("dua"),
        "/berita/3": redirect("/rahasia/2"),
    }
    progress = await newsroom.crawl(since=START)
    assert "/rahasia/2" not in asked_for(newsroom)
    assert progress.by_site[HOST].refused == {"robots_disallowed": 2}


async def test_a_host_whose_robots_cannot_be_had_is_left_alone(newsroom: Newsroom) -> None:
    newsroom.web.pages |= {"/robots.txt": answer(status=503), "/feed/": rss("/berita/1")}
    progress = await newsroom.crawl(since=START)
    assert asked_for(newsroom) == ["/robots.txt"] * 3
    assert progress.by_site[HOST].sources_refused == {"robots_unavailable": 1}
    assert progress.pending == 0
    newsroom.web.pages = {"/feed/": rss("/berita/1"), "/berita/1": page("satu")}
    await newsroom.crawl(since=datetime.now(UTC))
    assert newsroom.kafka.paths == ["/berita/1"]


async def test_pages_nobody_can_use(newsroom: Newsroom) -> None:
    newsroom.web.pages = {
        "/feed/": rss("/berita/1", "/hilang", "/gambar", "/pindah", "/pulang", "/kosong", "/putar"),
        "/berita/1": page("satu"),
        "/gambar": answer(b"GIF89a", kind="image/gif"),
        "/pindah": redirect("http://lain.example/x"),
        "/pulang": redirect("/"),
        "/kosong": answer(b" "),
        "/putar": redirect("/putar"),
    }
    progress = await newsroom.crawl(since=START)
    assert progress.by_site[HOST].refused == {
        "http_404": 1, "bad_content_type": 1, "redirect_off_site": 1, "redirect_to_home": 1, "empty_page": 1, "redirect_loop": 1,
    }  # fmt: skip
    assert newsroom.kafka.paths == ["/berita/1"]


async def test_trouble_is_tried_three_times_and_the_pass_goes_on(newsroom: Newsroom) -> None:
    newsroom.web.pages = {"/feed/": rss("/berita/1", "/rusak"), "/berita/1": page("satu"), "/rusak": answer(status=500)}
    progress = await newsroom.crawl(since=START)
    assert newsroom.web.paths.count("/rusak") == 3
    assert progress.by_site[HOST].refused == {"http_5xx": 1}
    assert newsroom.kafka.paths == ["/berita/1"]


async def test_a_host_that_asks_for_peace_gets_it(newsroom: Newsroom) -> None:
    newsroom.web.pages = dict.fromkeys(["/berita/1", "/berita/2"], answer(status=429, retry_after="3600"))
    newsroom.web.pages["/feed/"] = rss("/berita/1", "/berita/2")
    progress = await newsroom.crawl(since=START)
    assert len([path for path in asked_for(newsroom) if path.startswith("/berita/")]) == 1
    assert progress.by_site[HOST].refused == {"http_429": 2}
    progress = await newsroom.crawl(since=datetime.now(UTC))
    assert asked_for(newsroom) == []
    assert progress.by_site[HOST].refused == {"host_resting": 2}


async def test_a_page_too_big_is_a_dead_letter(newsroom: Newsroom) -> None:
    newsroom.web.pages = {"/feed/": rss("/besar", "/berita/1"), "/besar": answer(b"x" * 60_000), "/berita/1": page("satu")}
    progress = await newsroom.crawl(since=START)
    (letter,) = newsroom.kafka.letters
    assert (letter.reason, letter.site_id, letter.url, letter.truncated) == ("page_too_big", HOST, f"http://{HOST}/besar", True)
    assert len(letter.value) >= 50_000
    assert progress.by_site[HOST].refused == {"page_too_big": 1}
    assert newsroom.kafka.paths == ["/berita/1"]


async def test_a_site_that_names_nothing_is_found_out(newsroom: Newsroom) -> None:
    newsroom.web.pages = {
        "/robots.txt": answer(f"Sitemap: http://{HOST}/peta.xml".encode(), kind="text/plain"),
        "/": answer(b'<html><head><link rel="alternate" type="application/atom+xml" href="/atom"></head><body>x</body></html>'),
        "/atom": answer(f"<feed><entry><link href='http://{HOST}/berita/1'/></entry></feed>".encode()),
        "/peta.xml": answer(b"<sitemapindex><sitemap><loc>/peta-1.xml</loc></sitemap></sitemapindex>"),
        "/peta-1.xml": answer(b"<urlset><url><loc>/berita/2</loc></url><url><loc>http://lain.example/3</loc></url></urlset>"),
        "/berita/1": page("satu"),
        "/berita/2": page("dua"),
    }
    progress = await newsroom.crawl(site(feeds=()), since=START)
    assert newsroom.kafka.paths == ["/berita/1", "/berita/2"]
    assert progress.by_site[HOST].sources_refused == {}


async def test_a_site_without_robots_that_sends_to_its_home_page(newsroom: Newsroom) -> None:
    newsroom.web.pages = {"/robots.txt": redirect("/"), "/feed/": rss("/berita/1"), "/berita/1": page("satu")}
    await newsroom.crawl(since=START)
    assert newsroom.kafka.paths == ["/berita/1"]


async def test_robots_of_yesterday_stand_in_while_the_host_is_in_trouble(newsroom: Newsroom) -> None:
    """Asked for again after the hour it said it holds; the rules of then are kept while it answers 503."""
    rules = answer(b"User-agent: *\nDisallow: /rahasia/", kind="text/plain", cache_control="max-age=60")
    newsroom.web.pages = {"/robots.txt": rules, "/feed/": rss("/berita/1", "/rahasia/2"), "/berita/1": page("satu")}
    await newsroom.crawl(since=START)
    async with open_frontier(newsroom.settings, None) as frontier:
        kept = await frontier.robots(HOST)
        assert kept is not None
        await frontier.save_robots(HOST, replace(kept, fetched_at=kept.fetched_at - timedelta(hours=2)))
    newsroom.web.pages |= {"/robots.txt": answer(status=503), "/feed/": rss("/berita/3", "/rahasia/4"), "/berita/3": page("tiga")}
    await newsroom.crawl(since=datetime.now(UTC))
    assert newsroom.kafka.paths == ["/berita/1", "/berita/3"]
    assert newsroom.web.paths.count("/robots.txt") == 4
    assert not [path for path in newsroom.web.paths if path.startswith("/rahasia")]


async def test_a_slow_host_gives_its_place_back(newsroom: Newsroom) -> None:
    """It asks for a minute between two requests: what it was asked stays done, and it rests without a crawler waiting."""
    slow = answer(b"User-agent: *\nCrawl-delay: 60", kind="text/plain")
    newsroom.web.pages = {"/robots.txt": slow, "/feed/": rss("/berita/1"), "/berita/1": page("satu")}
    run = newsroom.runtime(newsroom.settings)
    rested: list[Host] = []
    async with newsroom.crawling(run, since=None) as frontier:
        while not rested:
            await asyncio.sleep(0.05)
            hosts = await frontier.hosts_with_work(run.now() + timedelta(minutes=2))
            rested = [host for host in hosts if host.rest_until > run.now()]
    assert asked_for(newsroom) == ["/feed/", "/robots.txt"]
    assert (rested[0].owner, rested[0].failures) == (None, 0)


async def test_a_pass_ends_though_we_cannot_read_a_robots(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    async def read(*_args: Any) -> None:
        raise AttributeError("a defect of ours")

    monkeypatch.setattr("services.crawler.visit.host_robots", read)
    await newsroom.crawl(since=START)
    assert newsroom.web.paths == []


async def test_another_crawler_goes_on_with_a_slow_host_where_the_first_left_it(newsroom: Newsroom) -> None:
    """A minute later by the clock they share; it would else wait that minute again."""
    slow = answer(b"User-agent: *\nCrawl-delay: 60", kind="text/plain")
    newsroom.web.pages = {"/robots.txt": slow, "/feed/": rss("/berita/1"), "/berita/1": page("satu")}
    first = newsroom.runtime(newsroom.settings)
    later = newsroom.runtime(newsroom.settings, now=lambda: datetime.now(UTC) + timedelta(seconds=61))
    async with newsroom.crawling(first, since=None) as frontier:
        left_first = await _left_by(frontier, None)
    async with newsroom.crawling(later, since=None) as frontier:
        assert await _left_by(frontier, left_first) is not None
    assert asked_for(newsroom) == ["/berita/1", "/feed/", "/robots.txt"]


async def _left_by(frontier: Frontier, before: str | None) -> str | None:
    """Who left the host, once that is somebody else than before."""
    while True:
        for host in await frontier.hosts_with_work(datetime.now(UTC) + timedelta(days=1)):
            if host.owner is None and host.left_by != before:
                return host.left_by
        await asyncio.sleep(0.05)


async def test_a_challenge_is_no_trouble_of_the_host(newsroom: Newsroom) -> None:
    wall = answer(b"<title>Just a moment...</title>")
    newsroom.web.pages = {
        "/feed/": rss("/berita/1", "/berita/2", "/berita/3"),
        "/berita/1": wall,
        "/berita/2": page("dua"),
        "/berita/3": wall,
    }
    progress = await newsroom.crawl(since=START)
    assert newsroom.kafka.paths == ["/berita/2"]
    assert newsroom.web.paths.count("/berita/1") == 1
    assert progress.by_site[HOST].refused == {"challenge_page": 2}


async def test_a_page_that_says_it_is_not_there_is_kept_for_a_person_to_see(newsroom: Newsroom) -> None:
    body = b"<title>Halaman tidak ditemukan - Situs</title>"
    newsroom.web.pages = {"/feed/": rss("/berita/1"), "/berita/1": answer(body)}
    progress = await newsroom.crawl(since=START)
    assert progress.by_site[HOST].refused == {"soft_404": 1}
    assert [(letter.reason, base64.b64decode(letter.value)) for letter in newsroom.kafka.letters] == [("soft_404", body)]


async def test_a_page_that_only_sends_on_within_the_site(newsroom: Newsroom) -> None:
    refresh = b'<meta http-equiv="refresh" content="0; url=%s">'
    newsroom.web.pages = {
        "/feed/": rss("/berita/1", "/berita/2", "/berita/3"),
        "/berita/1": answer(refresh % b"/berita/9"),
        "/berita/2": answer(refresh % b"http://lain.example/berita/2"),
        "/berita/3": answer(refresh % b"/berita/3"),
        "/berita/9": page("sembilan"),
    }
    progress = await newsroom.crawl(since=START)
    assert [page.final_url for page in newsroom.kafka.pages] == [f"http://{HOST}/berita/9"]
    assert progress.by_site[HOST].refused == {"redirect_off_site": 1, "refresh_loop": 1}


async def test_the_pace_is_kept(newsroom: Newsroom) -> None:
    newsroom.web.pages = {
        "/feed/": rss("/berita/1", "/berita/2"),
        "/berita/1": redirect("/berita/3"),
        "/berita/2": page("dua"),
        "/berita/3": page("x"),
    }
    times: list[float] = []
    for path, said in newsroom.web.pages.items():
        newsroom.web.pages[path] = _timed(said, times)
    await newsroom.crawl(site(pace=0.2), since=START)
    gaps = [after - before for before, after in pairwise(times)]
    assert len(times) == 4
    assert min(gaps) >= 0.19


def _timed(said: Answer, times: list[float]) -> Answer:
    def say(asked: Asked, writer: asyncio.StreamWriter) -> bytes | Awaitable[None]:
        times.append(asyncio.get_running_loop().time())
        return said if isinstance(said, bytes) else said(asked, writer)

    return say


async def test_two_crawlers_share_the_work(newsroom: Newsroom) -> None:
    newsroom.web.pages = {"/feed/": rss("/berita/1", "/berita/2"), "/berita/1": page("satu"), "/berita/2": page("dua")}
    run = newsroom.runtime(newsroom.settings)
    async with newsroom.crawling(run, since=START):
        await newsroom.crawl(since=START)
    assert asked_for(newsroom) == ["/berita/1", "/berita/2", "/feed/", "/robots.txt"]
    assert len(newsroom.kafka.pages) == 2


async def test_without_a_pass_sources_are_looked_at_again(newsroom: Newsroom, settings: Make) -> None:
    newsroom.settings = newsroom.settings.model_copy(update={"crawl_revisit_seconds": 0.2})
    newsroom.web.pages = {"/feed/": rss("/berita/1"), "/berita/1": page("satu"), "/berita/2": page("dua")}

    def look(progress: Progress) -> bool:
        if newsroom.kafka.paths == ["/berita/1"]:
            newsroom.web.pages["/feed/"] = rss("/berita/1", "/berita/2")
        return newsroom.kafka.paths == ["/berita/1", "/berita/2"]

    await newsroom.crawl(since=None, until=look)
    assert newsroom.web.paths.count("/berita/1") == 1


@pytest.mark.parametrize("request_", [CrawlRequested(url=f"http://www.{HOST}/berita/9"), CrawlRequested(site_id=HOST)])
async def test_somebody_asks(newsroom: Newsroom, request_: CrawlRequested) -> None:
    newsroom.settings = newsroom.settings.model_copy(
        update={"fetch_hosts": {HOST: newsroom.web.target, f"www.{HOST}": newsroom.web.target}}
    )
    newsroom.web.pages = {"/feed/": rss("/berita/1"), "/berita/1": page("satu"), "/berita/9": page("sembilan")}
    await newsroom.crawl(since=START)
    asked_for(newsroom)
    async with open_frontier(newsroom.settings, START) as frontier:
        handler = Requests(newsroom.runtime(newsroom.settings), [site()], frontier)
        assert await handler.on_request(Delivered(request_, "cor_1")) == ()
    await newsroom.crawl(since=START)
    assert asked_for(newsroom) == ["/berita/9" if request_.url else "/feed/"]


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        (CrawlRequested(url="http://lain.example/x"), "unknown_site"),
        (CrawlRequested(site_id="lain.example"), "unknown_site"),
        (CrawlRequested(url="file:///etc/passwd"), "bad_url"),
    ],
)
async def test_requests_that_are_refused(newsroom: Newsroom, request_: CrawlRequested, reason: str) -> None:
    async with open_frontier(newsroom.settings, None) as frontier:
        handler = Requests(newsroom.runtime(newsroom.settings), [site()], frontier)
        with pytest.raises(Reject) as reject:
            await handler.on_request(Delivered(request_, "cor_1"))
    assert reject.value.reason == reason


async def test_a_clock_set_back_does_not_make_a_pass_endless(newsroom: Newsroom) -> None:
    newsroom.web.pages = {"/feed/": rss("/berita/1"), "/berita/1": page("satu")}
    make = newsroom.runtime
    newsroom.runtime = lambda settings: make(settings, now=lambda: START - timedelta(hours=2))
    await newsroom.crawl(since=START)
    assert asked_for(newsroom) == ["/berita/1", "/feed/", "/robots.txt"]


async def test_what_a_big_feed_lists_is_read_and_what_is_left_out_is_counted(newsroom: Newsroom) -> None:
    paths = ("/2031/02/", "/2031/03/", "/berita?sort=judul", "/rapat")
    items = "".join(f"<item><link>{path}</link></item>" for path in paths) + "<item><title>" + "isi " * 10_000
    newsroom.web.pages = {"/feed/": answer(f"<rss><channel>{items}".encode(), kind="application/rss+xml"), "/rapat": page("rapat")}
    run = newsroom.runtime(newsroom.settings)
    await newsroom.crawl(since=START, run=run)
    assert asked_for(newsroom) == ["/feed/", "/rapat", "/robots.txt"]
    dropped = {reason: _dropped(run, reason) for reason in ("calendar_trap", "facet_trap")}
    assert dropped == {"calendar_trap": 2, "facet_trap": 1}


def _sitemap(entries: int) -> bytes:
    """Oldest first, as WordPress has them; the newest stands at the end."""
    about = f"<image:caption>{'lama ' * 150}</image:caption>"
    urls = "".join(f"<url><loc>/berita/lama-{number:06}</loc><lastmod>2020-01-01</lastmod>{about}</url>" for number in range(entries))
    return answer(f"<urlset>{urls}<url><loc>/berita/baru</loc><lastmod>2026-11-25</lastmod></url></urlset>".encode(), etag='"peta"')


async def test_a_sitemap_bigger_than_a_page_is_read_to_its_end(newsroom: Newsroom) -> None:
    """Of 75 kB, where a page may have 50: it is asked for a second time, as a whole."""
    newsroom.web.pages = {"/peta.xml": _sitemap(90), "/berita/baru": page("baru")}
    robots = answer(b"User-agent: *\nDisallow: /berita/lama", kind="text/plain")
    newsroom.web.pages["/robots.txt"] = robots
    run = newsroom.runtime(newsroom.settings)
    await newsroom.crawl(site(feeds=(), sitemaps=(f"http://{HOST}/peta.xml",)), since=START, run=run)
    assert asked_for(newsroom) == ["/berita/baru", "/peta.xml", "/peta.xml", "/robots.txt"]
    assert newsroom.kafka.paths == ["/berita/baru"]
    assert _dropped(run, "source_cut") is None


async def test_a_big_sitemap_that_fails_is_read_as_far_as_it_came(newsroom: Newsroom) -> None:
    whole, answered = _sitemap(90), list[bytes]()

    def once(_asked: Asked, writer: asyncio.StreamWriter) -> bytes:
        answered.append(whole if not answered else answer(status=503))
        return answered[-1]

    newsroom.web.pages = {"/peta.xml": once}
    run = newsroom.runtime(newsroom.settings)
    progress = await newsroom.crawl(site(feeds=(), sitemaps=(f"http://{HOST}/peta.xml",)), since=START, run=run)
    assert progress.by_site[HOST].sources_refused == {}
    assert "/berita/baru" not in newsroom.web.paths
    assert "/berita/lama-000000" in newsroom.web.paths
    assert _dropped(run, "source_cut") == 1


def _dropped(run: Runtime, reason: str) -> float | None:
    labels = {"service": "crawler", "site": HOST, "reason": reason}
    return run.metrics.registry.get_sample_value("kabar_links_dropped_total", labels)


async def test_a_site_that_links_to_itself_with_and_without_www(newsroom: Newsroom) -> None:
    """No page names a canonical address; each article is asked for once, as the feed itself is spelled."""
    hosts = dict.fromkeys((HOST, f"www.{HOST}"), newsroom.web.target)
    newsroom.settings = newsroom.settings.model_copy(update={"fetch_hosts": hosts})
    items = "".join(f"<item><link>http://{host}/berita/{number}</link></item>" for host in hosts for number in (1, 2))
    newsroom.web.pages = {"/berita/1": page("satu"), "/berita/2": page("dua"), "/berita/2?amp=1": page("dua, ringkas")}
    items += f"<item><link>http://{HOST}/berita/2?amp=1</link></item>"
    newsroom.web.pages["/feed/"] = answer(f"<rss><channel>{items}</channel></rss>".encode(), kind="application/rss+xml")
    run = newsroom.runtime(newsroom.settings)
    await newsroom.crawl(since=START, run=run)
    assert asked_for(newsroom) == ["/berita/1", "/berita/2", "/feed/", "/robots.txt"]
    assert sorted(sent.final_url for sent in newsroom.kafka.pages) == [f"http://{HOST}/berita/1", f"http://{HOST}/berita/2"]

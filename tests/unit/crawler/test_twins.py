"""One article under several addresses: what the server is asked for."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest

from services.crawler.discover.links import Kind, Link
from services.crawler.frontier import open_frontier
from services.crawler.known import found
from services.crawler.twins import plain_address, shared_by_twins
from shared.sites import Site
from tests.unit.crawler.loopback import Answer, answer
from tests.unit.crawler.test_crawl import HOST, START, Newsroom, newsroom, page, site

__all__ = ["newsroom"]
PLAIN = "/berita/2023/11/warga-tanam-bakau"
WWW = f"www.{HOST}"


def feed(*urls: str) -> bytes:
    items = "".join(f"<item><link>{url if '://' in url else f'http://{HOST}{url}'}</link></item>" for url in urls)
    return answer(f'<rss version="2.0"><channel>{items}</channel></rss>'.replace("&", "&amp;").encode(), kind="application/rss+xml")


async def go_through(newsroom: Newsroom, of: Site) -> None:
    """A pass over a site whose host is there under both spellings."""
    hosts = {HOST: newsroom.web.target, WWW: newsroom.web.target}
    newsroom.settings = newsroom.settings.model_copy(update={"fetch_hosts": hosts})
    await newsroom.crawl(of, since=datetime.now(UTC))


async def look(newsroom: Newsroom, said: bytes) -> list[str]:
    """A pass. Returns what was asked for but the feed and robots.txt."""
    newsroom.web.asked.clear()
    newsroom.web.pages["/feed/"] = said
    await go_through(newsroom, site())
    return sorted(path for path in newsroom.web.paths if path not in ("/feed/", "/robots.txt"))


TWINS = [
    f"{PLAIN}?m=1",
    f"{PLAIN}/amp",
    f"{PLAIN}?amp=1",
    f"{PLAIN}?outputType=amp",
    f"{PLAIN}?page=1",
    f"{PLAIN}/page/1",
    f"{PLAIN}?page=2",
    f"{PLAIN}/halaman/2",
    f"{PLAIN}?utm_source=wa&fbclid=1",
    f"{PLAIN};jsessionid=AB12",
    f"http://{WWW}{PLAIN}?m=1",
]


@pytest.mark.parametrize("twin", TWINS)
async def test_twins_listed_at_different_times_are_asked_for_once_in_a_pass(newsroom: Newsroom, twin: str) -> None:
    newsroom.web.pages = {twin[len(f"http://{WWW}") :] if "://" in twin else twin: page("kembar"), PLAIN: page("isi")}
    assert await look(newsroom, feed(twin)) == [PLAIN]
    assert await look(newsroom, feed(PLAIN)) == [PLAIN]
    assert [urlsplit(sent.url).path for sent in newsroom.kafka.pages] == [PLAIN]


@pytest.mark.parametrize("together", [True, False])
async def test_a_twin_is_asked_for_where_the_plain_one_is_not_there(newsroom: Newsroom, together: bool) -> None:
    twin = f"{PLAIN}?m=1"
    newsroom.web.pages = {twin: page("kembar")}
    if together:
        assert await look(newsroom, feed(PLAIN, twin)) == [PLAIN, twin]
    else:
        assert await look(newsroom, feed(PLAIN)) == [PLAIN]
        assert newsroom.kafka.pages == []
        assert await look(newsroom, feed(twin)) == [PLAIN, twin]
    assert [sent.url for sent in newsroom.kafka.pages] == [f"http://{HOST}{twin}"]
    assert await look(newsroom, feed(PLAIN, twin)) == [twin]


async def test_two_twins_that_are_not_there_are_not_tried_for_ever(newsroom: Newsroom) -> None:
    twins = f"{PLAIN}?m=1", f"{PLAIN}?amp=1"
    newsroom.web.pages = {}
    assert await look(newsroom, feed(*twins)) == [PLAIN, twins[0]]
    assert await look(newsroom, feed(*reversed(twins))) == [twins[0]]


@pytest.mark.parametrize(
    "url",
    [
        "https://situs.example/index.php?page=12",
        "https://situs.example/?m=1",
        "https://situs.example/berita/2",
        "https://situs.example/amp",
        "https://situs.example/judul/ramp",
    ],
)
def test_what_is_no_twin_stays_as_it_is(url: str) -> None:
    assert plain_address(url) == url


def test_http_and_www_are_known_as_one_and_asked_as_they_were_linked() -> None:
    urls = [f"{scheme}://{host}{PLAIN}" for scheme in ("http", "https") for host in (HOST, WWW)]
    assert {shared_by_twins(url) for url in urls} == {f"https://{HOST}{PLAIN}"}
    assert [found(Link(url, Kind.article), site(), START).url for url in urls] == urls


def under(host: str, said: bytes) -> Answer:
    """Said to who asks this host; the other spelling answers 404."""
    return lambda asked, _writer: said if asked.headers["host"] == host else answer(status=404)


async def two_passes(newsroom: Newsroom, *feeds: str) -> list[str]:
    """Of a site of both spellings. Returns the articles' URLs, as published."""
    for _ in range(2):
        await go_through(newsroom, site(feeds=feeds))
    return sorted(sent.url for sent in newsroom.kafka.pages)


@pytest.mark.parametrize("only", [HOST, WWW])
async def test_an_article_under_the_other_spelling_of_its_host_alone_is_found(newsroom: Newsroom, only: str) -> None:
    newsroom.web.pages = {"/feed/": feed(f"http://{only}{PLAIN}"), PLAIN: under(only, answer(b"<p>isi</p>"))}
    assert await two_passes(newsroom, f"http://{HOST}/feed/") == [f"http://{only}{PLAIN}"]


async def test_a_feed_under_the_other_spelling_alone_is_found(newsroom: Newsroom) -> None:
    home = f'<link rel="alternate" type="application/rss+xml" href="http://{WWW}/rss.xml">'
    newsroom.web.pages = {"/": answer(home.encode()), "/rss.xml": under(WWW, feed(PLAIN)), PLAIN: page("isi")}
    assert await two_passes(newsroom) == [f"http://{WWW}{PLAIN}"]


async def test_feeds_under_both_spellings_give_one_article(newsroom: Newsroom) -> None:
    """Whose page names no canonical address."""
    newsroom.web.pages = {"/feed/": feed(PLAIN), "/rss.xml": feed(f"http://{WWW}{PLAIN}"), PLAIN: page("isi")}
    assert len(await two_passes(newsroom, f"http://{HOST}/feed/", f"http://{WWW}/rss.xml")) == 1
    assert newsroom.web.paths.count(PLAIN) == 2  # once a pass


async def test_a_twin_heard_of_while_its_article_is_asked_for_is_tried(newsroom: Newsroom) -> None:
    """A visit takes what is due together: the feed that names the twin, and the article as it was known before."""
    twin = f"{PLAIN}?m=1"
    newsroom.web.pages = {"/feed/": feed(twin), twin: page("kembar")}
    async with open_frontier(newsroom.settings, None) as frontier:
        await frontier.add([found(Link(f"http://{HOST}{PLAIN}", Kind.article), site(), START)])
    assert await two_passes(newsroom, f"http://{HOST}/feed/") == [f"http://{HOST}{twin}"]
    assert newsroom.web.paths.count(PLAIN) == 1

"""Articles that spread over pages, on a real server."""

from __future__ import annotations

import random
import string
from datetime import UTC, datetime

import pytest

from services.crawler.gather import MOST_PARTS
from shared.envelope import unpack_body
from tests.unit.crawler.loopback import answer, redirect
from tests.unit.crawler.test_crawl import HOST, START, Newsroom, newsroom, page, rss

__all__ = ["newsroom"]
ARTICLE = "/berita/apel"


def paged(*hrefs: str, said: str = "isi") -> bytes:
    return answer((f"<p>{said}</p>" + "".join(f'<a href="{href}">x</a>' for href in hrefs)).encode())


async def crawl(newsroom: Newsroom) -> list[str]:
    """A pass. Returns the paths of the parts of the one article that was published."""
    newsroom.kafka.pages.clear()
    newsroom.web.asked.clear()
    await newsroom.crawl(since=datetime.now(UTC))
    (sent,) = newsroom.kafka.pages
    assert sent.url == f"http://{HOST}{ARTICLE}"
    return [part.url.removeprefix(sent.url) for part in sent.parts]


async def test_further_pages_travel_with_the_first(newsroom: Newsroom) -> None:
    newsroom.web.pages = {
        "/feed/": rss(ARTICLE, f"{ARTICLE}/2"),
        ARTICLE: paged(f"{ARTICLE}/2"),
        f"{ARTICLE}/2": paged(ARTICLE, f"{ARTICLE}/3", said="dua"),
        f"{ARTICLE}/3": paged(ARTICLE, f"{ARTICLE}/2", said="tiga"),
    }
    assert await crawl(newsroom) == ["/2", "/3"]
    (sent,) = newsroom.kafka.pages
    assert [unpack_body(part.body_zstd, max_bytes=10_000)[:11] for part in sent.parts] == [b"<p>dua</p><", b"<p>tiga</p>"]
    assert sorted(newsroom.web.paths) == [ARTICLE, f"{ARTICLE}/2", f"{ARTICLE}/3", "/feed/", "/robots.txt"]


async def test_a_further_page_never_becomes_an_article_of_its_own(newsroom: Newsroom) -> None:
    newsroom.web.pages = {"/feed/": rss(ARTICLE), ARTICLE: paged(f"{ARTICLE}/2"), f"{ARTICLE}/2": paged(said="dua")}
    assert await crawl(newsroom) == ["/2"]
    newsroom.web.pages |= {"/feed/": rss(ARTICLE, f"{ARTICLE}/2", "/lain"), "/lain": page("lain")}
    newsroom.web.asked.clear()
    await newsroom.crawl(since=datetime.now(UTC))
    assert newsroom.web.paths.count(f"{ARTICLE}/2") == 1  # with its article, to see whether it has changed
    assert newsroom.kafka.paths == [ARTICLE, "/lain"]


async def test_all_pages_are_fetched_again_when_the_first_has_changed(newsroom: Newsroom) -> None:
    newsroom.web.pages = {"/feed/": rss(ARTICLE), ARTICLE: paged("?page=2"), f"{ARTICLE}?page=2": paged(said="dua")}
    assert await crawl(newsroom) == ["?page=2"]
    newsroom.web.pages |= {ARTICLE: paged("?page=2", said="isi baru"), f"{ARTICLE}?page=2": paged(said="dua baru")}
    assert await crawl(newsroom) == ["?page=2"]
    assert unpack_body(newsroom.kafka.pages[0].parts[0].body_zstd, max_bytes=10_000) == b"<p>dua baru</p>"


async def test_the_one_with_everything_is_fetched_alone(newsroom: Newsroom) -> None:
    newsroom.web.pages = {
        "/feed/": rss(ARTICLE),
        ARTICLE: paged("?page=2", "?page=all"),
        f"{ARTICLE}?page=all": paged("?page=1", "?page=2", said="semua"),
        f"{ARTICLE}?page=2": paged(said="dua"),
    }
    assert await crawl(newsroom) == ["?page=all"]
    assert f"{ARTICLE}?page=2" not in newsroom.web.paths


async def test_a_lost_part_does_not_lose_the_article(newsroom: Newsroom) -> None:
    newsroom.web.pages = {
        "/feed/": rss(ARTICLE),
        ARTICLE: paged("?page=2", "?page=3", "?page=4", "?page=5"),
        f"{ARTICLE}?page=3": answer(b"GIF89a", kind="image/gif"),
        f"{ARTICLE}?page=4": redirect("/"),
        f"{ARTICLE}?page=5": paged(said="lima"),
    }
    assert await crawl(newsroom) == ["?page=5"]


async def test_trouble_with_a_part_is_trouble_with_the_article(newsroom: Newsroom) -> None:
    newsroom.web.pages = {"/feed/": rss(ARTICLE), ARTICLE: paged("?page=2"), f"{ARTICLE}?page=2": answer(status=500)}
    progress = await newsroom.crawl(since=START)
    assert (newsroom.kafka.pages, progress.by_site[HOST].refused) == ([], {"http_5xx": 1})
    newsroom.web.pages[f"{ARTICLE}?page=2"] = paged(said="dua")
    assert await crawl(newsroom) == ["?page=2"]


async def test_at_most_ten_and_none_twice(newsroom: Newsroom) -> None:
    """A server that shows the same page under every number, and one that never ends."""
    newsroom.web.pages = {"/feed/": rss(ARTICLE), ARTICLE: paged(*(f"?page={number}" for number in range(2, 40)))}
    newsroom.web.pages |= {f"{ARTICLE}?page={number}": paged(said=f"bagian {min(number, 5)}") for number in range(2, 40)}
    assert await crawl(newsroom) == ["?page=2", "?page=3", "?page=4", "?page=5"]
    assert len([path for path in newsroom.web.paths if "page=" in path]) == MOST_PARTS


async def test_parts_that_do_not_fit_a_message_are_left_out(newsroom: Newsroom) -> None:
    newsroom.settings = newsroom.settings.model_copy(update={"fetch_max_bytes": 1_000_000})
    big = "".join(random.Random(5).choices(string.ascii_letters + string.digits + "  ", k=670_000)).encode()  # six bits each, packed
    newsroom.web.pages = {"/feed/": rss(ARTICLE), ARTICLE: paged("?page=2", "?page=3", "?page=4")}
    newsroom.web.pages |= {
        f"{ARTICLE}?page=2": answer(big),
        f"{ARTICLE}?page=3": answer(big[::-1]),
        f"{ARTICLE}?page=4": paged(said="empat"),
    }
    assert await crawl(newsroom) == ["?page=2", "?page=4"]


async def test_a_change_on_page_two_alone_is_published(newsroom: Newsroom) -> None:
    """Page one answers 304 then; it is asked for once more, as a whole."""
    first = page('satu <a href="?page=2">2</a> <a href="?page=3">3</a>')
    newsroom.web.pages = {"/feed/": rss(ARTICLE), ARTICLE: first, f"{ARTICLE}?page=2": page("dua"), f"{ARTICLE}?page=3": page("tiga")}
    assert await crawl(newsroom) == ["?page=2", "?page=3"]
    newsroom.web.asked.clear()
    await newsroom.crawl(since=datetime.now(UTC))
    assert sorted(newsroom.web.paths) == [ARTICLE, f"{ARTICLE}?page=2", f"{ARTICLE}?page=3", "/feed/"]
    assert all("if-none-match" in asked.headers for asked in newsroom.web.asked)
    assert len(newsroom.kafka.pages) == 1
    newsroom.web.pages[f"{ARTICLE}?page=2"] = page("dua, diperbarui")
    for _ in range(2):
        await newsroom.crawl(since=datetime.now(UTC))
    _, changed = newsroom.kafka.pages
    bodies = [unpack_body(part.body_zstd, max_bytes=9_000) for part in changed.parts]
    assert bodies == [f"<html><body><p>{said}</p></body></html>".encode() for said in ("dua, diperbarui", "tiga")]


@pytest.fixture
async def of_two_pages(newsroom: Newsroom) -> Newsroom:
    """A newsroom whose one article is published with its second page, which is gone since."""
    newsroom.web.pages = {"/feed/": rss(ARTICLE), ARTICLE: paged("?page=2"), f"{ARTICLE}?page=2": paged(said="dua")}
    assert await crawl(newsroom) == ["?page=2"]
    newsroom.kafka.pages.clear()
    del newsroom.web.pages[f"{ARTICLE}?page=2"]
    return newsroom


async def looks(newsroom: Newsroom, number: int) -> list[int]:
    """So many passes. Returns with how many further pages the article was published meanwhile, each time."""
    for _ in range(number):
        await newsroom.crawl(since=datetime.now(UTC))
    return [len(page.parts) for page in newsroom.kafka.pages]


async def test_a_lost_page_two_of_an_unchanged_first_page_changes_nothing(of_two_pages: Newsroom) -> None:
    """A 404 in passing was published as an article without its end."""
    assert await looks(of_two_pages, 3) == []


async def test_a_page_two_that_is_lost_in_passing_while_the_first_changes_is_waited_for(of_two_pages: Newsroom) -> None:
    of_two_pages.web.pages[ARTICLE] = paged("?page=2", said="isi baru")
    assert await looks(of_two_pages, 1) == []
    of_two_pages.web.pages[f"{ARTICLE}?page=2"] = paged(said="dua")
    assert await looks(of_two_pages, 2) == [1]


async def test_a_page_two_that_stays_lost_is_done_without(of_two_pages: Newsroom) -> None:
    of_two_pages.web.pages[ARTICLE] = paged("?page=2", said="isi baru")
    assert await looks(of_two_pages, 3) == [0]


async def test_a_page_two_that_the_first_no_longer_names_goes_with_it(of_two_pages: Newsroom) -> None:
    of_two_pages.web.pages[ARTICLE] = paged(said="semua di satu halaman")
    assert await looks(of_two_pages, 2) == [0]

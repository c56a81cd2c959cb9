"""What the crawler notes of each site and day, on a crawl of the loopback newsroom and on a real document store."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from services.crawler.discover.links import Kind, Link
from services.crawler.frontier import open_frontier
from services.crawler.known import NEVER_CHECKED, Known, Names, State, found, names
from services.crawler.ledger import Day, Days, Ledger, day_of
from services.crawler.receipt import Receipt
from services.crawler.standing import read_ledger, read_receipt
from services.crawler.stored import fields_of, known_of
from tests.unit.crawler.loopback import answer, redirect
from tests.unit.crawler.test_crawl import HOST, START, Make, Newsroom, newsroom, page, rss, site

__all__ = ["newsroom"]
TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 23, 59, tzinfo=UTC)


async def ledger(newsroom: Newsroom, of: str = HOST) -> Day:
    """All days of the crawl together: it may go on past midnight."""
    made, today = newsroom.settings, datetime.now(UTC).date()
    days = await read_ledger(made.mongo_uri, made.mongo_database, today - timedelta(days=1), today)
    total = Day()
    for (name, _), day in days.items():
        if name == of:
            total = Day(
                total.sources + day.sources, total.pages + day.pages, total.new + day.new,
                total.unseen + day.unseen, total.refused + day.refused,
            )  # fmt: skip
    return total


async def test_what_was_seen_and_what_came_to_nothing(newsroom: Newsroom) -> None:
    newsroom.web.pages = {
        "/robots.txt": answer(b"User-agent: *\nDisallow: /rahasia/", kind="text/plain"),
        "/feed/": rss("/berita/1", "/berita/2", "/hilang", "/rahasia/1", "/dilarang", "/pindah"),
        "/berita/1": page("satu"),
        "/berita/2": page("dua"),
        "/dilarang": answer(status=403),
        "/pindah": redirect("/"),
    }
    await newsroom.crawl(since=START)
    first = Day(1, 2, 2, refused=Counter(http_404=1, robots_disallowed=1, http_403=1, redirect_to_home=1))
    assert await ledger(newsroom) == first
    # Nothing is new at the second look: the pages are there, and what could never be used is asked for again by the pass.
    await newsroom.crawl(since=datetime.now(UTC))
    assert await ledger(newsroom) == Day(2, 4, 2, refused=first.refused + first.refused)


async def test_an_article_that_cannot_be_looked_at_again_is_no_refusal(newsroom: Newsroom) -> None:
    newsroom.web.pages = {"/feed/": rss("/berita/1"), "/berita/1": page("satu")}
    await newsroom.crawl(since=START)
    newsroom.web.pages["/berita/1"] = answer(status=403)
    await newsroom.crawl(since=datetime.now(UTC))
    assert await ledger(newsroom) == Day(2, 1, 1)


@pytest.mark.parametrize(
    ("pages", "unseen"),
    [
        ({"/feed/": answer(status=403)}, {"http_403": 1}),
        ({"/feed/": answer(status=500)}, {"http_5xx": 1}),
        ({"/robots.txt": answer(status=503)}, {"robots_http_5xx": 1}),
        ({"/robots.txt": answer(b"User-agent: *\nDisallow: /", kind="text/plain"), "/feed/": rss()}, {"robots_disallowed": 1}),
        ({"/feed/": answer(b"<html><title>Just a moment...</title></html>")}, {"challenge_page": 1}),
        ({"/feed/": rss()}, {"no_links": 1}),
    ],
)
async def test_why_nothing_could_be_seen(newsroom: Newsroom, pages: dict[str, bytes], unseen: dict[str, int]) -> None:
    newsroom.web.pages |= pages
    await newsroom.crawl(since=START)
    assert await ledger(newsroom) == Day(unseen=Counter(unseen))


async def test_a_name_that_leads_nowhere(newsroom: Newsroom) -> None:
    newsroom.settings = newsroom.settings.model_copy(update={"fetch_hosts": {}})  # example is no domain
    await newsroom.crawl(since=START)
    assert await ledger(newsroom) == Day(unseen=Counter(robots_dns_failed=1))


async def test_a_home_page_that_names_only_feeds_is_no_look_at_the_news(newsroom: Newsroom) -> None:
    newsroom.web.pages = {
        "/": answer(b'<html><link rel="alternate" type="application/rss+xml" href="/umpan"><p>Halo</p></html>'),
        "/umpan": answer(status=403),
    }
    await newsroom.crawl(site(feeds=()), since=START)
    assert await ledger(newsroom) == Day(unseen=Counter(http_403=1))


async def test_a_host_in_trouble_is_so_for_all_its_sites(newsroom: Newsroom) -> None:
    newsroom.web.pages |= {"/feed/": answer(status=429, retry_after="3600")}
    other = site(feeds=(f"http://{HOST}/umpan/kota-yang-jauh",)).model_copy(update={"id": "kota.example"})
    await newsroom.crawl(site(), other, since=START)
    assert await ledger(newsroom) == Day(unseen=Counter(http_429=1))
    assert await ledger(newsroom, other.id) == Day(unseen=Counter(http_429=1))
    assert "/umpan/kota-yang-jauh" not in newsroom.web.paths


async def test_visits_add_up_by_day_in_one_write_with_the_receipts(settings: Make) -> None:
    made = settings()
    days: Days = {("s", "2026-11-23"): Day(1, 2, 1, Counter(http_403=1), Counter(http_404=2)), ("s", "2026-11-24"): Day(sources=1)}
    async with open_frontier(made, None) as frontier:
        await frontier.add_receipts({"s": Receipt(requests=3)}, days)
        await frontier.add_receipts({"s": Receipt(requests=1)}, days)
        await frontier.add_receipts({}, {("lain", "2026-11-23"): Day(), ("t", "2026-11-25"): Day(pages=1)})
    kept = await read_ledger(made.mongo_uri, made.mongo_database, TODAY, TODAY + timedelta(days=1))
    assert kept == {
        ("s", "2026-11-23"): Day(2, 4, 2, Counter(http_403=2), Counter(http_404=4)),
        ("s", "2026-11-24"): Day(sources=2),
    }
    assert await read_receipt(made.mongo_uri, made.mongo_database, "s") == Receipt(requests=4)


async def test_old_days_are_dropped_and_nothing_else(settings: Make) -> None:
    made = settings()
    async with open_frontier(made, None) as frontier:
        days: Days = {("s", f"2026-11-{day}"): Day(pages=1) for day in (21, 22, 23)}
        await frontier.add_receipts({"s": Receipt(requests=3)}, days)
        assert [await frontier.forget_days(date(2026, 11, 23)) for _ in range(2)] == [2, 0]
    assert list(await read_ledger(made.mongo_uri, made.mongo_database, date(2000, 1, 1), TODAY)) == [("s", "2026-11-23")]
    assert await read_receipt(made.mongo_uri, made.mongo_database, "s") == Receipt(requests=3)


async def test_a_crawler_drops_them_when_it_starts(newsroom: Newsroom) -> None:
    newsroom.settings = newsroom.settings.model_copy(update={"crawl_ledger_days": 10})
    made, today = newsroom.settings, datetime.now(UTC).date()
    days: Days = {("s", (today - timedelta(days=ago)).isoformat()): Day(pages=1) for ago in (5, 15)}
    async with open_frontier(made, None) as frontier:
        await frontier.add_receipts({}, days)
    await newsroom.crawl(since=START)
    kept = await read_ledger(made.mongo_uri, made.mongo_database, date(2000, 1, 1), today)
    assert [day for name, day in kept if name == "s"] == [(today - timedelta(days=5)).isoformat()]


async def test_days_are_found_by_their_index(settings: Make) -> None:
    made = settings()
    async with open_frontier(made, None) as frontier:
        plan = await frontier._receipts.find({"day": {"$gte": "2026-11-01", "$lte": "2026-11-23"}}).explain()
    assert plan["queryPlanner"]["winningPlan"]["inputStage"]["indexName"] == "day"


def test_a_visit_past_midnight_is_of_two_days() -> None:
    clock = [NOW, NOW + timedelta(minutes=2)]
    kept = Ledger(lambda: clock.pop(0))
    feed = found(Link("http://situs.example/feed", Kind.feed), site(), NOW)
    kept.used(feed, replace(feed, checked_at=NOW))
    kept.used(feed, replace(feed, checked_at=NOW))
    assert kept.days == {(HOST, "2026-11-23"): Day(sources=1), (HOST, "2026-11-24"): Day(sources=1)}


def test_what_tells_nothing_of_today_is_left_out() -> None:
    kept = Ledger(lambda: NOW)
    archive = found(Link("http://situs.example/indeks", Kind.archive), site(), NOW)
    article = found(Link("http://situs.example/berita/1", Kind.article), site(), NOW)
    kept.used(archive, replace(archive, checked_at=NOW))
    kept.lost(archive, "http_404")
    kept.lost(replace(article, published_at=NOW), "http_404")
    kept.used(article, replace(article, checked_at=NEVER_CHECKED))  # a further page has changed: it is fetched anew
    assert kept.days == {}


def test_trouble_is_noted_only_where_nothing_is_known() -> None:
    kept = Ledger(lambda: NOW)
    kept.lost(found(Link("http://situs.example/feed", Kind.feed), site(), NOW), "http_429")
    kept.away([HOST, "lain.example"], "http_429")
    assert kept.days == {
        (HOST, "2026-11-23"): Day(unseen=Counter(http_429=1)),
        ("lain.example", "2026-11-23"): Day(unseen=Counter(http_429=1)),
    }


def test_it_is_noted_when_a_source_was_there_and_when_and_why_not() -> None:
    clock = [NOW - timedelta(minutes=left) for left in range(5)]
    kept = Ledger(lambda: clock.pop())
    feed = found(Link("http://situs.example/feed", Kind.feed), site(), NOW)
    article = found(Link("http://situs.example/berita/1", Kind.article), site(), NOW)
    kept.lost(feed, "http_404")
    kept.used(feed, replace(feed, checked_at=NOW))
    kept.used(feed, replace(feed, checked_at=NOW, names=Names.nothing))
    kept.used(article, replace(article, checked_at=NOW))
    kept.lost(article, "http_403")
    (day,) = kept.days.values()
    assert day.moments() == {"seen_at": NOW - timedelta(minutes=3), "lost_at": NOW - timedelta(minutes=2)}
    assert day.lost_for == "no_links"


async def test_the_latest_moments_of_a_day_are_kept(settings: Make) -> None:
    made, early = settings(), NOW - timedelta(hours=1)
    key = ("s", "2026-11-23")
    later = Day(sources=1, unseen=Counter(dns_failed=1), seen_at=NOW, lost_at=NOW, lost_for="dns_failed")
    async with open_frontier(made, None) as frontier:
        await frontier.add_receipts({}, {key: Day(unseen=Counter(http_403=1), lost_at=early, lost_for="http_403")})
        await frontier.add_receipts({}, {key: later})
        await frontier.add_receipts({}, {key: Day(sources=1, seen_at=early)})
    kept = (await read_ledger(made.mongo_uri, made.mongo_database, TODAY, TODAY))[key]
    assert kept == Day(sources=2, unseen=Counter(http_403=1, dns_failed=1))
    assert (kept.moments(), kept.lost_for) == ({"seen_at": NOW, "lost_at": NOW}, "dns_failed")


def test_what_was_noted_before_there_were_moments() -> None:
    assert (day_of({"sources": 1}).moments(), day_of({"sources": 1}).lost_for) == ({}, "")


def test_names_that_are_kept() -> None:
    made = Day(0, 3, 1, Counter(http_403=1), Counter(http_404=2))
    assert made.counts() == {"pages": 3, "new": 1, "unseen.http_403": 1, "refused.http_404": 2}
    assert day_of({"pages": 3, "new": 1, "unseen": {"http_403": 1}, "refused": {"http_404": 2}}) == made


@pytest.mark.parametrize(
    ("kinds", "named"),
    [
        ([Kind.feed, Kind.article], Names.articles),
        ([Kind.sitemap], Names.sources),
        ([], Names.nothing),
    ],
)
def test_what_a_source_names(kinds: list[Kind], named: Names) -> None:
    assert names(Link(f"http://situs.example/{kind}", kind) for kind in kinds) is named


def test_what_a_source_names_is_kept() -> None:
    feed = Known("url_1", "http://situs.example/feed", HOST, HOST, Kind.feed, State.read, names=Names.nothing)
    kept = {"_id": feed.id, **fields_of(feed)}
    assert known_of(kept) == feed
    del kept["names"]  # as it was stored before
    assert known_of(kept).names is Names.articles

"""A crawl of the loopback newsroom that ends in each verdict of `kabar coverage`, on the real document store."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from cli.coverage_units import Look, Seen, days_of, region_units, site_units
from services.crawler.frontier import open_frontier
from services.crawler.standing import read_ledger
from services.extractor.gazetteer.region import Region
from services.store.reader import open_reader
from services.store.repository import open_repository
from shared.broker import Delivered
from shared.documents import SiteRef
from shared.messages import ArticleExtracted, DeadLetter
from shared.settings import Settings
from tests.unit.crawler.loopback import Answer, answer
from tests.unit.crawler.test_crawl import HOST, START, Newsroom, newsroom, page, rss, site
from tests.unit.store.pages import page as read_page
from tests.unit.store.telling import silent

__all__ = ["newsroom"]
METRO = site().model_copy(update={"region": "18.72"})
REGIONS = {code: Region(code, name, None, None) for code, name in (("18.71", "Kota Bandar Lampung"), ("18.72", "Kota Metro"))}
FEED: dict[str, Answer] = {"/feed/": rss("/berita/1"), "/berita/1": page("satu")}
ROBOTS = answer(b"User-agent: *\nDisallow: /", kind="text/plain")
CHALLENGE = answer(b"<html><title>Just a moment...</title></html>")


async def looks(settings: Settings) -> dict[str, Look]:
    """At the site and the two regions. A crawl may go on past midnight."""
    today, where = datetime.now(UTC).date(), (settings.mongo_uri, settings.mongo_database)
    span = today - timedelta(days=1), today
    async with open_reader(*where) as reader:
        seen = Seen(await read_ledger(*where, *span), await reader.arrivals(*span))
    units = [*site_units([METRO], seen), *region_units([METRO], REGIONS, seen)]
    return {unit.key: seen.at(unit, days_of(*span)) for unit in units}


async def verdicts(settings: Settings) -> dict[str, str]:
    return {key: look.verdict.value for key, look in (await looks(settings)).items()}


@pytest.mark.parametrize(
    ("pages", "verdict", "reasons"),
    [
        (FEED | {"/feed/": answer(status=403)}, "blocked", {"http_403": 1}),
        (FEED | {"/robots.txt": ROBOTS}, "blocked", {"robots_disallowed": 1}),
        (FEED | {"/feed/": answer(status=429, retry_after="3600")}, "blocked", {"http_429": 1}),
        (FEED | {"/feed/": CHALLENGE}, "blocked", {"challenge_page": 1}),
        (FEED | {"/berita/1": CHALLENGE}, "blocked", {"challenge_page": 1}),
        (FEED | {"/robots.txt": answer(status=503)}, "failing", {"robots_http_5xx": 1}),
        (FEED | {"/feed/": answer(status=500)}, "failing", {"http_5xx": 1}),
        (FEED | {"/berita/1": answer(status=500)}, "failing", {"http_5xx": 1}),
        (FEED | {"/feed/": rss()}, "failing", {"no_links": 1}),
        (FEED | {"/berita/1": answer(b"%PDF-1.7", kind="application/pdf")}, "refused", {"bad_content_type": 1}),
        (FEED, "unread", {}),
    ],
)
async def test_what_a_crawl_alone_can_end_in(newsroom: Newsroom, pages: dict[str, Answer], verdict: str, reasons: dict[str, int]) -> None:
    newsroom.web.pages |= pages
    await newsroom.crawl(METRO, since=START)
    found = await looks(newsroom.settings)
    assert (found[HOST].verdict, found[HOST].reasons) == (verdict, reasons)
    assert (found["18.72"].verdict, found["18.72"].reasons) == (verdict, reasons)
    assert found["18.71"].verdict == "no_site"


async def test_a_name_that_leads_nowhere(newsroom: Newsroom) -> None:
    newsroom.settings = newsroom.settings.model_copy(update={"fetch_hosts": {}})
    await newsroom.crawl(METRO, since=START)
    assert await verdicts(newsroom.settings) == {HOST: "failing", "18.72": "failing", "18.71": "no_site"}


async def test_nobody_has_looked(newsroom: Newsroom) -> None:
    assert await verdicts(newsroom.settings) == {HOST: "not_looked_at", "18.72": "not_looked_at", "18.71": "no_site"}


async def test_what_came_of_it_is_in_the_store(newsroom: Newsroom) -> None:
    newsroom.web.pages |= FEED
    await newsroom.crawl(METRO, since=START)
    await store(newsroom, datetime.now(UTC))
    assert await verdicts(newsroom.settings) == {HOST: "reported", "18.72": "reported", "18.71": "no_site"}


async def test_an_article_of_another_day_leaves_it_silent(newsroom: Newsroom) -> None:
    """The page was published before: nothing is new, though it is looked at again."""
    newsroom.web.pages |= FEED
    await newsroom.crawl(METRO, since=START)
    await forget(newsroom)
    await store(newsroom, datetime.now(UTC) - timedelta(days=9))
    await newsroom.crawl(METRO, since=datetime.now(UTC))
    assert await verdicts(newsroom.settings) == {HOST: "silent", "18.72": "silent", "18.71": "no_site"}


async def test_all_was_refused_by_the_extractor(newsroom: Newsroom) -> None:
    newsroom.web.pages |= FEED
    await newsroom.crawl(METRO, since=START)
    letter = DeadLetter(
        id="ded_1", reason="no_article", service="extractor", value="", correlation_id="c", site_id=HOST, failed_at=datetime.now(UTC)
    )
    async with open_repository(newsroom.settings.mongo_uri, newsroom.settings.mongo_database) as repository:
        assert await repository.bury(letter)
    found = await looks(newsroom.settings)
    assert (found[HOST].verdict, found[HOST].reasons) == ("refused", {"no_article": 1})


async def store(newsroom: Newsroom, fetched_at: datetime) -> None:
    """What the extractor would have made of the page: an article with an event in Kota Metro."""
    article = read_page("apel", url=f"http://{HOST}/berita/1")
    told = article.model_copy(update={"site": SiteRef(id=HOST, name="Situs"), "fetched_at": fetched_at})
    async with open_repository(newsroom.settings.mongo_uri, newsroom.settings.mongo_database) as repository:
        await silent(repository).on_article(Delivered(ArticleExtracted(article=told), "cor_1"))


async def forget(newsroom: Newsroom) -> None:
    """As if that crawl had been long ago."""
    async with open_frontier(newsroom.settings, None) as frontier:
        await frontier.forget_days(datetime.now(UTC).date() + timedelta(days=2))

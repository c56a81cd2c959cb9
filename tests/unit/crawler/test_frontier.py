"""On a real document store."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo import AsyncMongoClient

from services.crawler.discover.links import Kind, Link
from services.crawler.frontier import Frontier, open_frontier
from services.crawler.known import NEVER_CHECKED, Host, Known, Leave, State, found, ids_of
from services.crawler.revisit import Revisits
from services.crawler.robots import RobotsFile
from services.crawler.standing import read_progress, read_url
from services.crawler.validators import Validators
from shared.outcomes import Outage, Reject, Retry
from shared.settings import Settings
from shared.sites import Site
from tests.unit.crawler.loopback import serving

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
REVISITS = Revisits((3_600.0,), 900.0, 300.0, 21_600.0)
SITE = Site(id="situs.example", name="Situs", home="https://situs.example/")
HOST = "situs.example"
Make = Callable[..., Settings]


@pytest.fixture
async def frontier(settings: Make) -> AsyncIterator[Frontier]:
    async with open_frontier(settings(), None) as opened:
        yield opened


@pytest.fixture
async def in_pass(settings: Make) -> AsyncIterator[Frontier]:
    async with open_frontier(settings(), NOW) as opened:
        yield opened


def url(number: int, kind: Kind = Kind.article) -> Known:
    return found(Link(f"https://situs.example/berita/{number}", kind), SITE, NOW)


async def due(frontier: Frontier, now: datetime = NOW) -> list[Known]:
    return sorted(await frontier.due(HOST, [SITE.id], now, 50), key=lambda known: known.url)


async def only_host(frontier: Frontier, now: datetime = NOW) -> Host:
    (host,) = await frontier.hosts_with_work(now)
    return host


async def test_a_url_comes_back_as_it_was_saved(frontier: Frontier) -> None:
    assert await frontier.add([url(1), url(2)]) == 2
    assert await frontier.add([url(1)]) == 0
    one, two = await due(frontier)
    assert (one, two) == (url(1), url(2))
    assert await frontier.save(one.failed(NOW, Retry("http_5xx"), timedelta(seconds=60)))
    assert [known.url for known in await due(frontier)] == [two.url]
    again = next(known for known in await due(frontier, LATER) if known.url == one.url)
    assert again == replace(one.failed(NOW, Retry("http_5xx"), timedelta(seconds=60)), version=1)


async def test_what_somebody_else_wrote_is_not_overwritten(frontier: Frontier) -> None:
    await frontier.add([url(1)])
    (mine,) = (theirs,) = await due(frontier)
    assert await frontier.save(theirs.used(NOW, Validators('"1"', None), "sha256:x", REVISITS))
    assert not await frontier.save(mine.refused(NOW, Reject("http_404"), REVISITS))
    assert await due(frontier, NOW + timedelta(minutes=59)) == []


async def test_due_is_of_the_host_and_the_sites_we_read(frontier: Frontier) -> None:
    await frontier.add([url(1)])
    assert await frontier.due("lain.example", [SITE.id], NOW, 50) == []
    assert await frontier.due(HOST, ["lain"], NOW, 50) == []
    assert await due(frontier, NOW - timedelta(seconds=1)) == []


async def test_only_one_of_many_claims_a_host(frontier: Frontier) -> None:
    await frontier.add_hosts([HOST])
    seen = await only_host(frontier)
    assert await frontier.claim(seen, "a")
    assert not await frontier.claim(seen, "b")
    assert await frontier.beat({HOST}, "a") == {HOST}
    assert await frontier.beat({HOST}, "b") == set()
    owned = await only_host(frontier)
    assert (owned.owner, owned.beat) == ("a", 2)


async def test_who_has_lost_a_host_changes_nothing(frontier: Frontier) -> None:
    await frontier.add_hosts([HOST])
    await frontier.claim(await only_host(frontier), "a")
    await frontier.claim(await only_host(frontier), "b")
    await frontier.release(HOST, "a", Leave(900, 5, 0, drained=True), NOW)
    assert (await only_host(frontier)).owner == "b"


async def test_a_released_host_rests(frontier: Frontier) -> None:
    await frontier.add_hosts([HOST])
    await frontier.claim(await only_host(frontier), "a")
    await frontier.release(HOST, "a", Leave(60, 5, 2, drained=True), NOW)
    assert await frontier.hosts_with_work(NOW + timedelta(seconds=59)) == []
    host = await only_host(frontier, NOW + timedelta(seconds=60))
    assert (host.owner, host.failures, host.rest_until) == (None, 2, NOW + timedelta(seconds=5))


async def test_robots_are_kept(frontier: Frontier) -> None:
    assert await frontier.robots(HOST) is None
    for text in ("User-agent: *", ""):
        await frontier.save_robots(HOST, RobotsFile(text, NOW))
        assert await frontier.robots(HOST) == RobotsFile(text, NOW)


async def test_in_a_pass_everything_not_checked_since_is_due_once(in_pass: Frontier, settings: Make) -> None:
    before = NOW - timedelta(minutes=1)
    await in_pass.add([url(1), url(2).unchanged(before, REVISITS), url(3).unchanged(NOW, REVISITS)])
    assert [known.url[-1] for known in await due(in_pass)] == ["1", "2"]
    assert await in_pass.pending(NOW) == 2
    for known in await due(in_pass):
        await in_pass.save(known.unchanged(NOW, REVISITS))
    assert await due(in_pass, LATER) == []


async def test_a_pass_gives_a_host_up(in_pass: Frontier) -> None:
    await in_pass.add([url(1), url(2), url(3).unchanged(NOW, REVISITS)])
    assert await in_pass.give_up(HOST, [SITE.id], "robots_unavailable", NOW) == 2
    assert await due(in_pass) == []


async def test_how_far_a_pass_is(in_pass: Frontier, settings: Make) -> None:
    made = settings()
    feed = url(9, Kind.feed)
    lost = replace(url(4), published_at=NOW).gone(NOW, Reject("http_410"), REVISITS)
    await in_pass.add([url(1), url(2), url(3), feed, lost])
    one, two, _three = (known for known in await due(in_pass) if known.is_article)
    await in_pass.save(one.used(NOW, Validators(), "sha256:x", REVISITS))
    await in_pass.save(two.refused(NOW, Reject("robots_disallowed"), REVISITS))
    await in_pass.save(feed.refused(NOW, Reject("not_a_feed"), REVISITS))
    progress = await read_progress(made.mongo_uri, made.mongo_database)
    assert (progress.instant, progress.finished, progress.pending) == (NOW, None, 1)
    site = progress.by_site[SITE.id]
    assert (site.published, site.refused, site.sources_refused) == (1, {"http_410": 1, "robots_disallowed": 1}, {"not_a_feed": 1})
    await in_pass.finish_pass(LATER)
    assert (await read_progress(made.mongo_uri, made.mongo_database)).finished == LATER


async def test_a_new_pass_forgets_that_the_old_one_ended(settings: Make) -> None:
    made = settings()
    for instant in (NOW, LATER):
        async with open_frontier(made, instant) as frontier:
            assert (await read_progress(made.mongo_uri, made.mongo_database)).finished is None
            await frontier.finish_pass(instant)
    async with open_frontier(made, LATER):
        assert (await read_progress(made.mongo_uri, made.mongo_database)).finished == LATER


async def test_a_host_through_with_the_pass_has_no_work_until_somebody_asks(in_pass: Frontier) -> None:
    await in_pass.add_hosts([HOST])
    await in_pass.add([url(1)])
    await in_pass.claim(await only_host(in_pass), "a")
    await in_pass.save((await due(in_pass))[0].unchanged(NOW, REVISITS))
    await in_pass.release(HOST, "a", Leave(900, 0, 0, drained=True), NOW)
    await in_pass.finish_pass(NOW)
    assert await in_pass.hosts_with_work(LATER) == []
    await in_pass.make_due([url(1).id], HOST, NOW)
    assert [known.url for known in await due(in_pass)] == [url(1).url]
    assert (await only_host(in_pass)).key == HOST


async def test_when_the_first_url_of_a_host_is_due(settings: Make) -> None:
    async with open_frontier(settings(), None) as frontier:
        assert await frontier.next_due(HOST, [SITE.id]) is None
        published = url(1).used(NOW, Validators(), "sha256:x", REVISITS)
        await frontier.add([published, url(2).unchanged(LATER, REVISITS), replace(url(3), site="lain.example", due_at=NOW)])
        assert published.due_at is not None
        assert await frontier.next_due(HOST, [SITE.id]) == published.due_at == NOW + timedelta(hours=1)


async def test_no_pass_was_ever_made(settings: Make) -> None:
    made = settings()
    progress = await read_progress(made.mongo_uri, made.mongo_database)
    assert (progress.instant, progress.finished, progress.pending, progress.by_site) == (None, None, 0, {})


async def test_page_data_is_never_a_key_or_an_operator(frontier: Frontier) -> None:
    sly = Link("https://situs.example/$where/a.b", Kind.article)
    await frontier.add([found(sly, SITE, NOW)])
    (known,) = await due(frontier)
    assert known.url == sly.url
    assert known.id.startswith("url_")
    assert await frontier.save(replace(known, etag='{"$gt": ""}', checked_at=NOW))


async def test_indexes_have_names(frontier: Frontier, settings: Make) -> None:
    made = settings()
    async with AsyncMongoClient[dict[str, Any]](made.mongo_uri) as client:
        indexes = await client[made.mongo_database]["urls"].index_information()
    assert {"host_due", "host_rank_due", "host_rank_checked", "backfill"} <= set(indexes)


async def test_a_store_that_does_not_answer_is_an_outage() -> None:
    # Not one that is gone: pymongo 4.20 leaves the socket of a connection open that it is cut off making.
    async with serving() as silent, AsyncMongoClient[dict[str, Any]](f"mongodb://{silent.target}", serverSelectionTimeoutMS=50) as client:
        with pytest.raises(Outage, match="store_away"):
            await Frontier(client, "kabar", None).hosts_with_work(NEVER_CHECKED)


def test_every_state_is_counted_or_pending() -> None:
    assert {state.value for state in State} == {"found", "read", "published", "refused", "failed", "gone", "part"}


async def test_a_url_and_its_host_are_read_as_they_stand(frontier: Frontier, settings: Make) -> None:
    made = settings()
    uri, database = made.mongo_uri, made.mongo_database
    nothing = await read_url(uri, database, ids_of(url(1).url), HOST)
    assert (nothing.known, nothing.host, nothing.robots) == (None, None, None)
    await frontier.add([url(1), url(2), url(3, Kind.listing)])
    await frontier.add_hosts([HOST])
    await frontier.save_robots(HOST, RobotsFile("Disallow: /x", NOW, 60.0))
    one = await read_url(uri, database, ids_of("http://www.situs.example/berita/1"), HOST)
    assert (one.known, one.host and one.host.key, one.robots) == (url(1), HOST, RobotsFile("Disallow: /x", NOW, 60.0))
    listing = await read_url(uri, database, ids_of("http://www.situs.example/berita/3"), "other.example")
    assert (listing.known, listing.host and listing.host.key) == (url(3, Kind.listing), HOST)

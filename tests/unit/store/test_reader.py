"""Reading everything back, on a real document store."""

from __future__ import annotations

from datetime import date

import pytest

from services.store.reader import Counts, Reader, open_reader
from services.store.repository import Database, Repository
from shared.broker import Delivered
from shared.documents import Article, Event
from shared.messages import ArticleExtracted, DeadLetter
from tests.unit.store.pages import NO_EVENT, SITE, fetched, page
from tests.unit.store.telling import silent

pytestmark = pytest.mark.integration


async def fill(repository: Repository, *articles: Article) -> None:
    router = silent(repository)
    for article in articles:
        await router.on_article(Delivered(ArticleExtracted(article=article), "cor_1"))


async def test_documents_have_the_contracts_shape(database: Database, repository: Repository) -> None:
    await fill(repository, page("a", 1))
    [article] = [document async for document in Reader(database).articles()]
    [event] = [document async for document in Reader(database).events()]
    assert article.keys() == Article.model_fields.keys() | {"first_seen_at", "gone_at", "last_seen_at"}
    assert Article.model_validate(article) == page("a", 1)
    assert article["published_at"]["value"] == "2023-11-14T10:00:00+07:00"
    assert event.keys() == Event.model_fields.keys()
    assert event["date"]["start"] == "2023-11-14"


async def test_everything_once_in_order_over_several_pages(database: Database) -> None:
    ids = [f"art_{number:020x}" for number in range(450)]
    await database["articles"].insert_many([{"_id": key, "id": key} for key in reversed(ids)])
    assert [document["id"] async for document in Reader(database).articles()] == ids


async def test_documents_that_come_and_go_meanwhile_disturb_no_other(database: Database) -> None:
    ids = [f"art_{number:020x}" for number in range(1, 301)]
    await database["articles"].insert_many([{"_id": key, "id": key} for key in ids])
    read = []
    async for document in Reader(database).articles():
        read.append(document["id"])
        if len(read) == 100:
            await database["articles"].insert_one({"_id": "art_0", "id": "art_0"})
            await database["articles"].delete_one({"_id": ids[0]})
    assert read == ids


async def test_counts(database: Database, repository: Repository) -> None:
    urls = [f"https://bawaslu-contoh.example/berita/{number}" for number in range(4)]
    other = SITE.model_copy(update={"id": "kpu-contoh.example"})
    await fill(
        repository,
        page("a", 1, url=urls[0]),
        page("b", 2, url=urls[0]),
        page("a", 1, url=urls[1]).model_copy(update={"site": other}),
        page(NO_EVENT, 1, url=urls[2]),
        page("a", 1, url=urls[3]),
        page(NO_EVENT, 2, url=urls[3]),
    )
    for number, reason in enumerate(["invalid_json", "invalid_json", "page_too_big"]):
        await repository.bury(
            DeadLetter(id=f"ded_{number}", reason=reason, service="store", value="", correlation_id="c", failed_at=fetched(1))
        )
    assert await Reader(database).counts() == Counts(
        articles=4,
        events=2,
        revisions=6,
        dead_letters=3,
        articles_by_site={"bawaslu-contoh.example": 3, "kpu-contoh.example": 1},
        events_by_type={"apel": 2},
        dead_by_reason={"invalid_json": 2, "page_too_big": 1},
    )
    assert len([event async for event in Reader(database).events()]) == 2, "a withdrawn event is none to the reader"
    assert [letter["id"] async for letter in Reader(database).dead_letters()] == ["ded_0", "ded_1", "ded_2"]


async def test_an_empty_store_reads_as_empty(mongo_uri: str) -> None:
    async with open_reader(mongo_uri, "kabar_test_never_written") as reader:
        assert await reader.counts() == Counts(0, 0, 0, 0, {}, {}, {})
        assert [document async for document in reader.articles()] == []


METRO_SITE, KPU = SITE.id, SITE.model_copy(update={"id": "kpu-contoh.example"})
FIRST, SECOND = "2023-11-15", "2023-11-16"
DAY = 24 * 60  # minutes


def letter(
    number: int, *, site: str | None = METRO_SITE, service: str = "extractor", minute: int = 1, reason: str = "no_article"
) -> DeadLetter:
    return DeadLetter(
        id=f"ded_{number}", reason=reason, service=service, value="", correlation_id="c", site_id=site, failed_at=fetched(minute)
    )


async def test_what_came_in_by_day(database: Database, repository: Repository) -> None:
    urls = [f"https://bawaslu-contoh.example/berita/{number}" for number in range(5)]
    elsewhere = page("c", DAY, url=urls[2])
    assert elsewhere.event is not None
    await fill(
        repository,
        page("a", 1, url=urls[0]),
        page("a, diperbarui", DAY, url=urls[0]),  # a later revision is no new article
        page("b", 2, url=urls[1]).model_copy(update={"site": KPU}),
        elsewhere.model_copy(update={"event": elsewhere.event.model_copy(update={"place": None})}),
        page(NO_EVENT, DAY, url=urls[3]),
        page("d", 3 * DAY, url=urls[4]),
    )
    for number, buried in enumerate(
        [
            letter(0),
            letter(1),
            letter(2, service="crawler"),
            letter(3, site=None),
            letter(4, minute=DAY, reason="bad_html"),
            letter(5, minute=9 * DAY),
        ]
    ):
        assert await repository.bury(buried), number
    # Dropping one takes nothing from what happened that day.
    await database["dead_letters"].update_one({"_id": "ded_0"}, {"$set": {"store.dropped_at": fetched(5)}})
    found = await Reader(database).arrivals(date(2023, 11, 15), date(2023, 11, 16))
    assert found.articles == {(METRO_SITE, FIRST): 1, (KPU.id, FIRST): 1, (METRO_SITE, SECOND): 2}
    assert found.events == {(METRO_SITE, FIRST): 1, (KPU.id, FIRST): 1, (METRO_SITE, SECOND): 1}
    assert found.events_in == {("18.72", FIRST): 2}
    assert found.refused == {(METRO_SITE, FIRST): {"no_article": 2}, (METRO_SITE, SECOND): {"bad_html": 1}}


async def test_an_event_is_counted_once_for_each_of_its_sites(database: Database) -> None:
    event = {"withdrawn_at": None, "first_seen_at": f"{FIRST}T01:02:03Z", "place": {"kabkota": {"code": "18.72"}}}
    reports = [{"id": str(number), "site": {"id": name}} for number, name in enumerate([METRO_SITE, METRO_SITE, KPU.id])]
    await database["events"].insert_many(
        [
            {"_id": "evt_1", **event, "articles": reports},
            {"_id": "evt_2", **event, "articles": reports[:1]},
            {"_id": "evt_3", **event, "articles": reports[1:], "withdrawn_at": f"{FIRST}T02:00:00Z"},
        ]
    )
    found = await Reader(database).arrivals(date(2023, 11, 15), date(2023, 11, 15))
    assert found.events == {(METRO_SITE, FIRST): 2, (KPU.id, FIRST): 1}
    assert found.events_in == {("18.72", FIRST): 2}


async def test_the_last_day_counts_to_its_end_and_the_next_does_not(database: Database) -> None:
    moments = ["2023-11-14T23:59:59.999999Z", "2023-11-15T00:00:00Z", "2023-11-15T23:59:59.999999Z", "2023-11-16T00:00:00Z"]
    await database["articles"].insert_many([{"_id": at, "site": {"id": "s"}, "first_seen_at": at} for at in moments])
    found = await Reader(database).arrivals(date(2023, 11, 15), date(2023, 11, 15))
    assert found.articles == {("s", FIRST): 2}


@pytest.mark.parametrize(
    ("collection", "moment", "index"),
    [
        ("articles", "first_seen_at", "by_first_seen"),
        ("events", "first_seen_at", "by_first_seen"),
        ("dead_letters", "failed_at", "by_failed"),
    ],
)
async def test_days_are_found_by_an_index(database: Database, repository: Repository, collection: str, moment: str, index: str) -> None:
    within = {moment: {"$gte": "2023-11-15", "$lt": "2023-11-15U"}}
    stages = [{"$match": within}, {"$match": {"withdrawn_at": None}}, {"$group": {"_id": "$site.id"}}]
    plan = await database.command("explain", {"aggregate": collection, "pipeline": stages, "cursor": {}})
    assert index in str(plan)

"""Reading everything back, on a real document store."""

from __future__ import annotations

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

"""The edge, on a real document store."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from bson.errors import InvalidDocument
from pymongo import AsyncMongoClient
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import (
    AutoReconnect,
    NetworkTimeout,
    NotPrimaryError,
    OperationFailure,
    ServerSelectionTimeoutError,
    WriteError,
    WTimeoutError,
)
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from deploy.local.documents import DocumentStore
from deploy.local.parts import started
from services.store.dead_letters import DeadLetters
from services.store.repository import INDEXES, Database, Repository, open_database, open_repository, store_errors
from services.store.revisions import SavedArticle, decide, revision_of
from shared.documents import PublishedAt, SourceName, TimePrecision
from shared.messages import DeadLetter
from shared.outcomes import Outage, Reject, Retry
from shared.settings import SettingsError
from tests.unit.store.pages import fetched, page
from tests.unit.store.telling import move

on_store = pytest.mark.integration


def first(told: str = "a", minute: int = 1) -> SavedArticle:
    return decide(None, page(told, minute)).article


def letter(value: bytes = b"{", reason: str = "invalid_json") -> DeadLetter:
    return DeadLetter(
        id="ded_1", reason=reason, service="store", value=base64.b64encode(value).decode(), correlation_id="cor_1", failed_at=fetched(1)
    )


A = "https://a.example/1"


@on_store
async def test_prepare_makes_the_named_indexes_and_can_be_repeated(database: Database, repository: Repository) -> None:
    await repository.prepare()
    for collection, indexes in INDEXES.items():
        names = set(await database[collection].index_information())
        assert names == {"_id_"} | {index.document["name"] for index in indexes}


class Asked(CommandListener):
    """Every `find` that was sent."""

    def __init__(self) -> None:
        self.finds: list[dict[str, Any]] = []

    def started(self, event: CommandStartedEvent) -> None:
        if event.command_name == "find":
            self.finds.append({name: event.command[name] for name in ("find", "filter")})

    def succeeded(self, event: CommandSucceededEvent) -> None:
        """Nothing to note."""

    def failed(self, event: CommandFailedEvent) -> None:
        """Nothing to note."""


@on_store
async def test_whatever_merging_asks_is_answered_by_an_index(mongo_uri: str, database: Database, repository: Repository) -> None:
    asked = Asked()
    async with AsyncMongoClient[dict[str, Any]](mongo_uri, event_listeners=[asked]) as client:
        listened = Repository(client[database.name])
        await listened.told(["art_1"])
        await listened.comparable(["2023-11-14|K18.72", "2023-11-14|P18"])
        await listened.events_with(["art_1"])
    plans = [await database.command("explain", find) for find in asked.finds]
    used = [plan["queryPlanner"]["winningPlan"]["inputStage"]["indexName"] for plan in plans]
    assert used == ["_id_", "by_block", "by_article", "_id_"]


@on_store
async def test_dead_letters_of_a_page_are_found_by_an_index(mongo_uri: str, database: Database, repository: Repository) -> None:
    asked = Asked()
    async with AsyncMongoClient[dict[str, Any]](mongo_uri, event_listeners=[asked]) as client:
        await DeadLetters(client[database.name]).about(["https://a.example/1", "https://a.example/2"], ["cor_1"])
    plans = [await database.command("explain", find) for find in asked.finds]
    used = [plan["queryPlanner"]["winningPlan"]["inputStage"]["indexName"] for plan in plans]
    assert used == ["by_url", "by_correlation"]


@on_store
async def test_dead_letters_of_a_page_once_each_by_time_also_the_dropped(database: Database, repository: Repository) -> None:
    def of(number: int, url: str | None, correlation: str) -> DeadLetter:
        told = {"id": f"ded_{number}", "url": url, "correlation_id": correlation, "failed_at": fetched(-number)}
        return letter().model_copy(update=told)

    for number, url, correlation in ((1, A, "cor_1"), (2, None, "cor_1"), (3, A, "cor_x"), (4, "https://b.example/", "cor_4")):
        assert await repository.bury(of(number, url, correlation))
    letters = DeadLetters(database)
    assert await letters.drop("ded_3", fetched(9))
    await letters.note_retried("ded_2", fetched(8))
    found = await letters.about([A], ["cor_1"])
    assert [(one.held.letter.id, one.dropped_at is not None, one.held.retried_at is not None) for one in found] == [
        ("ded_3", True, False),
        ("ded_2", False, True),
        ("ded_1", False, False),
    ]


@on_store
async def test_articles_that_report_nothing_tell_nothing(repository: Repository) -> None:
    article = first()
    silent = article.model_copy(update={"event": None})
    assert await repository.put_article(silent, replacing=None)
    assert await repository.told([article.id]) == []


@on_store
async def test_a_store_that_refuses_writes_is_away_though_it_answers(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    """The embedded one cannot be made read-only; what a read-only MongoDB says is put into the driver's mouth."""
    assert await repository.takes_writes()

    async def refused(*_args: object, **_options: object) -> None:
        raise OperationFailure("not while read-only", 20)

    monkeypatch.setattr(AsyncCollection, "update_one", refused)
    with pytest.raises(Outage, match="store_away"):
        await repository.takes_writes()


@on_store
async def test_what_is_put_comes_back(repository: Repository) -> None:
    article = first()
    event = move(None, article)
    assert event is not None
    assert await repository.article(article.id) is None
    assert await repository.put_article(article, replacing=None)
    assert await repository.put_event(event, replacing=None)
    assert await repository.article(article.id) == article
    assert await repository.event(event.id) == event


@on_store
async def test_a_document_is_the_contracts_json_with_notes(database: Database, repository: Repository) -> None:
    article = first()
    await repository.put_article(article, replacing=None)
    found = await database["articles"].find_one({"_id": article.id})
    assert found is not None
    notes = found.pop("store")
    assert found == {"_id": article.id, **article.model_dump(mode="json", exclude={"store"})}
    assert found["published_at"]["value"] == "2023-11-14T10:00:00+07:00"
    assert notes["published"] == datetime(2023, 11, 14, 3, 0, tzinfo=UTC)


@on_store
async def test_a_write_over_another_version_writes_nothing(repository: Repository) -> None:
    one = first()
    two = decide(one, page("b", 2)).article
    looked_at = decide(one, page("a", 2)).article
    assert await repository.put_article(one, replacing=None)
    assert not await repository.put_article(first("x"), replacing=None)
    assert await repository.put_article(looked_at, replacing=one)
    assert not await repository.put_article(two, replacing=one), "a look in between counts too"
    assert await repository.put_article(two, replacing=looked_at)
    assert not await repository.put_article(two, replacing=looked_at)
    assert await repository.article(one.id) == two


@on_store
async def test_history_and_dead_letters_are_written_once_and_stay(database: Database, repository: Repository) -> None:
    assert await repository.keep(revision_of(first("a")))
    assert not await repository.keep(revision_of(first("b")))
    kept = await database["revisions"].find_one({"_id": f"{page().id}:1"})
    assert kept is not None
    assert kept["document"]["title"] == "Siaga: a"
    assert await repository.bury(letter(b"{"))
    assert not await repository.bury(letter(b"["))


@on_store
@pytest.mark.parametrize("value", ["$where", "a.b", "$set", "\x00", "{'$gt': ''}", "__proto__"])
async def test_page_data_is_only_ever_a_value(repository: Repository, value: str) -> None:
    hostile = decide(None, page("a").model_copy(update={"title": value, "tags": (value,), "section": value})).article
    assert await repository.put_article(hostile, replacing=None)
    assert await repository.article(hostile.id) == hostile
    changed = decide(hostile, page("b", 2).model_copy(update={"title": value})).article
    assert await repository.put_article(changed, replacing=hostile)


@on_store
async def test_a_moment_that_has_no_utc_is_kept_as_stated(database: Database, repository: Repository) -> None:
    null_date = datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=7)))
    published = PublishedAt(value=null_date, precision=TimePrecision.second, source=SourceName.json_ld)
    article = decide(None, page().model_copy(update={"published_at": published})).article
    assert await repository.put_article(article, replacing=None)
    assert await repository.article(article.id) == article


@on_store
async def test_documents_near_16_mb_are_refused(repository: Repository) -> None:
    with pytest.raises(Reject, match="document_too_big"):
        await repository.bury(letter(b"x" * 12_000_000))
    with pytest.raises(Reject, match="unstorable_document"):
        await repository.bury(letter().model_copy(update={"offset": 2**64}))


@on_store
async def test_an_outage_is_said_and_ends_when_the_store_is_back(tmp_path: Path) -> None:
    store = DocumentStore(tmp_path)
    async with started(store), open_repository(store.uri, "kabar") as repository:
        await repository.put_article(first(), replacing=None)
        await store.kill()
        with pytest.raises(Outage, match="store_away"):
            await repository.put_article(first(), replacing=None)
        with pytest.raises(Outage, match="store_away"):
            await repository.takes_writes()
        await store.start()
        assert await repository.takes_writes()
        assert await repository.article(page().id) == first(), "acknowledged, so it outlives SIGKILL"


@pytest.mark.parametrize(
    ("error", "kind", "reason"),
    [
        (AutoReconnect("closed"), Outage, "store_away"),
        (NetworkTimeout("slow"), Outage, "store_away"),
        (NotPrimaryError("election"), Outage, "store_away"),
        (ServerSelectionTimeoutError("none"), Outage, "store_away"),
        (WTimeoutError("majority", 64), Outage, "store_away"),
        (OperationFailure("disk", 14031), Outage, "store_away"),
        (OperationFailure("who", 18), Outage, "store_away"),
        (OperationFailure("write conflict", 112), Retry, "store_refused"),
        (WriteError("validation", 121), Retry, "store_refused"),
        (InvalidDocument("what"), Reject, "unstorable_document"),
        (OverflowError("8-byte ints"), Reject, "unstorable_document"),
    ],
)
def test_errors_become_outcomes(error: Exception, kind: type[Any], reason: str) -> None:
    with pytest.raises((Retry, Reject)) as raised, store_errors():
        raise error
    assert type(raised.value) is kind
    assert str(raised.value).startswith(f"{reason}: ")


@pytest.mark.parametrize("uri", ["http://127.0.0.1", "mongodb://", "mongodb://u:geheim@host:port", "mongodb://u:ge@heim@host"])
async def test_an_unusable_uri_is_a_sentence_without_the_password(uri: str) -> None:
    with pytest.raises(SettingsError, match="KABAR_MONGO_URI: ") as raised:
        async with open_database(uri, "kabar"):
            pass
    assert "heim" not in str(raised.value)

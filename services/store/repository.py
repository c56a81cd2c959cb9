"""The document store, for writing: the pymongo edge.

A document is the contract's JSON as it is (moments as the page stated them, offset included, to the microsecond), with the
id also as `_id`, and the store's own notes under `store`. `store.published` is the one BSON date: UTC, for range queries.
Page data is only ever a value here, never a key, an operator or a name.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from typing import Any

import bson
from bson.errors import BSONError
from bson.raw_bson import RawBSONDocument
from pymongo import AsyncMongoClient, IndexModel
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import ConfigurationError, ConnectionFailure, DuplicateKeyError, OperationFailure, PyMongoError

from services.store.gone import Removal
from services.store.history import EventRevision
from services.store.moves import SavedEvent
from services.store.revisions import Revision, SavedArticle
from services.store.search import keys_of
from services.store.told import Told
from services.store.unfinished import Unfinished
from shared.messages import DeadLetter
from shared.outcomes import Outage, Reject, Retry
from shared.settings import SettingsError
from shared.urls import event_id

Database = AsyncDatabase[dict[str, Any]]

INDEXES: Mapping[str, tuple[IndexModel, ...]] = {
    "articles": (
        IndexModel([("fingerprint", 1)], name="by_fingerprint"),
        IndexModel([("first_seen_at", 1)], name="by_first_seen"),
        IndexModel([("site.id", 1), ("store.published", -1)], name="by_site_published"),
        IndexModel([("store.blocks", 1)], name="by_block"),
        IndexModel([("url", 1)], name="by_url"),
    ),
    "dead_letters": (
        IndexModel([("correlation_id", 1)], name="by_correlation"),
        IndexModel([("failed_at", 1)], name="by_failed"),
        IndexModel([("reason", 1)], name="by_reason"),
        IndexModel([("url", 1)], name="by_url"),
    ),
    "event_revisions": (IndexModel([("of", 1), ("revision", 1)], name="by_event"),),
    "events": (
        IndexModel([("articles.id", 1)], name="by_article"),
        IndexModel([("articles.site.id", 1), ("date.start", 1)], name="by_site_date"),
        IndexModel([("date.start", 1), ("type", 1)], name="by_date_type"),
        IndexModel([("first_seen_at", 1)], name="by_first_seen"),
        IndexModel([("flags", 1), ("date.start", 1)], name="by_flag_date"),
        IndexModel([("place.desa.code", 1), ("date.start", 1)], name="by_desa_date"),
        IndexModel([("place.kabkota.code", 1), ("date.start", 1)], name="by_kabkota_date"),
        IndexModel([("place.kecamatan.code", 1), ("date.start", 1)], name="by_kecamatan_date"),
        IndexModel([("place.provinsi.code", 1), ("date.start", 1)], name="by_provinsi_date"),
        IndexModel([("store.organizations", 1), ("date.start", 1)], name="by_organization_date"),
        IndexModel([("store.people", 1), ("date.start", 1)], name="by_person_date"),
        IndexModel([("store.words", 1), ("date.start", 1)], name="by_word_date"),
        IndexModel([("topics", 1), ("date.start", 1)], name="by_topic_date"),
        IndexModel([("type", 1), ("date.start", 1)], name="by_type_date"),
    ),
    "removals": (IndexModel([("url", 1)], name="by_url"),),
    "revisions": (IndexModel([("of", 1), ("revision", 1)], name="by_document"),),
}

# MongoDB's own limit is 16 MB; what comes near it could never get another field.
_MOST_VALIDATED = 2_000
MOST_DOCUMENT_BYTES = 15 * 2**20
# Codes that say the server, not the document, is at fault, and that pymongo does not already call a lost connection.
_AWAY = {
    13: "Unauthorized",
    18: "AuthenticationFailed",
    20: "IllegalOperation",  # a read-only server
    50: "MaxTimeMSExpired",
    64: "WriteConcernFailed",
    262: "ExceededTimeLimit",
    14031: "OutOfDiskSpace",
}


class Repository:
    """Reads and writes by id. A write that finds another version than it replaces writes nothing and says False.

    Every method raises `Outage("store_away")` while the store cannot be reached, `Retry("store_refused")` for an
    error of one operation, and writes raise `Reject` for documents no store would take.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._validated: dict[tuple[str, int, str, str | None], Told] = {}

    async def prepare(self) -> None:
        """Make the indexes that are missing."""
        with store_errors():
            for collection, indexes in INDEXES.items():
                await self._database[collection].create_indexes(list(indexes))

    async def takes_writes(self) -> bool:
        """Does the store take a write now, by a majority and in its journal. One that is read-only answers pings."""
        with store_errors():
            await self._database["readiness"].update_one({"_id": "store"}, {"$inc": {"asked": 1}}, upsert=True)
        return True

    async def article(self, key: str) -> SavedArticle | None:
        found = await self._find("articles", key)
        return SavedArticle.model_validate(found) if found else None

    async def event(self, key: str) -> SavedEvent | None:
        found = await self._find("events", key)
        return SavedEvent.model_validate(found) if found else None

    async def put_article(self, article: SavedArticle, *, replacing: SavedArticle | None) -> bool:
        """Write `article` if the store still holds `replacing` (None: nothing)."""
        document = article_document(article)
        if replacing is None:
            return await self._insert("articles", document)
        seen = replacing.model_dump(mode="json", include={"first_seen_at", "gone_at", "last_seen_at"})
        return await self._replace("articles", document, {"revision": replacing.revision, **seen})

    async def put_event(self, event: SavedEvent, *, replacing: SavedEvent | None) -> bool:
        """Write `event` if the store still holds `replacing` (None: nothing)."""
        document = event_document(event)
        if replacing is None:
            return await self._insert("events", document)
        return await self._replace("events", document, {"revision": replacing.revision})

    async def told(self, ids: Collection[str]) -> list[Told]:
        """What these articles tell of a happening, if they tell of one; in no order."""
        return await self._told({"_id": {"$in": sorted(ids)}})

    async def comparable(self, keys: Collection[str]) -> list[Told]:
        """What the articles tell that are found by one of these keys; in no order."""
        return await self._told({"store.blocks": {"$in": sorted(keys)}}) if keys else []

    async def events_with(self, articles: Collection[str]) -> list[SavedEvent]:
        """The live events that hold one of these articles, and those that one of them founded, whatever became of them; in no order."""
        held = await self._events({"articles.id": {"$in": sorted(articles)}})
        founded = await self._events({"_id": {"$in": sorted(map(event_id, articles))}})
        return list({event.id: event for event in (*held, *founded)}.values())

    async def unfinished(self, article: str) -> Unfinished | None:
        """What a delivery of this article has begun and may not have brought to its end."""
        found = await self._find("unfinished", article)
        return Unfinished.model_validate(found) if found else None

    async def begin(self, unfinished: Unfinished) -> None:
        """Remember what is about to be moved and announced."""
        document = unfinished.model_dump(mode="json")
        with store_errors():
            await self._database["unfinished"].replace_one({"_id": unfinished.id}, {"_id": unfinished.id, **document}, upsert=True)

    async def finish(self, unfinished: Unfinished) -> None:
        """All of it is moved and announced."""
        with store_errors():
            await self._database["unfinished"].delete_one({"_id": unfinished.id})

    async def keep(self, revision: Revision) -> bool:
        """Put a version into the history, where it stays as it is. False if it was there."""
        return await self._insert("revisions", revision.model_dump(mode="json"))

    async def keep_event(self, revision: EventRevision) -> bool:
        """Put a version of an event into the history, where it stays as it is. False if it was there."""
        return await self._insert("event_revisions", revision.model_dump(mode="json"))

    async def bury(self, letter: DeadLetter) -> bool:
        """Keep a dead letter. False if it was there."""
        return await self._insert("dead_letters", letter.model_dump(mode="json"))

    async def remember_removal(self, removal: Removal) -> bool:
        """Keep that a URL was looked for in vain. False if it was there."""
        return await self._insert("removals", removal.model_dump(mode="json"))

    async def removals(self, url: str) -> list[Removal]:
        """Every time this URL was looked for in vain, in no order."""
        with store_errors():
            return [Removal.model_validate(found) async for found in self._database["removals"].find({"url": url})]

    async def articles_at(self, url: str) -> list[SavedArticle]:
        """The articles held that were read from this URL: one, unless its pages have named several canonical addresses."""
        with store_errors():
            return [SavedArticle.model_validate(found) async for found in self._database["articles"].find({"url": url})]

    async def _told(self, query: dict[str, Any]) -> list[Told]:
        """Those that report nothing are few, and left out here: asked for more, the embedded store does not say which index it uses."""
        with store_errors():
            found = self._database["articles"].find(query, {"body": 0})
            return [self._read(document) async for document in found if document.get("event") is not None]

    def _read(self, document: dict[str, Any]) -> Told:
        """Validated once for each version: the same reports are read again at every arrival nearby."""
        version = (document["_id"], document["revision"], document["first_seen_at"], document.get("gone_at"))
        if version not in self._validated:
            if len(self._validated) >= _MOST_VALIDATED:
                self._validated.clear()
            self._validated[version] = Told.model_validate(document)
        return self._validated[version]

    async def _events(self, query: dict[str, Any]) -> list[SavedEvent]:
        with store_errors():
            return [SavedEvent.model_validate(document) async for document in self._database["events"].find(query)]

    async def _find(self, collection: str, key: str) -> dict[str, Any] | None:
        with store_errors():
            return await self._database[collection].find_one({"_id": key})

    async def _insert(self, collection: str, document: dict[str, Any]) -> bool:
        with store_errors():
            try:
                await self._database[collection].insert_one(as_stored(document))
            except DuplicateKeyError:
                return False
        return True

    async def _replace(self, collection: str, document: dict[str, Any], guard: dict[str, Any]) -> bool:
        with store_errors():
            result = await self._database[collection].replace_one({"_id": document["id"], **guard}, as_stored(document))
        return result.matched_count == 1


@asynccontextmanager
async def open_database(uri: str, name: str) -> AsyncIterator[Database]:
    """The database, written to with majority and journal. Raises `SettingsError` for a URI that is none (and hides it: passwords)."""
    try:
        client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(
            uri,
            appname="kabar-store",
            w="majority",
            journal=True,
            tz_aware=True,
            serverSelectionTimeoutMS=2_000,
            connectTimeoutMS=2_000,
            # A store that hangs is as good as away.
            socketTimeoutMS=15_000,
        )
    except (ConfigurationError, ValueError) as error:
        raise SettingsError("KABAR_MONGO_URI: this is not a usable MongoDB URI; see docs/settings.md.") from error
    async with client:
        yield client[name]


@asynccontextmanager
async def open_repository(uri: str, database: str) -> AsyncIterator[Repository]:
    async with open_database(uri, database) as opened:
        yield Repository(opened)


@contextmanager
def store_errors() -> Iterator[None]:
    """pymongo's errors as outcomes of the house."""
    try:
        yield
    except (BSONError, OverflowError) as error:
        raise Reject("unstorable_document", str(error)[:300]) from error
    except ConnectionFailure as error:
        raise Outage("store_away", detail=str(error)[:300]) from error
    except PyMongoError as error:
        away = error.timeout or (isinstance(error, OperationFailure) and error.code in _AWAY)
        kind = Outage("store_away", detail=str(error)[:300]) if away else Retry("store_refused", detail=str(error)[:300])
        raise kind from error


def article_document(article: SavedArticle) -> dict[str, Any]:
    """As `articles` holds it, but for its `_id`."""
    document = article.model_dump(mode="json")
    document["store"]["published"] = _instant(article.published_at.value) if article.published_at else None
    return document


def event_document(event: SavedEvent) -> dict[str, Any]:
    """As `events` holds it, with what it is found by, but for its `_id`."""
    document = event.model_dump(mode="json")
    document["store"] |= keys_of(document, event.store.titles)
    return document


def as_stored(document: dict[str, Any]) -> RawBSONDocument:
    """The document under its `_id`, encoded once. Raises `Reject("document_too_big")`."""
    encoded = bson.encode({"_id": document["id"], **document})
    if len(encoded) > MOST_DOCUMENT_BYTES:
        raise Reject("document_too_big", f"{len(encoded)} bytes, {MOST_DOCUMENT_BYTES} allowed")
    return RawBSONDocument(encoded)


def _instant(moment: datetime) -> datetime | None:
    """In UTC; None for a moment that has none there (`0001-01-01T00:00:00+07:00`, a popular null)."""
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return None

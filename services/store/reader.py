"""The document store, for reading: plain documents in the contract's shape, for the command line and whoever asks.

Reading runs beside the services: nothing here writes, locks or keeps a cursor open between two pages of results.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.store.repository import Database, open_database, store_errors
from services.store.search import Question, fits, query_of

_PAGE = 200
# An event nobody reports any more is kept, but is no event to the reader.
_LIVE = {"withdrawn_at": None}
# A person has let go of it.
_HELD = {"store.dropped_at": None}


@dataclass(frozen=True)
class Counts:
    """How many documents there are. `events` and `events_by_type` leave out withdrawn ones; mappings are sorted by name."""

    articles: int
    events: int
    revisions: int
    dead_letters: int
    articles_by_site: Mapping[str, int]
    events_by_type: Mapping[str, int]
    dead_by_reason: Mapping[str, int]


@dataclass(frozen=True)
class Arrivals:
    """What came into the store, by site id and day (UTC, as `2026-11-23`): articles and events first seen then, and what the services
    behind the crawler refused, by reason. `events_in` has the events by the code of their kabupaten/kota instead."""

    articles: Mapping[tuple[str, str], int]
    events: Mapping[tuple[str, str], int]
    events_in: Mapping[tuple[str, str], int]
    refused: Mapping[tuple[str, str], Mapping[str, int]]


class Reader:
    """Read-only. Methods raise `Outage("store_away")` while the store cannot be reached."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def articles(self) -> AsyncIterator[dict[str, Any]]:
        """Every article by id, with `first_seen_at`, `last_seen_at` and `gone_at`."""
        return self._all("articles", {})

    def events(self) -> AsyncIterator[dict[str, Any]]:
        """Every live event by id."""
        return self._all("events", _LIVE)

    async def article(self, key: str) -> dict[str, Any] | None:
        """One article, as `articles` gives it."""
        return next(iter(await self._page("articles", {"_id": key})), None)

    async def event(self, key: str) -> dict[str, Any] | None:
        """One live event."""
        return next(iter(await self._page("events", {"_id": key, **_LIVE})), None)

    async def replaced_by(self, key: str) -> str | None:
        """The event that this one, live no more, has become part of."""
        with store_errors():
            found = await self._database["events"].find_one({"_id": key}, {"replaced_by": 1})
        return None if found is None else found["replaced_by"]

    async def asked(self, question: Question, most: int | None = None) -> AsyncIterator[tuple[dict[str, Any], str | None]]:
        """The live events that answer, the latest first, at most so many; each with the title of the article that told it first."""
        with store_errors():
            cursor = self._database["events"].find({**query_of(question), **_LIVE}, {"_id": 0, "withdrawn_at": 0})
            left = most
            async for document in cursor.sort([("date.start", -1), ("id", 1)]):
                titles = document.pop("store")["titles"]
                if not fits(question, document, titles):
                    continue
                if left == 0:
                    return
                left = None if left is None else left - 1
                yield document, next(iter(titles), None)

    async def versions(self, key: str) -> list[dict[str, Any]]:
        """Every version of an article or event, the first first: its `revision`, when it came about (`at`), the `document`."""
        collection = "event_revisions" if key.startswith("evt_") else "revisions"
        with store_errors():
            found = await self._database[collection].find({"of": key}, {"_id": 0}).to_list()
        return sorted(found, key=lambda version: int(version["revision"]))

    def dead_letters(self) -> AsyncIterator[dict[str, Any]]:
        """Every dead letter by id; its bytes are base64 in `value`."""
        return self._all("dead_letters", _HELD)

    async def counts(self) -> Counts:
        """Counted now, collection by collection: not one moment's picture while services write."""
        sites = await self._tally("articles", "$site.id", {})
        types = await self._tally("events", "$type", _LIVE)
        reasons = await self._tally("dead_letters", "$reason", _HELD)
        with store_errors():
            revisions = await self._database["revisions"].count_documents({})
        return Counts(sum(sites.values()), sum(types.values()), revisions, sum(reasons.values()), sites, types, reasons)

    async def arrivals(self, since: date, until: date) -> Arrivals:
        """Of these days, both included. A dead letter counts also after it was put back or dropped: it was refused on its day."""
        days = since, until
        articles = await self._by_day("articles", "first_seen_at", days, {}, site="$site.id")
        # Of one event a site may have several reports: once for each site.
        of_site = await self._by_day("events", "first_seen_at", days, _LIVE, unwound="articles", site="$articles.site.id", event="$_id")
        regions = await self._by_day("events", "first_seen_at", days, _LIVE, region="$place.kabkota.code")
        # What the crawler buries it has refused itself, and noted in its ledger.
        behind = {"service": {"$ne": "crawler"}, "site_id": {"$ne": None}}
        letters = await self._by_day("dead_letters", "failed_at", days, behind, site="$site_id", reason="$reason")
        refused: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        for letter in letters:
            refused[letter["site"], letter["day"]][letter["reason"]] += letter["count"]
        return Arrivals(
            articles={(found["site"], found["day"]): found["count"] for found in articles},
            events=Counter((found["site"], found["day"]) for found in of_site),
            events_in={(found["region"], found["day"]): found["count"] for found in regions if found.get("region")},
            refused=dict(refused),
        )

    async def _by_day(
        self, collection: str, moment: str, days: tuple[date, date], query: Mapping[str, Any], *, unwound: str | None = None, **names: str
    ) -> list[dict[str, Any]]:
        """Counts by day and `names`. The moments are our own clocks', stored as UTC in RFC 3339: they sort as text, and begin with the day.
        The range stands alone: the embedded store takes an index only for the fields it has."""
        # "U" comes after "T", so the last day is in it as a whole.
        within = {moment: {"$gte": days[0].isoformat(), "$lt": f"{days[1].isoformat()}U"}}
        key = {"day": {"$substrBytes": [f"${moment}", 0, 10]}, **names}
        stages: list[dict[str, Any]] = [{"$match": within}, {"$match": query}]
        stages += [{"$unwind": f"${unwound}"}] if unwound else []
        stages += [{"$group": {"_id": key, "count": {"$sum": 1}}}]
        with store_errors():
            cursor = await self._database[collection].aggregate(stages)
            return [group["_id"] | {"count": group["count"]} async for group in cursor]

    async def _all(self, collection: str, query: Mapping[str, Any]) -> AsyncIterator[dict[str, Any]]:
        """In pages, each starting after the last id of the one before: stable while documents come and go."""
        after = ""
        while True:
            page = await self._page(collection, {**query, "_id": {"$gt": after}})
            for document in page:
                yield document
            if len(page) < _PAGE:
                return
            after = page[-1]["id"]

    async def _page(self, collection: str, query: Mapping[str, Any]) -> list[dict[str, Any]]:
        with store_errors():
            cursor = self._database[collection].find(query, {"_id": 0, "store": 0, "withdrawn_at": 0})
            return await cursor.sort("_id", 1).limit(_PAGE).to_list()

    async def _tally(self, collection: str, field: str, query: Mapping[str, Any]) -> dict[str, int]:
        with store_errors():
            cursor = await self._database[collection].aggregate(
                [{"$match": query}, {"$group": {"_id": field, "count": {"$sum": 1}}}],
            )
            groups = await cursor.to_list()
        return {group["_id"]: group["count"] for group in sorted(groups, key=lambda group: str(group["_id"]))}


@asynccontextmanager
async def open_reader(uri: str, database: str) -> AsyncIterator[Reader]:
    """A reader of `database` at `uri`, for as long as the block lasts. Raises `SettingsError` for a URI that is none."""
    async with open_database(uri, database) as opened:
        yield Reader(opened)

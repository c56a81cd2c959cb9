"""The dead letters held, and what a person has done about them. Under `store`: `retried_at`, and `dropped_at` of one that is no more
than a name, so that a redelivery does not bring it back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.store.repository import Database, open_database, store_errors
from shared.messages import DeadLetter


@dataclass(frozen=True)
class Held:
    """A dead letter, and when it was last put back on its topic. In a list it comes without bytes and headers."""

    letter: DeadLetter
    retried_at: datetime | None


@dataclass(frozen=True)
class Traced:
    """A dead letter without its bytes, and when a person let go of it."""

    held: Held
    dropped_at: datetime | None


class DeadLetters:
    """Methods raise `Outage("store_away")` while the store cannot be reached."""

    def __init__(self, database: Database) -> None:
        self._letters = database["dead_letters"]

    async def get(self, key: str) -> Held | None:
        """One as a whole, if it has not been dropped."""
        with store_errors():
            found = await self._letters.find_one({"_id": key, "store.dropped_at": None})
        return None if found is None else _held(found)

    async def find(self, *, reason: str | None = None, site: str | None = None, retried: bool = True) -> AsyncIterator[Held]:
        """Those with this reason, of this site, by the time of failing; with `retried=False` only those never put back."""
        query: dict[str, Any] = {"store.dropped_at": None}
        query |= {} if reason is None else {"reason": reason}
        query |= {} if site is None else {"site_id": site}
        query |= {} if retried else {"store.retried_at": None}
        with store_errors():
            async for found in self._letters.find(query, {"value": 0, "headers": 0}).sort([("failed_at", 1), ("_id", 1)]):
                yield _held({"value": "", **found})

    async def about(self, urls: Collection[str], correlations: Collection[str]) -> list[Traced]:
        """Those about one of these URLs, or of what travelled under one of these correlation ids, by the time of failing; dropped ones too.
        Each is asked for by one indexed field."""
        found: dict[str, Traced] = {}
        for field, wanted in (("url", urls), ("correlation_id", correlations)):
            with store_errors():
                letters = self._letters.find({field: {"$in": sorted(wanted)}}, {"value": 0, "headers": 0})
                found |= {one["_id"]: Traced(_held({"value": "", **one}), _dropped_at(one)) async for one in letters}
        return sorted(found.values(), key=lambda one: (one.held.letter.failed_at, one.held.letter.id))

    async def latest(self, most: int) -> list[Held]:
        """Those that failed last, the latest first."""
        with store_errors():
            found = self._letters.find({"store.dropped_at": None}, {"value": 0, "headers": 0}).sort("failed_at", -1).limit(most)
            return [_held({"value": "", **one}) for one in await found.to_list()]

    async def note_retried(self, key: str, now: datetime) -> None:
        with store_errors():
            await self._letters.update_one({"_id": key}, {"$set": {"store.retried_at": now}})

    async def drop(self, key: str, now: datetime) -> bool:
        """Let go of its bytes and headers. False if it was not held."""
        with store_errors():
            gone = await self._letters.update_one(
                {"_id": key, "store.dropped_at": None}, {"$set": {"value": "", "headers": [], "store.dropped_at": now}}
            )
        return gone.matched_count == 1


def _held(found: dict[str, Any]) -> Held:
    fields = {name: content for name, content in found.items() if name not in ("_id", "store")}
    return Held(DeadLetter.model_validate(fields), found.get("store", {}).get("retried_at"))


def _dropped_at(found: dict[str, Any]) -> datetime | None:
    dropped_at: datetime | None = found.get("store", {}).get("dropped_at")
    return dropped_at


@asynccontextmanager
async def open_dead_letters(uri: str, database: str) -> AsyncIterator[DeadLetters]:
    """Raises `SettingsError` for a URI that is none."""
    async with open_database(uri, database) as opened:
        yield DeadLetters(opened)

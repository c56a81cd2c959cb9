"""The document store looked at by whoever asks how it is: version, writes, clock, indexes. Changes nothing but one counter of ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from services.store.repository import Database, Repository, open_database, store_errors
from shared.outcomes import Retry

Indexes = Mapping[str, Mapping[str, tuple[tuple[str, Any], ...]]]
"""Collection → name → fields and directions."""


@dataclass(frozen=True)
class StoreSeen:
    """`refused`: why it did not take a write (by a majority, in the journal); `None`: it did. `replica_set`: `None` for a single server.
    `at`: its clock, if it tells it."""

    version: str
    replica_set: str | None
    at: datetime | None
    refused: str | None


async def read_store(uri: str, database: str) -> StoreSeen:
    """Raises `Outage("store_away")`, or `Retry` where the server lets us look at nothing."""
    async with open_database(uri, database) as opened:
        with store_errors():
            hello = await opened.client.admin.command("hello")
            built = await opened.client.admin.command("buildInfo")
        return StoreSeen(str(built.get("version", "")), hello.get("setName"), _in_utc(hello.get("localTime")), await _refusal(opened))


async def read_indexes(uri: str, database: str) -> Indexes:
    """The indexes of every collection there is, but those on `_id`."""
    async with open_database(uri, database) as opened:
        with store_errors():
            names = await opened.list_collection_names()
            return {name: _keys(await opened[name].index_information()) for name in sorted(names)}


async def _refusal(database: Database) -> str | None:
    try:
        await Repository(database).takes_writes()
    except Retry as refused:
        return refused.detail
    return None


def _in_utc(moment: datetime | None) -> datetime | None:
    """The client gives the answer to `hello` without the zone it gives all else."""
    return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment


def _keys(found: Mapping[str, Mapping[str, Any]]) -> dict[str, tuple[tuple[str, Any], ...]]:
    return {name: tuple((str(field), way) for field, way in index["key"]) for name, index in found.items() if name != "_id_"}

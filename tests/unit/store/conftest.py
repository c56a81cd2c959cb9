"""A real document store: the one `KABAR_MONGO_URI` names, else a SecantusDB of our own, a child process."""

from __future__ import annotations

import asyncio
import os
import uuid
from collections.abc import AsyncIterator, Iterator

import pytest

from deploy.local.documents import DocumentStore
from services.store.repository import Database, Repository, open_database


@pytest.fixture(scope="session")
def mongo_uri(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if given := os.environ.get("KABAR_MONGO_URI"):
        yield given
        return
    store = DocumentStore(tmp_path_factory.mktemp("documents"))
    try:
        asyncio.run(store.start())
        yield store.uri
    finally:
        asyncio.run(store.kill())


@pytest.fixture
async def database(mongo_uri: str) -> AsyncIterator[Database]:
    """An empty database of a fresh name, dropped afterwards."""
    async with open_database(mongo_uri, f"kabar_test_{uuid.uuid4().hex[:12]}") as opened:
        yield opened
        await opened.client.drop_database(opened.name)


@pytest.fixture
async def repository(database: Database) -> Repository:
    prepared = Repository(database)
    await prepared.prepare()
    return prepared

"""`kabar dead retry` on the real broker and store: what comes back is what failed, byte for byte."""

from __future__ import annotations

import asyncio
import sys
import uuid
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deploy.local.jars import ROOT
from deploy.local.servers import Servers
from services.store.dead_letters import open_dead_letters
from services.store.repository import open_repository
from shared.dead import Failure, Record, bury, bury_unsent
from shared.topics import CRAWL_REQUESTED
from tests.integration.topic_reading import read_all

pytestmark = pytest.mark.integration
NOW = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)


async def kabar(stack: Servers, database: str, *words: str) -> tuple[int | None, str]:
    """Exit code and what it said."""
    environment = {**stack.environment(), "KABAR_MONGO_DATABASE": database}
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "cli.app", "dead", *words, cwd=ROOT, env=environment, stderr=asyncio.subprocess.PIPE
    )
    _, said = await child.communicate()
    return child.returncode, said.decode()


async def test_a_message_comes_back_as_it_was(stack: Servers, tmp_path: Path) -> None:
    database, value = f"test_{uuid.uuid4().hex[:12]}", uuid.uuid4().bytes + b"\x00\xff not JSON"
    headers = (("correlation_id", b"cor_9"), ("odd", b"\xff\xfe"), ("odd", b""))
    failure = Failure("invalid_json", "EOF", 1, "crawler", NOW)
    letter = bury(Record(CRAWL_REQUESTED.name, 0, 3, b"kunci", value, headers), failure)
    page = bury_unsent(url="https://a.example/", site_id="a", value=b"x", truncated=False, correlation_id="cor_8", failure=failure)
    async with open_repository(stack.documents.uri, database) as repository:
        assert await repository.bury(letter)
        assert await repository.bury(page)

    assert await kabar(stack, database, "retry", "--reason", "invalid_json") == (
        1,
        f"{page.id} stays: it never was a message; ask for its page with kabar crawl.\n1 of 2 dead letters put back.\n",
    )
    records = [record for record in await read_all(stack.kafka.servers, CRAWL_REQUESTED) if record.value == value]
    assert [(record.key, tuple(record.headers)) for record in records] == [(b"kunci", headers)]
    async with open_dead_letters(stack.documents.uri, database) as letters:
        assert [held.letter.id async for held in letters.find(retried=False)] == [page.id]

    assert await kabar(stack, database, "retry", letter.id) == (0, "1 of 1 dead letters put back.\n")
    records = [record for record in await read_all(stack.kafka.servers, CRAWL_REQUESTED) if record.value == value]
    assert [(record.key, tuple(record.headers)) for record in records] == [(b"kunci", headers)] * 2

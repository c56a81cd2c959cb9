"""The keeper on the real broker: a disk that is away holds up nothing but itself, and loses nothing."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deploy.local.servers import Servers
from services.store.archive.archive import open_archive
from services.store.archive.keeper import GROUP
from shared.envelope import seal
from shared.messages import ArticleExtracted, Message
from shared.topics import ARTICLE_EXTRACTED, PAGE_FETCHED
from tests.integration.pipeline import Pipeline
from tests.integration.topic_reading import lag, send
from tests.integration.waiting import until
from tests.unit.store.archive.fetched import fetched
from tests.unit.store.pages import page

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]

PAGES = [fetched(b"halaman %d" % (number % 7), number, url=f"https://a.example/{number}") for number in range(30)]


async def publish(stack: Servers, *messages: Message) -> None:
    for message in messages:
        sealed = seal(message, source="test", time=datetime.now(UTC), correlation_id="cor_1")
        await send(stack.kafka.servers, sealed.topic, [(sealed.key, sealed.value)])


async def test_a_disk_that_is_away_is_waited_for(stack: Servers, tmp_path: Path) -> None:
    disk, database = tmp_path / "disk", f"test_{uuid.uuid4().hex[:12]}"
    environment = {**stack.environment(), "KABAR_MONGO_DATABASE": database, "KABAR_ARCHIVE_DIR": str(disk / "kept")}
    made = Pipeline(stack, tmp_path, environment, database)
    made.start("store")
    try:
        await publish(stack, *PAGES, ArticleExtracted(article=page()))
        await made.stored(1)
        log = tmp_path / "store.jsonl"

        async def refused() -> bool:
            return '"reason":"archive_away"' in log.read_text(encoding="utf-8")

        await until(f"an outage in {log}", refused)
        assert await lag(stack.kafka.servers, GROUP, PAGE_FETCHED) == len(PAGES)
        assert await lag(stack.kafka.servers, "kabar-store", ARTICLE_EXTRACTED) == 0
        disk.mkdir()

        async def done() -> bool:
            return await lag(stack.kafka.servers, GROUP, PAGE_FETCHED) == 0

        await until(f"all pages kept; log in {log}", done, 90)
        assert (await made.counts()).dead_letters == 0
        with open_archive(disk / "kept") as archive:
            assert [archive.page(one.page_id) for one in PAGES] == PAGES
            assert archive.index.count() == (len(PAGES), 7)
    finally:
        await made.end()

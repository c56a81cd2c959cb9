"""The three services as processes of their own against the stack, and what they left in the store."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from deploy.local.children import Child
from deploy.local.servers import Servers, service_process
from services.store.reader import Counts, open_reader
from shared.topics import ARTICLE_EXTRACTED, DEAD, PAGE_FETCHED
from tests.integration.loopback_site import LoopbackSite
from tests.integration.topic_reading import lag
from tests.integration.waiting import until

SERVICES = ("crawler", "extractor", "store")


@dataclass
class Pipeline:
    """Start, kill and stop services; each test has a database of its own."""

    stack: Servers
    folder: Path
    environment: Mapping[str, str]
    database: str
    services: dict[str, Child] = field(default_factory=dict)

    def start(self, *names: str) -> None:
        for name in names:
            self.services[name] = service_process(name, self.environment, self.folder / f"{name}.jsonl")

    async def kill(self, name: str) -> None:
        self.services[name].kill()
        await self.services[name].wait()

    async def counts(self) -> Counts:
        async with open_reader(self.stack.documents.uri, self.database) as reader:
            return await reader.counts()

    async def documents(self, kind: str) -> list[dict[str, Any]]:
        """All `articles`, `events` or `dead_letters`, by id."""
        async with open_reader(self.stack.documents.uri, self.database) as reader:
            return [document async for document in getattr(reader, kind)()]

    async def stored(self, articles: int, seconds: float = 90.0) -> None:
        async def enough() -> bool:
            return (await self.counts()).articles >= articles

        await until(f"{articles} articles stored; logs in {self.folder}", enough, seconds)

    async def buried(self, letters: int, seconds: float = 60.0) -> None:
        async def enough() -> bool:
            return (await self.counts()).dead_letters >= letters

        await until(f"{letters} dead letters stored; logs in {self.folder}", enough, seconds)

    async def drained(self, seconds: float = 60.0) -> None:
        """Everything that was published is dealt with."""

        async def empty() -> bool:
            groups = (("kabar-extractor", PAGE_FETCHED), ("kabar-store", ARTICLE_EXTRACTED), ("kabar-store", DEAD))
            return sum([await lag(self.stack.kafka.servers, group, topic) for group, topic in groups]) == 0

        await until(f"topics drained; logs in {self.folder}", empty, seconds)

    async def end(self) -> None:
        for child in self.services.values():
            await child.stop(40.0)


@asynccontextmanager
async def pipeline(stack: Servers, site: LoopbackSite, folder: Path) -> AsyncIterator[Pipeline]:
    """A pipeline that will crawl `site` in one pass; nothing is started yet."""
    database = f"test_{uuid.uuid4().hex[:12]}"
    environment = {
        **stack.environment(),
        **site.environment(),
        "KABAR_MONGO_DATABASE": database,
        "KABAR_SITES": str(site.site_file(folder)),
        "KABAR_CRAWL_PASS": datetime.now(UTC).isoformat(),
        "KABAR_HTTP_PORT": "0",
    }
    made = Pipeline(stack, folder, environment, database)
    try:
        yield made
    finally:
        await made.end()

"""The whole local stack: Kafka and the document store, then the topics, then the three services."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Coroutine, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from deploy.local.documents import DocumentStore
from deploy.local.failures import Say, unreachable
from deploy.local.folder import Running, announce, hold, withdraw
from deploy.local.kafka import KafkaServer, ready_kafka
from deploy.local.parts import Part, keep, started
from deploy.local.servers import Service
from services.store.repository import open_database, store_errors
from shared.create_topics import Created, create_topics, wait_for_kafka
from shared.kafka_address import KafkaAt
from shared.outcomes import Outage, Retry
from shared.settings import kafka_at

SERVICES = ("crawler", "extractor", "store")
_ANSWER_SECONDS = 30.0

T = TypeVar("T")


@dataclass(frozen=True)
class Options:
    """What to run. `crawl_pass` makes the crawler look at everything once, from that instant on, and then be idle."""

    data_dir: Path
    sites: Path
    crawl_pass: datetime | None = None
    env: Mapping[str, str] = field(default_factory=dict)
    """More `KABAR_*` for the services."""


@dataclass(frozen=True)
class Stack:
    """A stack that runs. `kept` are the tasks that keep its parts alive."""

    folder: Path
    sites: Path
    kafka_servers: str
    mongo_uri: str
    services: tuple[Service, ...]
    kept: Sequence[asyncio.Task[None]]

    def running(self) -> Running:
        """How other commands find it."""
        ports = {service.name: service.port for service in self.services}
        where = {"kafka_servers": self.kafka_servers, "mongo_uri": self.mongo_uri}
        return Running(pid=os.getpid(), **where, services=ports, sites=self.sites.resolve())

    async def during(self, work: Coroutine[Any, Any, T]) -> T:
        """What `work` returns. Raises `StackFailure`, and ends the work, when a part of the stack cannot be kept alive."""
        task = asyncio.create_task(work)
        try:
            await asyncio.wait({task, *self.kept}, return_when=asyncio.FIRST_COMPLETED)
            for kept in self.kept:
                if kept.done():
                    kept.result()
            return await task
        finally:
            task.cancel()


@asynccontextmanager
async def running_stack(options: Options, say: Say, environ: Mapping[str, str] = os.environ) -> AsyncIterator[Stack]:
    """The stack runs while the block lasts, and nothing of it afterwards.

    KABAR_KAFKA_SERVERS and KABAR_MONGO_URI in `environ` name servers that run already: then none is started.
    Raises `Missing`, `InUse`, `Unreachable`, or `StackFailure` when a part does not come up.
    """
    with hold(options.data_dir):
        kafka = None if environ.get("KABAR_KAFKA_SERVERS") else KafkaServer(await ready_kafka(say), options.data_dir)
        documents = None if environ.get("KABAR_MONGO_URI") else DocumentStore(options.data_dir)
        kafka_servers = kafka.servers if kafka else environ["KABAR_KAFKA_SERVERS"]
        mongo_uri = documents.uri if documents else environ["KABAR_MONGO_URI"]
        own = tuple(part for part in (kafka, documents) if part)
        async with started(*own):
            await _reach_store(mongo_uri)
            await make_topics(kafka_at(kafka_servers), say)
            services = _services(options, kafka_servers, mongo_uri)
            async with started(*services), _kept((*own, *services), say) as kept:
                stack = Stack(options.data_dir, options.sites, kafka_servers, mongo_uri, services, kept)
                with _announced(stack):
                    yield stack


async def make_topics(kafka: KafkaAt, say: Say) -> list[Created]:
    """Create the topics, and say where one differs from what it should be. Raises `Unreachable` when Kafka does not answer."""
    try:
        await wait_for_kafka(kafka, _ANSWER_SECONDS)
        topics = await create_topics(kafka)
    except Outage as away:
        raise unreachable(away) from away
    for created in topics:
        if created.complaint:
            say(created.complaint)
    return topics


async def _reach_store(mongo_uri: str) -> None:
    """Raises `Unreachable` when the document store does not answer."""
    try:
        async with open_database(mongo_uri, "admin") as database:
            with store_errors():
                await database.command("ping")
    except Retry as away:
        raise unreachable(away) from away


def _services(options: Options, kafka_servers: str, mongo_uri: str) -> tuple[Service, ...]:
    env = {
        **options.env,
        "KABAR_KAFKA_SERVERS": kafka_servers,
        "KABAR_MONGO_URI": mongo_uri,
        "KABAR_SITES": str(options.sites.resolve()),
        "KABAR_CRAWL_PASS": options.crawl_pass.isoformat() if options.crawl_pass else "",
    }
    logs = options.data_dir.resolve() / "logs"
    return tuple(Service(name, env, logs / f"{name}.jsonl") for name in SERVICES)


@asynccontextmanager
async def _kept(parts: Sequence[Part], say: Say) -> AsyncIterator[Sequence[asyncio.Task[None]]]:
    """Whatever of them ends is started again, while the block lasts."""
    tasks = [asyncio.create_task(keep(part, say)) for part in parts]
    try:
        yield tasks
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@contextmanager
def _announced(stack: Stack) -> Iterator[None]:
    announce(stack.folder, stack.running())
    try:
        yield
    finally:
        withdraw(stack.folder)

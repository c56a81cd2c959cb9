"""What the servers and services say of themselves."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from cli.beside import beside
from cli.checks.clock import ClockSeen, apart, judge_clock
from cli.checks.finding import Finding
from cli.checks.groups import GroupSeen, judge_groups
from cli.checks.indexes import judge_indexes, wanted_indexes
from cli.checks.servers import judge_kafka, judge_services, judge_store
from cli.checks.sites import judge_fares
from cli.checks.topics import judge_topics
from cli.fares import fares
from cli.where import Process, Where, processes
from deploy.local.health import Health, ask_health
from services.crawler.standing import read_clock, read_ledger
from services.crawler.stored import INDEXES as OF_CRAWLER
from services.store.archive.keeper import GROUP as KEEPER
from services.store.examine import read_indexes, read_store
from services.store.repository import INDEXES as OF_STORE
from shared.kafka_address import KafkaAt
from shared.kafka_state import open_kafka_state
from shared.lag import GROUPS, open_positions
from shared.settings import Settings
from shared.sites import Site
from shared.topics import PAGE_FETCHED, TOPICS, Topic

LEDGER_DAYS = 7
"""Days, today included, that the crawler's ledger is asked for."""


async def check_kafka(at: KafkaAt) -> Iterator[Finding]:
    async with open_kafka_state(at) as kafka:
        return judge_kafka(await kafka.brokers(), max(topic.max_bytes for topic in TOPICS))


async def check_topics(at: KafkaAt) -> Iterator[Finding]:
    async with open_kafka_state(at) as kafka:
        return judge_topics(TOPICS, await kafka.topics([topic.name for topic in TOPICS]))


async def check_groups(at: KafkaAt, settings: Settings) -> Iterator[Finding]:
    return judge_groups(await read_groups(at, settings))


async def check_store(uri: str, settings: Settings) -> Iterator[Finding]:
    return judge_store(await read_store(uri, settings.mongo_database))


async def check_indexes(uri: str, settings: Settings) -> Iterator[Finding]:
    return judge_indexes(wanted_indexes(OF_STORE, OF_CRAWLER), await read_indexes(uri, settings.mongo_database))


async def check_clock(uri: str | None, settings: Settings) -> Iterator[Finding]:
    """Our own alone where there is no store to compare with."""
    before, began = datetime.now(UTC), time.monotonic()
    if uri is None:
        return judge_clock(ClockSeen(timedelta(0)))
    seen = await read_store(uri, settings.mongo_database)
    after, ended = datetime.now(UTC), time.monotonic()
    told = await read_clock(uri, settings.mongo_database)
    step = (after - before) - timedelta(seconds=ended - began)
    store = None if seen.at is None else apart(seen.at, before, after)
    crawlers = None if told is None else apart(told, before, datetime.now(UTC))
    return judge_clock(ClockSeen(step, store, crawlers))


async def check_services(where: Where) -> Iterator[Finding]:
    return judge_services(await healths(await processes(where)))


async def check_fares(uri: str, settings: Settings, sites: Sequence[Site]) -> Iterator[Finding]:
    ledger = await read_ledger(uri, settings.mongo_database, *ledger_span(datetime.now(UTC).date()))
    return judge_fares(fares((site.id for site in sites), ledger), LEDGER_DAYS)


async def healths(found: Iterable[Process]) -> dict[str, Health]:
    """By the name of each process."""
    asked = list(found)
    told = await asyncio.gather(*(_health(process) for process in asked))
    return {process.name: health for process, health in zip(asked, told, strict=True)}


async def read_groups(at: KafkaAt, settings: Settings) -> dict[str, GroupSeen]:
    """Every group of ours. Of topics as they are: whoever asks for a partition that is not there waits in vain. Raises `Outage`."""
    seen = {}
    async with open_kafka_state(at) as kafka, open_positions(at) as positions:
        there = await kafka.topics([topic.name for topic in TOPICS])
        for group, topics in groups_of(settings).items():
            read = [replace(topic, partitions=there[topic.name].partitions) for topic in topics if topic.name in there]
            seen[group] = GroupSeen(await positions.lag(group, read) if read else 0, await kafka.members(group))
    return seen


def groups_of(settings: Settings) -> dict[str, tuple[Topic, ...]]:
    """The keeper reads only where pages are kept; elsewhere it would seem to have all of them still to do."""
    return {**GROUPS, KEEPER: (PAGE_FETCHED,)} if settings.archive_dir else dict(GROUPS)


def ledger_span(today: date) -> tuple[date, date]:
    """First and last day. The crawlers' clock may be in tomorrow already."""
    return today - timedelta(days=LEDGER_DAYS - 1), today + timedelta(days=1)


async def _health(process: Process) -> Health:
    return await beside(lambda: ask_health(process.url("/health/ready")))

"""`kabar status`: is it running, is it well, how much is there, how much is left."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.receipt import print_receipt
from cli.run import DATA_DIR, DataDir, run
from cli.shown import console, table, without_password
from deploy.local.folder import Running, find_running
from deploy.local.health import Health, read_health
from services.store.archive.keeper import GROUP as KEEPER
from services.store.reader import open_reader
from shared.kafka_address import KafkaAt
from shared.lag import GROUPS, open_positions
from shared.settings import kafka_at, load_settings
from shared.topics import PAGE_FETCHED


def status(
    site: Annotated[str | None, typer.Option("--site", help="Id of a site: say how it was treated, instead.")] = None,
    data_dir: DataDir = DATA_DIR,
) -> None:
    """Say what runs in the data folder: addresses, health of the services, documents, messages still to be done."""
    run(print_receipt(site, data_dir) if site else _status(data_dir))


async def _status(data_dir: Path) -> None:
    running = find_running(data_dir)
    if running is None:
        console().print(f"Kabar is not running in {data_dir}.", markup=False)
        return
    await _report(running, load_settings().mongo_database)


async def _report(running: Running, database: str) -> None:
    """The healths first: they are there also when a server is not."""
    screen = console()
    addresses = [("process", running.pid), ("kafka", running.kafka_servers), ("documents", without_password(running.mongo_uri))]
    screen.print(table("Kabar is running", ("what", "where"), addresses))
    health = await read_health(running.services)
    rows = [(name, running.services[name], _word(health[name]), _failing(health[name])) for name in running.services]
    screen.print(table("\nServices", ("service", "port", "health", "missing"), rows))
    screen.print(table("\nStill to do", ("group", "messages"), await _lags(kafka_at(running.kafka_servers))))
    screen.print(table("\nStored", ("documents", "count"), await _counts(running.mongo_uri, database)))


def _word(health: Health) -> str:
    if not health.alive:
        return "no answer"
    return "ready" if health.ready else "not ready"


def _failing(health: Health) -> str:
    return ", ".join(name for name, well in health.checks.items() if not well)


async def _lags(kafka: KafkaAt) -> list[tuple[str, int]]:
    # The keeper reads only where pages are kept; elsewhere it would seem to have all of them still to do.
    groups = {**GROUPS, KEEPER: (PAGE_FETCHED,)} if load_settings().archive_dir else GROUPS
    async with open_positions(kafka) as positions:
        return [(group, await positions.lag(group, topics)) for group, topics in groups.items()]


async def _counts(mongo_uri: str, database: str) -> list[tuple[str, int]]:
    async with open_reader(mongo_uri, database) as reader:
        counts = await reader.counts()
    return [(name.replace("_", " "), getattr(counts, name)) for name in ("articles", "events", "revisions", "dead_letters")]

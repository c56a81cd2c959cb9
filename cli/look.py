"""A running Kabar, looked at part by part: each part by itself, so that one that hangs or is away holds up no other."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from http.client import HTTPException

from cli.beside import beside
from cli.checks.look_out import ledger_span, read_groups
from cli.fares import fares
from cli.picture import Picture
from cli.stages import Counted, Look, counted
from cli.where import Process, Where, processes
from deploy.local.failures import unreachable
from deploy.local.health import Health, ask_health, read_page
from services.crawler.standing import read_ledger
from services.store.dead_letters import open_dead_letters
from services.store.reader import open_reader
from shared.kafka_address import KafkaAt
from shared.outcomes import Retry
from shared.settings import Settings
from shared.sites import SitesError, load_sites

SECONDS = 12.0
"""How long a part may take."""
_LETTERS = 200
_WINDOW = 60.0  # seconds a rate is taken over

Change = Callable[[Picture], Picture]


@dataclass(frozen=True)
class Part:
    """`look` returns what it changes in the picture; `period`: seconds between two looks, at least."""

    name: str
    period: float
    look: Callable[[], Awaitable[Change]]


def parts_of(where: Where, settings: Settings) -> list[Part]:
    """Those that can be looked at: with servers that are named or run."""
    kafka, mongo, database = where.kafka, where.mongo, settings.mongo_database
    parts = [Part("services", 1.5, lambda: look_at_services(where))]
    if kafka:
        parts.append(Part("lag", 2.0, lambda: look_at_lags(settings.kafka_at(kafka), settings)))
    if mongo:
        parts.append(Part("stored", 3.0, lambda: look_at_store(mongo, database)))
        parts.append(Part("sites", 10.0, lambda: look_at_sites(mongo, settings)))
    return parts


async def changed(part: Part, picture: Callable[[], Picture]) -> Picture:
    """The picture after one look at a part; if that was in vain, with the reason. `picture`: as it is when the look is over."""
    try:
        async with asyncio.timeout(SECONDS):
            change = await part.look()
    except TimeoutError:
        return _away(picture(), part.name, f"no answer within {SECONDS:g} s")
    except Retry as away:
        return _away(picture(), part.name, str(unreachable(away)))
    except Exception as error:
        return _away(picture(), part.name, f"{type(error).__name__}: {error}"[:300])
    now = picture()
    return change(replace(now, away={name: why for name, why in now.away.items() if name != part.name}))


async def look_at_services(where: Where) -> Change:
    """Health and counters of every process, at one moment."""
    found = await processes(where)
    told = await asyncio.gather(*(beside(partial(_ask, process)) for process in found))
    healths: dict[str, dict[str, Health]] = {}
    figures: dict[str, dict[str, Counted]] = {}
    for process, (health, figure) in zip(found, told, strict=True):
        healths.setdefault(process.service, {})[process.name] = health
        if figure is not None:
            figures.setdefault(process.service, {})[process.name] = figure
    look = Look(time.monotonic(), figures)

    def change(picture: Picture) -> Picture:
        return replace(picture, healths=healths, looks=(*(old for old in picture.looks if look.at - old.at <= _WINDOW), look))

    return change


async def look_at_lags(kafka: KafkaAt, settings: Settings) -> Change:
    lags = {group: seen.lag for group, seen in (await read_groups(kafka, settings)).items()}
    return lambda picture: replace(picture, lags=lags)


async def look_at_store(mongo: str, database: str) -> Change:
    async with open_reader(mongo, database) as reader:
        counts = await reader.counts()
    async with open_dead_letters(mongo, database) as opened:
        letters = await opened.latest(_LETTERS) if counts.dead_letters else []
    return lambda picture: replace(picture, counts=counts, letters=letters)


async def look_at_sites(mongo: str, settings: Settings) -> Change:
    ledger = await read_ledger(mongo, settings.mongo_database, *ledger_span(datetime.now(UTC).date()))
    try:
        sites = {site.id for site in await beside(lambda: load_sites(settings.sites))}
    except SitesError:
        # `kabar doctor` says so. Those that the crawler knows are known all the same.
        sites = {site for site, _ in ledger}
    seen = fares(sites, ledger)
    return lambda picture: replace(picture, fares=seen)


def _ask(process: Process) -> tuple[Health, Counted | None]:
    """What it has counted is `None` where that is not to be had."""
    health = ask_health(process.url("/health/ready"))
    try:
        return health, counted(process.service, read_page(process.url("/metrics")).decode()) if health.alive else None
    except (OSError, HTTPException, ValueError, LookupError):
        return health, None


def _away(picture: Picture, name: str, why: str) -> Picture:
    away: Mapping[str, str] = {**picture.away, name: why}
    return replace(picture, away=away)

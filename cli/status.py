"""`kabar status`: is it running, is it well, how much is there, how much is left, how the sites fare."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from cli.live import live
from cli.look import Part, changed, parts_of
from cli.picture import DEAD_COLUMNS, SITE_COLUMNS, STAGE_COLUMNS, Picture, Row, dead_rows, site_rows, stage_rows
from cli.receipt import print_receipt
from cli.run import DATA_DIR, UNREACHABLE, DataDir, fail, run
from cli.shown import console, printable, table
from cli.where import Where, find, settings_for, shown_uri
from deploy.local.health import Health
from shared.settings import Settings

_BETWEEN = 1.0  # seconds between the two looks that a rate needs
_SITES, _REASONS = 20, 10


def status(
    site: Annotated[str | None, typer.Option("--site", help="Id of a site: say how it was treated, instead.")] = None,
    once: Annotated[bool, typer.Option("--once", help="Print it once, also on a terminal.")] = False,
    data_dir: DataDir = DATA_DIR,
) -> None:
    """Say what runs: services, rates, messages to be done, documents, dead letters, sites. On a terminal live, until Ctrl-C or q."""
    run(print_receipt(site, data_dir) if site else _status(data_dir, once=once or not _drawable()))


def _drawable() -> bool:
    """A terminal on which one can draw: TERM may say that it is none."""
    screen = console()
    return screen.is_terminal and not screen.is_dumb_terminal


async def _status(data_dir: Path, *, once: bool) -> None:
    settings = settings_for(data_dir)
    where = find(data_dir, settings.services)
    if where.kafka is None and where.mongo is None:
        console().print(f"Kabar is not running in {data_dir}.", markup=False)
    elif once:
        await _print(where, settings)
    else:
        try:
            await live(where, settings)
        except asyncio.CancelledError:
            return  # Ctrl-C is how it ends.


async def _print(where: Where, settings: Settings) -> None:
    """Whatever can be known; then fails if something could not."""
    picture = await _looked(parts_of(where, settings))
    screen = console()
    process = [("process", where.running.pid)] if where.running else []
    servers = [("kafka", where.kafka or "-"), ("documents", _documents(where))]
    screen.print(table("Kabar is running" if where.running else "Kabar", ("what", "where"), [*process, *servers]))
    screen.print(table("\nServices", ("service", "at", "health", "missing"), _service_rows(picture, where)))
    screen.print(table("\nStages", STAGE_COLUMNS, stage_rows(picture)))
    if picture.lags is not None:
        screen.print(table("\nStill to do", ("group", "messages"), list(picture.lags.items())))
    if picture.counts is not None:
        names = ("articles", "events", "revisions", "dead_letters")
        stored = [(name.replace("_", " "), getattr(picture.counts, name)) for name in names]
        screen.print(table("\nStored", ("documents", "count"), stored))
        if letters := dead_rows(picture.counts.dead_by_reason, picture.letters, _REASONS):
            screen.print(table("\nDead letters", DEAD_COLUMNS, letters))
    if picture.fares is not None:
        title = f"\nSites, the worst first: {min(_SITES, len(picture.fares))} of {len(picture.fares)}"
        screen.print(table(title, SITE_COLUMNS, site_rows(picture.fares, _SITES)))
    if picture.away:
        fail(" ".join(f"{name}: {printable(why, '')}" for name, why in sorted(picture.away.items())), UNREACHABLE)


def _documents(where: Where) -> str:
    """That of the local stack as mongosh takes it; another may hold a password."""
    if where.mongo is None:
        return "-"
    own = where.running is not None and where.running.mongo_uri == where.mongo
    return where.mongo if own else shown_uri(where.mongo)


async def _looked(parts: list[Part]) -> Picture:
    """Everything side by side, and at the services once more a moment later."""
    picture = Picture()

    async def look(part: Part) -> None:
        nonlocal picture
        picture = await changed(part, lambda: picture)

    services, *others = parts
    rest = [asyncio.create_task(look(part)) for part in others]
    await look(services)
    await asyncio.sleep(_BETWEEN)
    await look(services)
    await asyncio.gather(*rest)
    return picture


def _service_rows(picture: Picture, where: Where) -> list[Row]:
    rows: list[Row] = []
    for service, processes in (picture.healths or {}).items():
        at = where.services[service].removeprefix("127.0.0.1:")
        rows += [(name, at, _word(health), _failing(health)) for name, health in processes.items()]
    return rows


def _word(health: Health) -> str:
    if not health.alive:
        return "no answer"
    return "ready" if health.ready else "not ready"


def _failing(health: Health) -> str:
    return printable(", ".join(name for name, well in health.checks.items() if not well), "")

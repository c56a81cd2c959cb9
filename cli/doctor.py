"""`kabar doctor`: is everything as it should be, and what to do where it is not."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import orjson
import typer

from cli.beside import beside
from cli.checks import look_here as here
from cli.checks import look_out as out
from cli.checks.finding import Finding, Level, failure, warning, worst
from cli.run import DATA_DIR, FAILED, DataDir, run
from cli.shown import console, printable, table
from cli.where import Where, find, with_sites
from deploy.local.failures import unreachable
from shared.outcomes import Retry
from shared.settings import Settings, SettingsError
from shared.sites import Site, SitesError, load_sites

_SIGNS = {Level.ok: "ok", Level.warning: "WARNING", Level.failure: "FAILURE"}
_SERVERS = {"kafka": "Kafka", "store": "the document store"}
_UP = "Run `kabar up`, name another folder with --data-dir, or set {}."


@dataclass(frozen=True)
class Check:
    """`look` observes and judges. `needs`: the check of the server it asks, without which it is not made."""

    name: str
    look: Callable[[], Awaitable[Iterable[Finding]]]
    needs: str | None = None


@dataclass(frozen=True)
class _Made:
    """`lost`: it could not be looked at."""

    findings: list[Finding]
    lost: bool = False


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object: the worst level, and every finding.")] = False,
    seconds: Annotated[float, typer.Option("--seconds", min=0.1, help="How long each check may take.")] = 10.0,
    data_dir: DataDir = DATA_DIR,
) -> None:
    """Check versions, settings, servers, topics, indexes, lag, disk, clock and sites; say what is and what to do. Exit 1 at a failure."""
    run(_doctor(as_json, seconds, data_dir))


async def _doctor(as_json: bool, seconds: float, data_dir: Path) -> None:
    settings, wrong = here.usable_settings()
    where = find(data_dir, settings.services)
    settings = with_sites(settings, where.running)
    findings = await examine([*_of_this_machine(where, settings, wrong), *_of_the_rest(where, settings)], seconds)
    if as_json:
        told = [asdict(finding) | {"level": finding.level.name} for finding in findings]
        sys.stdout.write(orjson.dumps({"level": worst(findings).name, "findings": told}).decode() + "\n")
    else:
        _show(findings)
    if worst(findings) is Level.failure:
        raise typer.Exit(FAILED)


async def examine(checks: Iterable[Check], seconds: float) -> list[Finding]:
    """Side by side, but those of a server after the one that reaches it; told in their order. Whatever becomes of one, others are made."""
    every = list(checks)
    first = [check for check in every if check.needs is None]
    made = dict(zip(first, await asyncio.gather(*(_made(check, seconds) for check in first)), strict=True))
    lost = {check.name for check, findings in made.items() if findings.lost}
    then = [check for check in every if check.needs is not None and check.needs not in lost]
    made |= dict(zip(then, await asyncio.gather(*(_made(check, seconds) for check in then)), strict=True))
    return [finding for check in every for finding in (made[check].findings if check in made else [_left_out(check)])]


def _left_out(check: Check) -> Finding:
    server = _SERVERS[check.needs or "kafka"]
    return warning(check.name, f"It was not looked at, as {server} was not reached.", f"See to {server} first.")


async def _made(check: Check, seconds: float) -> _Made:
    try:
        async with asyncio.timeout(seconds):
            return _Made(list(await check.look()))
    except TimeoutError:
        why, do = f"It could not be looked at within {seconds:g} s.", "See what hangs: the server, the disk, the network."
    except Retry as away:
        why, do = str(unreachable(away)), "Start the server, or see whether this machine reaches it."
    except SettingsError as error:
        why, do = str(error), "Set it as docs/settings.md says."
    except Exception as error:
        why, do = f"It could not be looked at: {type(error).__name__}: {error}"[:300], "If this stays, report it."
    return _Made([failure(check.name, why, do)], lost=True)


def _of_this_machine(where: Where, settings: Settings, wrong: dict[str, str]) -> Iterator[Check]:
    folders = {"data folder": where.data_dir} if where.local and where.data_dir.is_dir() else {}
    folders |= {"archive folder": settings.archive_dir} if settings.archive_dir else {}
    yield Check("packages", _beside(lambda: here.check_versions(local=where.local)))
    yield Check("settings", _beside(lambda: here.check_settings(wrong)))
    yield Check("disk", _beside(lambda: here.check_folders(folders)))
    yield Check("site files", _beside(lambda: here.check_registry(settings.sites)))


def _of_the_rest(where: Where, settings: Settings) -> Iterator[Check]:
    kafka, mongo = where.kafka, where.mongo
    if kafka is None:
        yield Check("kafka", _known(failure("kafka", f"No Kafka runs in {where.data_dir}.", _UP.format("KABAR_KAFKA_SERVERS"))))
    else:
        at = settings.kafka_at(kafka)
        yield Check("kafka", lambda: out.check_kafka(at))
        yield Check("topics", lambda: out.check_topics(at), "kafka")
        yield Check("groups", lambda: out.check_groups(at, settings), "kafka")
    if mongo is None:
        yield Check("store", _known(failure("store", f"No document store runs in {where.data_dir}.", _UP.format("KABAR_MONGO_URI"))))
    else:
        yield Check("store", lambda: out.check_store(mongo, settings))
        yield Check("indexes", lambda: out.check_indexes(mongo, settings), "store")
        yield Check("sites", lambda: _fares(mongo, settings), "store")
    yield Check("clock", lambda: out.check_clock(mongo, settings), "store" if mongo else None)
    if kafka and mongo:
        yield Check("services", lambda: out.check_services(where))


async def _fares(mongo: str, settings: Settings) -> Iterable[Finding]:
    """Files that cannot be read are a finding of their own."""
    sites: tuple[Site, ...] = ()
    with suppress(SitesError):
        sites = await beside(lambda: load_sites(settings.sites))
    return await out.check_fares(mongo, settings, sites)


def _beside(work: Callable[[], Iterable[Finding]]) -> Callable[[], Awaitable[list[Finding]]]:
    return lambda: beside(lambda: list(work()))


def _known(finding: Finding) -> Callable[[], Awaitable[list[Finding]]]:
    async def look() -> list[Finding]:
        return [finding]

    return look


def _show(findings: list[Finding]) -> None:
    """What people shall see first is at the end, above the prompt: the sum."""
    rows = [(f.check, _SIGNS[f.level], printable(f.says, ""), printable(f.do, "")) for f in findings]
    console().print(table("Kabar", ("check", "", "what is", "what to do"), rows))
    tally = {level: sum(finding.level is level for finding in findings) for level in Level}
    console().print(f"\n{tally[Level.failure]} failures, {tally[Level.warning]} warnings, {tally[Level.ok]} ok.", markup=False)

"""`kabar coverage`: where we are blind, and whether that is silence or failure."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cli.coverage_shown import csv_head, csv_row, is_blind, json_line, show
from cli.coverage_units import Seen, Unit, days_of, lies_in, region_units, site_units
from cli.days import DAY, day
from cli.run import DATA_DIR, USAGE, DataDir, fail, run
from cli.where import RunningSitesPath, settings_for
from deploy.local.reach import reach_documents
from services.crawler.standing import read_ledger
from services.extractor.knowledge import load_knowledge
from services.store.reader import open_reader
from shared.settings import Settings
from shared.sites import load_sites

_USUAL_DAYS = 7


class By(StrEnum):
    site = "site"
    region = "region"


def coverage(
    by: Annotated[By, typer.Option(help="A row for each site, or for each kabupaten/kota.")] = By.site,
    since: Annotated[datetime | None, typer.Option(help=f"From this day (UTC). Default: {_USUAL_DAYS} days in all.", **DAY)] = None,
    until: Annotated[datetime | None, typer.Option(help="To this day, included. Default: today.", **DAY)] = None,
    site: Annotated[str | None, typer.Option(help="This site alone, day by day.")] = None,
    region: Annotated[str | None, typer.Option(help="What lies in this province or kabupaten/kota, as 18 or 18.72.")] = None,
    blind: Annotated[bool, typer.Option("--blind", help="Only where nothing came in, or a day failed.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line for each row and day.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="The same as CSV.")] = False,
    sites: RunningSitesPath = None,
    data_dir: DataDir = DATA_DIR,
) -> None:
    """Say for each site or region, by day, what came in; and where nothing did, whether there was nothing or we could not see."""
    settings, today = settings_for(data_dir), datetime.now(UTC).date()
    if as_json and as_csv:
        raise typer.BadParameter("Choose --json or --csv.")
    if site is not None and by is By.region:
        raise typer.BadParameter("--site is for a table by site; with --by region name a --region.")
    span = _span(day(since), day(until) or today, settings)
    asked = _Asked(by, span, today, site, region, blind, sites or settings.sites)
    run(_coverage(asked, as_json, as_csv, settings, data_dir))


def _span(since: date | None, until: date, settings: Settings) -> tuple[date, date]:
    since = since or date.fromordinal(max(1, until.toordinal() - _USUAL_DAYS + 1))
    if not timedelta(0) <= until - since < timedelta(days=settings.crawl_ledger_days):
        raise typer.BadParameter(f"From {since} to {until} are no days, or more than the {settings.crawl_ledger_days} that are kept.")
    return since, until


@dataclass(frozen=True)
class _Asked:
    """What is asked for; `registry` is the site file or folder."""

    by: By
    span: tuple[date, date]
    today: date
    site: str | None
    region: str | None
    blind: bool
    registry: Path


async def _coverage(asked: _Asked, as_json: bool, as_csv: bool, settings: Settings, data_dir: Path) -> None:
    database = settings.mongo_database
    async with reach_documents(data_dir) as uri, open_reader(uri, database) as reader:
        seen = Seen(await read_ledger(uri, database, *asked.span), await reader.arrivals(*asked.span))
    units, days = _units(asked, seen), days_of(*asked.span)
    if not (as_json or as_csv):
        show(units, seen, days, asked.today.isoformat(), blind=asked.blind)
        return
    if as_csv:
        sys.stdout.write(f"{csv_head(units)}\n")
    line = csv_row if as_csv else json_line
    for unit in units:
        for one in days:
            look = seen.at(unit, [one])
            if is_blind(look.verdict) or not asked.blind:
                sys.stdout.write(f"{line(unit, one, look)}\n")
    sys.stdout.flush()


def _units(asked: _Asked, seen: Seen) -> list[Unit]:
    registry, regions = load_sites(asked.registry), load_knowledge().event.gazetteer.regions
    if asked.region is not None and (asked.region not in regions or len(asked.region) > 5):
        fail(f"There is no province or kabupaten/kota {asked.region}; write its code, as 18 or 18.72.", USAGE)
    units = site_units(registry, seen) if asked.by is By.site else region_units(registry, regions, seen)
    chosen = [unit for unit in units if asked.region is None or lies_in(unit, asked.region)]
    if asked.site is not None and not (chosen := [unit for unit in chosen if unit.key == asked.site]):
        fail(f"There is no site {asked.site}; kabar sites list shows those there are.", USAGE)
    return chosen

"""`kabar events`: events by where, when, who and what, for people and for machines."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.days import DAY, day
from cli.event_formats import csv_lines, geojson, jsonl
from cli.run import DATA_DIR, DataDir, run
from cli.shown import console, table
from deploy.local.reach import reach_documents
from services.store.reader import open_reader
from services.store.search import Question, is_region
from shared.settings import load_settings
from shared.vocabularies import EventType

_TABLE_ROWS = 50
_COLUMNS = ("date", "type", "where", "event", "sources", "id")


class Format(StrEnum):
    table = "table"
    jsonl = "jsonl"
    csv = "csv"
    geojson = "geojson"


_WRITERS = {Format.jsonl: jsonl, Format.csv: csv_lines, Format.geojson: geojson}


def events(
    since: Annotated[datetime | None, typer.Option(help="Beginning on this day or later.", **DAY)] = None,
    until: Annotated[datetime | None, typer.Option(help="Beginning on this day or earlier.", **DAY)] = None,
    region: Annotated[str | None, typer.Option(help="In this region: a Kemendagri code of any level, as 18, 18.72 or 18.72.01.")] = None,
    type_: Annotated[EventType | None, typer.Option("--type", help="Of this type.")] = None,
    person: Annotated[str | None, typer.Option(help="With a person of this name, or part of a name.")] = None,
    organization: Annotated[str | None, typer.Option(help="By or with an organization of this name, or part of it.")] = None,
    topic: Annotated[str | None, typer.Option(help="With this topic.")] = None,
    site: Annotated[str | None, typer.Option(help="Reported by this site, by its id.")] = None,
    flag: Annotated[str | None, typer.Option(help="With this flag.")] = None,
    text: Annotated[str | None, typer.Option(help="With these words in title, name, theme or place.")] = None,
    form: Annotated[Format, typer.Option("--format", help="How they are printed.")] = Format.table,
    limit: Annotated[int | None, typer.Option(min=1, help=f"At most so many; a table has {_TABLE_ROWS} unless told otherwise.")] = None,
    data_dir: DataDir = DATA_DIR,
) -> None:
    """Print events, the latest first: of KABAR_MONGO_URI if set, else of the local stack, running or not."""
    if region is not None and not is_region(region):
        raise typer.BadParameter(f"{region} is no region code; write it as 18, 18.72, 18.72.01 or 18.72.01.1001.")
    question = Question(day(since), day(until), region, type_, person, organization, topic, site, flag, text)
    run(_events(question, form, limit or (_TABLE_ROWS if form is Format.table else None), data_dir))


async def _events(question: Question, form: Format, most: int | None, data_dir: Path) -> None:
    database = load_settings().mongo_database
    async with reach_documents(data_dir) as uri, open_reader(uri, database) as reader:
        found = reader.asked(question, most)
        if form is Format.table:
            rows = [_row(event, title) async for event, title in found]
            console().print(table(_said(len(rows), most), _COLUMNS, rows))
            return
        async for line in _WRITERS[form](found):
            sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


def _said(number: int, most: int | None) -> str:
    return f"The latest {number} events" if number == most else f"{number} events"


def _row(event: dict[str, Any], title: str | None) -> tuple[object, ...]:
    place, day = event["place"] or {}, event["date"] or {}
    return (
        day.get("start") or "-",
        event["type"],
        ", ".join(_where(place)) or "-",
        event["name"] or title or "-",
        event["sources"],
        event["id"],
    )


def _where(place: dict[str, Any]) -> Iterator[str]:
    if place.get("venue"):
        yield place["venue"]
    region = place.get("kabkota") or place.get("provinsi")
    if region:
        yield region["name"]

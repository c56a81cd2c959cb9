"""`kabar export`: documents as JSON lines."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from cli.run import DATA_DIR, DataDir, run
from deploy.local.reach import reach_documents
from services.store.reader import Reader, open_reader
from shared.settings import load_settings


class What(StrEnum):
    events = "events"
    articles = "articles"
    dead = "dead"


class Format(StrEnum):
    jsonl = "jsonl"


def export(
    what: Annotated[What, typer.Argument(help="Which documents.")],
    form: Annotated[Format, typer.Option("--format", help="One JSON object a line.")] = Format.jsonl,
    data_dir: DataDir = DATA_DIR,
) -> None:
    """Print documents, in the order of their ids: of KABAR_MONGO_URI if set, else of the local stack, running or not."""
    run(_export(what, data_dir))


async def _export(what: What, data_dir: Path) -> None:
    database = load_settings().mongo_database
    async with reach_documents(data_dir) as uri, open_reader(uri, database) as reader:
        async for document in _documents(reader, what):
            sys.stdout.buffer.write(orjson.dumps(document, option=orjson.OPT_APPEND_NEWLINE | orjson.OPT_UTC_Z))
        sys.stdout.buffer.flush()


def _documents(reader: Reader, what: What) -> AsyncIterator[dict[str, Any]]:
    match what:
        case What.events:
            return reader.events()
        case What.articles:
            return reader.articles()
        case What.dead:
            return reader.dead_letters()

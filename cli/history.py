"""`kabar history`: every version of an event or article, and what changed from one to the next."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
from rich.text import Text

from cli.run import DATA_DIR, FAILED, DataDir, fail, run
from cli.shown import console
from deploy.local.reach import reach_documents
from services.store.history import Difference, differences
from services.store.reader import open_reader
from shared.settings import load_settings

_LONGEST = 300


def history(
    key: Annotated[str, typer.Argument(metavar="ID", help="Id of an event (evt_…) or an article (art_…).")],
    json: Annotated[bool, typer.Option("--json", help="One version a line, with what changed.")] = False,
    data_dir: DataDir = DATA_DIR,
) -> None:
    """Print every version of an event or article: when it came about, and what it no longer says and says now."""
    run(_history(key, json, data_dir))


async def _history(key: str, as_json: bool, data_dir: Path) -> None:
    async with reach_documents(data_dir) as uri, open_reader(uri, load_settings().mongo_database) as reader:
        versions = await reader.versions(key)
    if not versions:
        fail(f"There is no event or article {key}: kabar events shows the events.", FAILED)
    for version, changed in _steps(versions):
        if as_json:
            sys.stdout.buffer.write(orjson.dumps(_line(version, changed), option=orjson.OPT_UTC_Z) + b"\n")
        else:
            _print(version, changed)


def _steps(versions: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Mapping[str, Any], tuple[Difference, ...]]]:
    yield versions[0], ()
    for before, after in pairwise(versions):
        yield after, differences(before["document"], after["document"])


def _line(version: Mapping[str, Any], changed: Sequence[Difference]) -> dict[str, Any]:
    told = {name: version[name] for name in ("of", "revision", "at", "change", "changed_fields") if name in version}
    return told | {"changes": [{"field": one.field, "removed": one.removed, "added": one.added} for one in changed]}


def _print(version: Mapping[str, Any], changed: Sequence[Difference]) -> None:
    text = Text(f"revision {version['revision']}  {version['at']}  {version.get('change', '')}".rstrip() + "\n", style="bold")
    for one in changed:
        text.append(f"  {one.field}\n", style="not bold")
        for sign, pieces in (("-", one.removed), ("+", one.added)):
            for piece in pieces:
                text.append(f"    {sign} {_short(piece)}\n", style="not bold")
    console().print(text)


def _short(piece: Any) -> str:
    said = piece if isinstance(piece, str) else orjson.dumps(piece).decode()
    return said if len(said) <= _LONGEST else f"{said[:_LONGEST]}…"

"""`kabar tail`: changes of events as they happen."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from cli.run import DATA_DIR, DataDir, run
from cli.shown import printable
from deploy.local.reach import reach_running
from shared.follow import changes
from shared.messages import EventChanged


def tail(
    as_json: Annotated[bool, typer.Option("--json", help="The whole message, one JSON object a line.")] = False,
    from_beginning: Annotated[bool, typer.Option("--from-beginning", help="First what the topic keeps: every event as it is now.")] = False,
    data_dir: DataDir = DATA_DIR,
) -> None:
    """Print each change of an event as it is published, until Ctrl-C."""
    run(_tail(as_json, from_beginning, data_dir))


async def _tail(as_json: bool, from_beginning: bool, data_dir: Path) -> None:
    async for change in changes(reach_running(data_dir).kafka, from_beginning=from_beginning):
        sys.stdout.write(f"{change.model_dump_json() if as_json else _line(change)}\n")
        sys.stdout.flush()


def _line(change: EventChanged) -> str:
    event = change.event
    day = event.date.start if event.date else None
    region = event.place and (event.place.kabkota or event.place.provinsi)
    told = (change.change.value, event.id, day or "-", event.type.value, region.name if region else "-", event.name or "-")
    line = "\t".join(str(part) for part in told) + (f"\t[{', '.join(change.changed_fields)}]" if change.changed_fields else "")
    return printable(line, "\t")

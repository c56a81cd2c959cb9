"""`kabar trace`: where a page ended, step by step, from the crawl to the event."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import orjson
import typer

from cli.page_end import Ending, end_of
from cli.page_known import PageKnown
from cli.page_search import search
from cli.page_steps import Step, steps_of
from cli.run import DATA_DIR, FAILED, DataDir, fail, run
from cli.shown import console, printable, table, utc
from cli.where import RunningSitesPath, settings_for
from deploy.local.reach import reach_documents
from shared.sites import load_sites


def trace(
    what: Annotated[
        str, typer.Argument(metavar="URL|ID", help="An address as you have it; or the id of an article (art_…) or page (pag_…).")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="The same as one JSON object.")] = False,
    sites: RunningSitesPath = None,
    data_dir: DataDir = DATA_DIR,
) -> None:
    """Say where a page ended: each step from the crawl to the event with its time, and the end in one word with its reason."""
    run(_trace(what, as_json, sites, data_dir))


async def _trace(what: str, as_json: bool, sites: Path | None, data_dir: Path) -> None:
    settings = settings_for(data_dir)
    registry = load_sites(sites or settings.sites)
    async with reach_documents(data_dir) as uri:
        page = await search(what, registry, settings, uri)
    if page is None:
        fail(f"Nothing is known of {what}: no article has this id, no page that is kept, and no dead letter.", FAILED)
    assert page is not None
    write = _write_json if as_json else _print
    write(page, steps_of(page), end_of(page))


def _print(page: PageKnown, steps: tuple[Step, ...], ending: Ending) -> None:
    rows = [(step.stage.value, _time(step.at), printable(step.what, "")) for step in steps]
    console().print(table(printable(page.address.given, ""), ("what", "when", "said"), rows))
    because = f" ({ending.reason})" if ending.reason else ""
    console().print(printable(f"\n{ending.end.value}{because}: {ending.why}", "\n"), markup=False, soft_wrap=True)


def _write_json(page: PageKnown, steps: tuple[Step, ...], ending: Ending) -> None:
    article, event, address = page.article, page.event, page.address
    told = {
        "given": address.given,
        "url": address.url or None,
        "site": address.site and address.site.id,
        "end": ending.end.value,
        "reason": ending.reason,
        "why": ending.why,
        "article": article and article.id,
        "event": event and event.id,
        "steps": [{"stage": step.stage.value, "at": step.at, "what": step.what, **step.facts} for step in steps],
    }
    sys.stdout.buffer.write(orjson.dumps(told, option=orjson.OPT_APPEND_NEWLINE | orjson.OPT_UTC_Z))
    sys.stdout.buffer.flush()


def _time(moment: datetime | None) -> str:
    return "-" if moment is None else utc(moment)

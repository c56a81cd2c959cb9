"""`kabar status` on a terminal: drawn anew every second, until Ctrl-C or q."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.text import Text

from cli.keys import keys_pressed
from cli.look import Part, changed, parts_of
from cli.picture import DEAD_COLUMNS, SITE_COLUMNS, STAGE_COLUMNS, Picture, dead_rows, site_rows, stage_rows, stored_line
from cli.shown import console, printable, table, utc
from cli.where import Where, shown_uri
from shared.settings import Settings

_STDIN = 0  # sys.stdin is None where it is closed
_DRAW_AGAIN = 1.0
_REASONS = 5
_HEAD = 2  # lines of a table above its rows: title and names
_LEAST_SITES = 3


async def live(where: Where, settings: Settings) -> None:
    """Returns when q is pressed; Ctrl-C cancels it. The terminal is then as it was."""
    screen, shown, over = console(), _Shown(), asyncio.Event()
    looks = [asyncio.create_task(shown.keep(part)) for part in parts_of(where, settings)]
    try:
        with (
            keys_pressed(_STDIN, lambda key: over.set() if key in "qQ" else None),
            Live(console=screen, screen=True, auto_refresh=False, redirect_stdout=False, redirect_stderr=False) as drawn,
        ):
            while not over.is_set():
                drawn.update(drawing(shown.picture, where, datetime.now(UTC), screen), refresh=True)
                await _until(over, _DRAW_AGAIN)
    finally:
        for look in looks:
            look.cancel()
        await asyncio.gather(*looks, return_exceptions=True)


class _Shown:
    """The picture as it is now."""

    def __init__(self) -> None:
        self.picture = Picture()

    async def keep(self, part: Part) -> None:
        """Look again and again, and leave the servers alone nine tenths of the time: counting takes a small one a while."""
        while True:
            began = time.monotonic()
            self.picture = await changed(part, lambda: self.picture)
            await asyncio.sleep(max(part.period, 9 * (time.monotonic() - began)))


def drawing(picture: Picture, where: Where, now: datetime, screen: Console) -> RenderableType:
    """As much as fits on the screen, the sites last."""
    above = list(_above_sites(picture, where, now))
    lines = sum(height for _, height in above)
    fares = picture.fares or ()
    most = max(_LEAST_SITES, screen.height - lines - _HEAD - 1)
    title = "\nSites: not known yet" if picture.fares is None else f"\nSites, the worst first: {min(most, len(fares))} of {len(fares)}"
    return Group(*(part for part, _ in above), table(title, SITE_COLUMNS, site_rows(fares, most), fold=False))


def _above_sites(picture: Picture, where: Where, now: datetime) -> Iterator[tuple[RenderableType, int]]:
    """Each with its height in lines."""
    servers = " · ".join(part for part in (where.kafka, where.mongo and shown_uri(where.mongo)) if part)
    yield _line(f"Kabar at {servers} · {utc(now)} · q ends"), 1
    yield from ((_line(f"{name}: {why}"), 1) for name, why in sorted(picture.away.items()))
    stages = stage_rows(picture)
    yield table("\nStages", STAGE_COLUMNS, stages, fold=False), _height(stages)
    yield _line(""), 1
    yield _line(stored_line(picture.counts)), 1
    if picture.counts and picture.counts.dead_by_reason:
        letters = dead_rows(picture.counts.dead_by_reason, picture.letters, _REASONS)
        yield table("\nDead letters", DEAD_COLUMNS, letters, fold=False), _height(letters)


def _line(text: str) -> Text:
    """Cut at the edge of the screen."""
    return Text(printable(text, ""), no_wrap=True, overflow="ellipsis")


def _height(rows: Iterable[object]) -> int:
    """With the empty line above."""
    return sum(1 for _ in rows) + _HEAD + 1


async def _until(over: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(over.wait(), seconds)
    except TimeoutError:
        return

"""This machine's clock beside the others. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from cli.checks.finding import Finding, failure, ok, warning

CLOSE, FAR = timedelta(seconds=10), timedelta(minutes=5)
"""Within `CLOSE` nothing of ours minds; `FAR` apart, days and times of events are wrong."""
_STEP = timedelta(seconds=1)
_SYNC = "Synchronise the clocks of all machines (chrony, systemd-timesyncd)."


@dataclass(frozen=True)
class ClockSeen:
    """`store`: the document store's clock less ours. `step`: how much the wall clock went beyond the monotonic one while we looked.
    `crawlers`: the crawlers' common clock less ours, as last written down. `None`: not known."""

    step: timedelta
    store: timedelta | None = None
    crawlers: timedelta | None = None


def apart(theirs: datetime, before: datetime, after: datetime) -> timedelta:
    """How far a clock is ahead of ours, that was asked between two moments of ours. Nothing, if it lies between them."""
    if before <= theirs <= after:
        return timedelta(0)
    return theirs - after if theirs > after else theirs - before


def judge_clock(seen: ClockSeen) -> Iterator[Finding]:
    if abs(seen.step) > _STEP:
        yield warning("clock", f"The clock was moved by {_told(seen.step)} while this command looked.", _SYNC)
    if seen.store is not None and abs(seen.store) > CLOSE:
        level = failure if abs(seen.store) > FAR else warning
        yield level("clock", f"The document store's clock is {_told(seen.store)} {_way(seen.store)}.", _SYNC)
    if seen.crawlers is not None and seen.crawlers > FAR:
        says = f"The crawlers' clock is {_told(seen.crawlers)} ahead: ours, or one of theirs, was wrong."
        yield warning("clock", says, f"{_SYNC} The crawlers never go back; what is due becomes due by their clock.")
    if not (abs(seen.step) > _STEP or (seen.store and abs(seen.store) > CLOSE) or (seen.crawlers and seen.crawlers > FAR)):
        compared = "the document store's" if seen.store is not None else "nobody's"
        yield ok("clock", f"The clock runs evenly; compared with {compared}.")


def _told(span: timedelta) -> str:
    seconds = abs(span).total_seconds()
    return f"{seconds:.1f} s" if seconds < 60 else f"{seconds / 60:.0f} min" if seconds < 7_200 else f"{seconds / 3_600:.0f} h"


def _way(span: timedelta) -> str:
    return "ahead" if span > timedelta(0) else "behind"

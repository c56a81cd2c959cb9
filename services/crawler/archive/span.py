"""The days a backfill is for. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

Days = tuple[date, date]
"""First and last day something may be of: a day, or a month where no more is known."""

_LOCAL = timedelta(hours=7)  # most papers write by the clock of Jakarta


@dataclass(frozen=True)
class Span:
    """From `since` to `until`, both included; an open end is `date.max`."""

    since: date
    until: date = date.max

    def holds(self, days: Days | None) -> bool:
        """May something of these days lie in the span; what has no date may."""
        return days is None or (days[0] <= self.until and days[1] >= self.since)

    def before(self, days: Days | None) -> bool:
        """Is something of these days surely older than the span."""
        return days is not None and days[1] < self.since


def day_of(moment: datetime) -> Days:
    """The day a moment is of, in Indonesia; a bare date, read as midnight in UTC, stays what it is."""
    try:
        day = (moment + _LOCAL).date()
    except OverflowError:
        day = moment.date()
    return day, day


def start_of(days: Days | None) -> datetime | None:
    """The first of the days as a moment."""
    return None if days is None else datetime.combine(days[0], time(), UTC)


def backfill_id(site: str, since: date, until: date | None) -> str:
    """A backfill is the same whenever the same site and days are asked for: "situs.example:2023-01-01:2023-12-31"; an open end is empty."""
    return f"{site}:{since.isoformat()}:{until.isoformat() if until else ''}"

"""Archives whose addresses are made of dates: a template of the site file and a span → their pages. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice

from services.crawler.archive.span import Days, Span
from shared.sites import filled

MOST_PAGES = 10_000
"""Days of one template: 27 years."""


@dataclass(frozen=True)
class Dated:
    """A page of dated archives: its address, the days it is of, and how its further pages are called, with `{page}` in it."""

    url: str
    days: Days
    rule: str | None


def dated_pages(template: str, span: Span, today: date) -> tuple[Dated, ...]:
    """A page for every day, month or year of the span up to today, whichever the template names, the latest first."""
    last = min(span.until, today)
    return tuple(_page(template, days) for days in islice(_units(template, span.since, last), MOST_PAGES))


def _page(template: str, days: Days) -> Dated:
    rule = filled(template, days[0])
    return Dated(rule.replace("{page}", "1"), days, rule if "{page}" in rule else None)


def _units(template: str, since: date, last: date) -> Iterator[Days]:
    """The days, months or years from `last` back to `since`."""
    while last >= since:
        if "{date}" in template or "{day}" in template:
            first = last
        elif "{month}" in template:
            first = last.replace(day=1)
        else:
            first = last.replace(month=1, day=1)
        yield first, last
        if first <= date.min:
            return
        last = first - timedelta(days=1)

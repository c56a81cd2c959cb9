"""Dates without a number of a day: "Senin", "kemarin", "pekan lalu", "dua hari lalu", "Agustus 2024", "Agustus lalu". Pure."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from services.extractor.event.calendar import Calendar, day_of, last_of_month
from services.extractor.event.text import Text
from shared.documents import DateBasis, DatePrecision

_WEEK = 7
# How far before a weekday "akan" makes it the coming one.
_AHEAD = 60
# How far before "lalu" its number may begin.
_AGO = 30


@dataclass(frozen=True)
class LooseDate:
    """Where it stands, its first and last day, and how it was found."""

    start: int
    end: int
    first: date
    last: date
    basis: DateBasis
    precision: DatePrecision = DatePrecision.day


def find_loose_dates(text: Text, calendar: Calendar, taken: Sequence[tuple[int, int]]) -> Iterator[LooseDate]:
    """The loose dates outside the places taken, in order. Without a publication only "Agustus 2024" says anything."""
    after = 0
    for _, start, end in calendar.named.find_matches_as_indexes(text.body, overlapping=False):
        if start < after:
            continue
        found = _read_at(text, start, end, calendar)
        if found is not None and _stands_alone(found, text.body, taken):
            after = found.end
            yield found


def _read_at(text: Text, start: int, end: int, calendar: Calendar) -> LooseDate | None:
    """What the name of a day or month at a place says, with the words beside it."""
    body, published = text.body, text.published
    if month := calendar.month_year.match(body, start):
        return _month(month, text, calendar)
    if published is None:
        return None
    if day := calendar.loose.match(body, start):
        return _day(day, text, published, calendar)
    ago = calendar.ago.search(body[max(0, start - _AGO) : end])
    return _ago(ago, max(0, start - _AGO), published, calendar) if ago else None


def _stands_alone(found: LooseDate, body: str, taken: Sequence[tuple[int, int]]) -> bool:
    """Is it a word of its own, and no part of a date already read."""
    start, end = found.start, found.end
    if start and (body[start - 1].isalnum() or body[start - 1] in "-_/"):
        return False
    before = bisect_right(taken, (start, len(body))) - 1
    return (before < 0 or taken[before][1] <= start) and (before + 1 == len(taken) or taken[before + 1][0] >= end)


def _month(match: re.Match[str], text: Text, calendar: Calendar) -> LooseDate | None:
    """A month with its year, or the last one of that name: "Agustus lalu"."""
    month = calendar.months[match["month"].lower()]
    if match["year"]:
        first = day_of(int(match["year"]), month, 1)
    elif text.published is not None:
        first = day_of(text.published.year - (month > text.published.month), month, 1)
    else:
        first = None
    if first is None:
        return None
    basis = DateBasis.explicit if match["year"] else DateBasis.relative
    return LooseDate(match.start(), match.end(), first, last_of_month(first), basis, DatePrecision.month)


def _day(match: re.Match[str], text: Text, published: date, calendar: Calendar) -> LooseDate | None:
    """ "Senin", "Sabtu malam", "kemarin": the last such day up to the publication. "minggu" in small letters is a week."""
    if match["relative"]:
        first, last = _relative(calendar.relative[match["relative"].lower()], match["relative"].lower(), published)
        return LooseDate(match.start(), match.end(), first, last, DateBasis.relative)
    if not match["weekday"][0].isupper():
        return None
    at = _weekday(match, text, published, calendar)
    return LooseDate(match.start(), match.end(), at, at, DateBasis.relative)


def _relative(days: int, words: str, published: date) -> tuple[date, date]:
    """A day, or for words of a week its Monday to Sunday."""
    at = published + timedelta(days=days)
    if abs(days) < _WEEK or "hari" in words:
        return at, at
    monday = at - timedelta(days=at.weekday())
    return monday, monday + timedelta(days=_WEEK - 1)


def _weekday(match: re.Match[str], text: Text, published: date, calendar: Calendar) -> date:
    weekday = calendar.weekdays[match["weekday"].lower()]
    back = (published.weekday() - weekday) % _WEEK
    ago = match["ago"] or ""
    if "pekan" in ago or "minggu" in ago:
        return published - timedelta(days=published.weekday() + _WEEK - weekday)
    if match["next"] or calendar.coming.search(text.body, max(text.sentence_start(match.start()), match.start() - _AHEAD), match.start()):
        return published + timedelta(days=(_WEEK - back) if back or match["next"] else 0)
    return published - timedelta(days=back or (_WEEK if "lalu" in ago else 0))


def _ago(match: re.Match[str], offset: int, published: date, calendar: Calendar) -> LooseDate:
    count = match["count"].lower()
    days = (int(count) if count.isdigit() else calendar.numbers[count]) * (1 if match["unit"].lower() == "hari" else _WEEK)
    at = published - timedelta(days=days)
    return LooseDate(offset + match.start(), offset + match.end(), at, at, DateBasis.relative)

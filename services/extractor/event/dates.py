"""Indonesian dates in a text: what they say, and where. Choosing the event's among them is `when.py`. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from services.extractor.event.text import Text
from shared.documents import DateBasis, DatePrecision

# How many years back a date without a year may lie when only its weekday tells which.
_YEARS_BACK = 8
# An announcement may lie this far ahead of its publication and still mean the coming day, not last year's.
_AHEAD = timedelta(days=60)
_EARLIEST = 1945


@dataclass(frozen=True)
class Calendar:
    """What lang/*/dates.toml says, compiled."""

    months: Mapping[str, int]
    weekdays: Mapping[str, int]
    weekday_names: tuple[str, ...]
    relative: Mapping[str, int]
    dated: re.Pattern[str]
    loose: re.Pattern[str]
    month_year: re.Pattern[str]
    joiner: re.Pattern[str]
    occasion: re.Pattern[str]
    limit: re.Pattern[str]
    coming: re.Pattern[str]
    backward: re.Pattern[str]

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Calendar:
        words = data["words"]
        month, weekday = _one_of(data["months"]), _one_of(data["weekdays"])
        part, join = _one_of(words["dayparts"]), _one_of(words["joiners"])
        stated = rf"(?:\b(?P<weekday>{weekday})(?:\s+(?:{part}))?(?:\s*[,–-]\s*|\s+)?(?:tanggal\s+)?)?"
        numeric = r"(?P<d>\d{1,2})\s?(?P<sep>[/.-])\s?(?P<m>\d{1,2})(?:\s?[/.-]\s?(?P<y>\d{4}|\d{2}(?!\d)))?"
        spoken = (
            rf"(?P<d1>\d{{1,2}})(?:\s*(?:{join})\s*(?P<d2>\d{{1,2}}))?[\s-]*(?P<month>{month})\b\.?(?:[\s,-]*(?P<year>(?:19|20)\d{{2}}))?"
        )
        return cls(
            months=data["months"],
            weekdays=data["weekdays"],
            weekday_names=tuple(data["weekday_names"]["names"]),
            relative=data["relative"],
            dated=re.compile(rf"{stated}(?P<open>\(\s*)?(?<![\d/.,])(?:{spoken}|{numeric})(?![\d/])(?P<close>\s*\))?", re.I),
            loose=re.compile(
                rf"\b(?P<weekday>{weekday})\b(?:\s+(?:{part}))?(?P<ago>\s+(?:pekan |minggu )?lalu)?"
                rf"|\b(?P<relative>{_one_of(data['relative'])})\b",
                re.I,
            ),
            month_year=re.compile(rf"\b(?P<month>{month})\s+(?P<year>(?:19|20)\d{{2}})\b", re.I),
            joiner=re.compile(rf"\s*(?:{join})\s*(?:tanggal\s*)?", re.I),
            occasion=re.compile(rf"\b(?:{_one_of(words['occasion'])})\W*$", re.I),
            limit=re.compile(rf"\b(?:{_one_of(words['limits'])})\W*$", re.I),
            backward=re.compile(rf"\b(?:{_one_of(words['backward'])})\b", re.I),
            coming=re.compile(rf"\b(?:{_one_of(words['coming'])})\b", re.I),
        )


@dataclass(frozen=True)
class DateMention:
    """A date as written. `first` is None where no such day exists; `weekday` is what the text calls it (Monday 0)."""

    start: int
    end: int
    first: date | None
    last: date | None
    basis: DateBasis
    precision: DatePrecision = DatePrecision.day
    weekday: int | None = None
    weekday_text: str | None = None


def find_dates(text: Text, calendar: Calendar) -> list[DateMention]:
    """Every date of the body in order, ranges as one; those said only by weekday or "kemarin" are resolved by the publication."""
    full = _merge_ranges(
        text, [mention for match in calendar.dated.finditer(text.body) if (mention := _dated(match, text, calendar))], calendar
    )
    taken = [(mention.start, mention.end) for mention in full]
    months = [m for match in calendar.month_year.finditer(text.body) if not _overlaps(match, taken) and (m := _month(match, calendar))]
    loose = [m for match in calendar.loose.finditer(text.body) if not _overlaps(match, taken) and (m := _loose(match, text, calendar))]
    return sorted([*full, *months, *loose], key=lambda mention: mention.start)


def _dated(match: re.Match[str], text: Text, calendar: Calendar) -> DateMention | None:
    """A day and month with or without year. Bare numbers like 5/6 or 24.7 are no date without a weekday, brackets or a year."""
    numeric = match["d"] is not None
    framed = match["weekday"] is not None or (match["open"] and match["close"])
    if numeric and match["y"] is None and (not framed or match["sep"] != "/"):
        return None
    day, month = int(match["d"] or match["d1"]), int(match["m"]) if numeric else calendar.months[match["month"].lower()]
    weekday = calendar.weekdays[match["weekday"].lower()] if match["weekday"] else None
    written = match["y"] or match["year"]
    year = _century(int(written)) if written else _year(day, month, weekday, text)
    if not _EARLIEST <= year <= text.fetched.year + 20 or (numeric and not framed and not 1 <= month <= 12):
        return None
    start, end = _trim(match)
    return DateMention(
        start, end, _day(year, month, day), _day(year, month, int(match["d2"] or day)),
        DateBasis.explicit if written else DateBasis.partial, weekday=weekday, weekday_text=match["weekday"],
    )  # fmt: skip


def _trim(match: re.Match[str]) -> tuple[int, int]:
    """The mention with its brackets only where both are there."""
    start, end = match.span()
    if match["close"] and not match["open"]:
        end = match.start("close")
    if match["open"] and not match["close"] and not match["weekday"]:
        start = match.end("open")
    return start, end


def _year(day: int, month: int, weekday: int | None, text: Text) -> int:
    """The year of "18/7": the nearest to the publication; without one, the latest before fetching whose weekday fits."""
    if text.published is not None:
        years = (text.published.year - 1, text.published.year, text.published.year + 1)
        days = [at for year in years if (at := _day(year, month, day)) and at <= text.published + _AHEAD]
        return max(days).year if days else text.published.year
    past = [at for back in range(_YEARS_BACK) if (at := _day(text.fetched.year - back, month, day)) and at <= text.fetched]
    fitting = [at for at in past if weekday is None or at.weekday() == weekday]
    return (fitting or past or [text.fetched])[0].year


def _month(match: re.Match[str], calendar: Calendar) -> DateMention | None:
    first = _day(int(match["year"]), calendar.months[match["month"].lower()], 1)
    if first is None:
        return None
    last = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return DateMention(match.start(), match.end(), first, last, DateBasis.explicit, DatePrecision.month)


def _loose(match: re.Match[str], text: Text, calendar: Calendar) -> DateMention | None:
    """ "Senin", "Sabtu malam", "kemarin": the last such day up to the publication. "minggu" in small letters is a week."""
    if text.published is None:
        return None
    if match["relative"]:
        at = text.published + timedelta(days=calendar.relative[match["relative"].lower()])
        return DateMention(match.start(), match.end(), at, at, DateBasis.relative)
    if not match["weekday"][0].isupper():
        return None
    weekday = calendar.weekdays[match["weekday"].lower()]
    back = (text.published.weekday() - weekday) % 7
    at = text.published - timedelta(days=back or (7 if match["ago"] else 0))
    return DateMention(match.start(), match.end(), at, at, DateBasis.relative)


def _merge_ranges(text: Text, mentions: Sequence[DateMention], calendar: Calendar) -> list[DateMention]:
    """ "28 Okt s/d 25 Nov 2019" is one mention; the first part takes the second's year."""
    out: list[DateMention] = []
    for mention in mentions:
        before = out[-1] if out else None
        if before and calendar.joiner.fullmatch(text.body, before.end, mention.start) and before.first and mention.last:
            first = before.first if before.basis is DateBasis.explicit else _day(mention.last.year, before.first.month, before.first.day)
            if first and first <= mention.last:
                out[-1] = replace(before, end=mention.end, first=first, last=mention.last, basis=mention.basis)
                continue
        out.append(mention)
    return out


def _overlaps(match: re.Match[str], taken: Sequence[tuple[int, int]]) -> bool:
    return any(match.start() < end and start < match.end() for start, end in taken)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _century(year: int) -> int:
    return year if year > 99 else 2000 + year


def _one_of(words: Sequence[str] | Mapping[str, int]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def days_of(mention: DateMention) -> Iterator[date]:
    """The first and the last day, where they exist."""
    yield from (at for at in (mention.first, mention.last) if at is not None)

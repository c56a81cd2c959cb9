"""Indonesian dates in a text: what they say, and where. Choosing the event's among them is `when.py`. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from services.extractor.event.calendar import Calendar, day_of
from services.extractor.event.loose_dates import LooseDate, find_loose_dates
from services.extractor.event.text import Text
from shared.documents import DateBasis, DatePrecision

# How many years back a date without a year may lie when only its weekday tells which.
_YEARS_BACK = 8
# An announcement may lie this far ahead of its publication and still mean the coming day, not last year's.
_AHEAD = timedelta(days=60)
_EARLIEST = 1945
_LATEST = 20
# Where a date may begin: one or two digits, or the year of 2025-07-24. What a weekday before it may take.
_SEED = re.compile(r"(?<![\w/.,])(?:\d{1,2}(?!\d)|(?:19|20)\d\d(?=-\d\d-\d\d))|(?<=[^\W\d_][,.])\d{1,2}(?!\d)")
# A pattern that begins with a set, and not with a count, is looked for at the speed of a search for letters.
_DIGITS = re.compile(r"\d\d*")
_BEFORE = 48
_NUMBERED = re.compile(r"\b(?:no|nomor|rt|rw|pasal|ayat|angka)\b[\s.:]*$", re.I)
_CLOSE = re.compile(r"\s*\)")


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


@dataclass(frozen=True)
class _Written:
    """Day, last day, month and year as they stand; `plain` is a numeric date that without a year could be a score or a street."""

    day: int
    last: int
    month: int
    year: str | None
    plain: str | None = None
    first_month: int | None = None


def find_dates(text: Text, calendar: Calendar) -> list[DateMention]:
    """Every date of the body in order, ranges as one; those said only by weekday or "kemarin" are resolved by the publication."""
    full = _merge_ranges(text, list(_full_dates(text, calendar)), calendar)
    taken = [(mention.start, mention.end) for mention in full]
    loose = [_of_loose(found) for found in find_loose_dates(text, calendar, taken)]
    return sorted([*full, *loose], key=lambda mention: mention.start)


def _full_dates(text: Text, calendar: Calendar) -> Iterator[DateMention]:
    """The dates with a day and a month."""
    after = 0
    for digits in _DIGITS.finditer(text.body):
        if digits.start() < after or not _SEED.match(text.body, digits.start()):
            continue
        core = calendar.core.match(text.body, digits.start())
        written = _written(core, calendar) if core else None
        if core is None or written is None:
            continue
        mention = _dated(core, written, text, calendar, after)
        if mention is not None:
            after = mention.end
            yield mention


def _written(core: re.Match[str], calendar: Calendar) -> _Written | None:
    """The parts of whichever form it is."""
    if core["iy"]:
        return _Written(int(core["id"]), int(core["id"]), int(core["im"]), core["iy"])
    if core["d1"]:
        return _Written(int(core["d1"]), int(core["d2"] or core["d1"]), calendar.months[core["month"].lower()], core["year"])
    if core["rd"]:
        return _Written(int(core["rd"]), int(core["rd"]), calendar.roman[core["rm"].lower()], core["ry"], plain="roman")
    if core["d3"]:
        month = calendar.month(core["odd"])
        return None if month is None else _Written(int(core["d3"]), int(core["d4"] or core["d3"]), month, core["oddyear"])
    return _Written(
        int(core["d"]), int(core["dd"] or core["d"]), int(core["m"]), core["y"], core["sep"], int(core["m0"]) if core["m0"] else None
    )


def _dated(core: re.Match[str], written: _Written, text: Text, calendar: Calendar, after: int) -> DateMention | None:
    """A day and month with or without year. Bare numbers like 5/6 or 24.7 are no date without a weekday, brackets or a year."""
    window = max(after, core.start() - _BEFORE)
    before = calendar.stated.search(text.body[window : core.start()])
    weekday_text, opened = (before["weekday"], before["open"]) if before else (None, None)
    close = _CLOSE.match(text.body, core.end()) if opened else None
    framed = weekday_text is not None or close is not None
    if not _is_date(written, text.body[window : core.start()], framed=framed):
        return None
    weekday = calendar.weekdays[weekday_text.lower()] if weekday_text else None
    year = _century(int(written.year)) if written.year else _year(written.day, written.month, weekday, text)
    if not _EARLIEST <= year <= text.fetched.year + _LATEST:
        return None
    start = (
        window + before.start("weekday") if before and weekday_text else window + before.start("open") if before and close else core.start()
    )
    first, last = _days(year, written)
    basis = DateBasis.explicit if written.year else DateBasis.partial
    return DateMention(start, close.end() if close else core.end(), first, last, basis, weekday=weekday, weekday_text=weekday_text)


def _is_date(written: _Written, before: str, *, framed: bool) -> bool:
    if written.plain is None:
        return True
    if written.year is None:
        return framed and written.plain == "/"
    return framed or (1 <= written.month <= 12 and _NUMBERED.search(before) is None)


def _days(year: int, written: _Written) -> tuple[date | None, date | None]:
    """First and last day; "30-2/7/2025" began in the month before."""
    last = day_of(year, written.month, written.last)
    month = written.first_month or (written.month if written.last >= written.day else (written.month - 2) % 12 + 1)
    return day_of(year if month <= written.month else year - 1, month, written.day), last


def _year(day: int, month: int, weekday: int | None, text: Text) -> int:
    """The year of "18/7": the nearest to the publication; without one, the latest before fetching whose weekday fits."""
    if text.published is not None:
        years = (text.published.year - 1, text.published.year, text.published.year + 1)
        days = [at for year in years if (at := day_of(year, month, day)) and at <= text.published + _AHEAD]
        return max(days).year if days else text.published.year
    past = [at for back in range(_YEARS_BACK) if (at := day_of(text.fetched.year - back, month, day)) and at <= text.fetched]
    fitting = [at for at in past if weekday is None or at.weekday() == weekday]
    return (fitting or past or [text.fetched])[0].year


def _of_loose(found: LooseDate) -> DateMention:
    return DateMention(found.start, found.end, found.first, found.last, found.basis, found.precision)


def _merge_ranges(text: Text, mentions: Sequence[DateMention], calendar: Calendar) -> list[DateMention]:
    """ "28 Okt s/d 25 Nov 2019" is one mention; the first part takes the second's year."""
    out: list[DateMention] = []
    for mention in mentions:
        before = out[-1] if out else None
        joined = _joined(before, mention) if before and calendar.joiner.fullmatch(text.body, before.end, mention.start) else None
        if joined is not None:
            out[-1] = _bracketed(joined, text.body)
        else:
            out.append(mention)
    return out


def _joined(before: DateMention, mention: DateMention) -> DateMention | None:
    """Two dates as the range from one to the other, where they make one."""
    if before.first is None or mention.last is None:
        return None
    first = before.first if before.basis is DateBasis.explicit else day_of(mention.last.year, before.first.month, before.first.day)
    if first is None or first > mention.last:
        return None
    return replace(before, end=mention.end, first=first, last=mention.last, basis=mention.basis)


def _bracketed(mention: DateMention, body: str) -> DateMention:
    """A range with the brackets around the whole of it."""
    around = body[mention.start - 1 : mention.start] + body[mention.end : mention.end + 1]
    return replace(mention, start=mention.start - 1, end=mention.end + 1) if around == "()" else mention


def _century(year: int) -> int:
    return year if year > 99 else 2000 + year

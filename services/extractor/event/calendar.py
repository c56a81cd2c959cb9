"""How a language says days and months: lang/*/dates.toml, compiled. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from ahocorasick_rs import AhoCorasick, MatchKind

from services.extractor.event.alternatives import one_of

# A misspelt month is taken for the one month that is one slip away; below this length too much else is.
_SHORTEST_MISSPELT = 4
_YEAR = r"(?:19|20)\d{2}"


@dataclass(frozen=True)
class Calendar:
    """Names of months and days, and the patterns built of them."""

    months: Mapping[str, int]
    weekdays: Mapping[str, int]
    weekday_names: tuple[str, ...]
    relative: Mapping[str, int]
    numbers: Mapping[str, int]
    roman: Mapping[str, int]
    core: re.Pattern[str]
    stated: re.Pattern[str]
    named: AhoCorasick
    loose: re.Pattern[str]
    month_year: re.Pattern[str]
    ago: re.Pattern[str]
    joiner: re.Pattern[str]
    occasion: re.Pattern[str]
    limit: re.Pattern[str]
    coming: re.Pattern[str]
    announcing: re.Pattern[str]
    backward: re.Pattern[str]

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Calendar:
        words, roman = data["words"], data["roman"]
        return cls(
            months=data["months"],
            weekdays=data["weekdays"],
            weekday_names=tuple(data["weekday_names"]["names"]),
            relative=data["relative"],
            numbers=data["numbers"],
            roman=roman,
            core=_core(data),
            stated=_stated(data),
            loose=_loose(data),
            named=AhoCorasick(
                sorted(_cased([*data["weekdays"], *data["relative"], *data["months"], *words["ago"]])), matchkind=MatchKind.LeftmostLongest
            ),
            month_year=re.compile(rf"(?P<month>{one_of(data['months'])})(?:\s+(?P<year>{_YEAR})|\s+(?P<ago>lalu|kemarin))\b", re.I),
            ago=re.compile(
                rf"\b(?P<count>{one_of(data['numbers'])}|\d{{1,2}})\s+(?P<unit>hari|pekan|minggu)\s+(?:yang\s+)?(?:{one_of(words['ago'])})$",
                re.I,
            ),
            joiner=re.compile(rf"\s*(?:{one_of(words['joiners'])})\s*(?:tanggal\s*)?", re.I),
            occasion=re.compile(rf"\b(?:{one_of(words['occasion'])})\W*$", re.I),
            limit=re.compile(rf"\b(?:{one_of(words['limits'])})\W*(?:tanggal\W*)?$", re.I),
            backward=re.compile(rf"\b(?:{one_of(words['backward'])})\b", re.I),
            coming=re.compile(rf"\b(?:{one_of(words['coming'])})\b", re.I),
            announcing=re.compile(rf"\b(?:{one_of(words['announcing'])})\b", re.I),
        )

    def month(self, word: str) -> int | None:
        """The month of a word, one slip of the pen allowed: "Agusuts", "Septemeber"."""
        known = self.months.get(word.lower().rstrip("."))
        if known is not None or len(word) < _SHORTEST_MISSPELT:
            return known
        near = {number for name, number in self.months.items() if len(name) >= _SHORTEST_MISSPELT and is_one_slip(word.lower(), name)}
        return near.pop() if len(near) == 1 else None


def _core(data: Mapping[str, Any]) -> re.Pattern[str]:
    """Day, month and year from the first digit on: 12-14 Juli 2025; 3, 4 dan 5 Mei; 3-5/2/2025; 12-XI-2023; 2025-07-12."""
    join, month = one_of(data["words"]["joiners"]), one_of(data["months"])
    between = rf"\s*(?:{join}|,\s*\d{{1,2}}\s*(?:,|{join}))\s*"
    year = rf"(?:[\s,-]*(?:tahun\s+)?(?P<year>{_YEAR})\b)?"
    spoken = rf"(?P<d1>\d{{1,2}})(?:{between}(?P<d2>\d{{1,2}}))?[\s-]*(?:bulan\s+)?(?P<month>{month})\b\.?{year}"
    misspelt = rf"(?P<d3>\d{{1,2}})(?:{between}(?P<d4>\d{{1,2}}))?\s+(?P<odd>[A-Za-z]{{4,10}})\s+(?P<oddyear>{_YEAR})\b"
    roman = rf"(?P<rd>\d{{1,2}})(?P<rsep>[\s/.-])(?P<rm>{one_of(data['roman'])})(?P=rsep)(?P<ry>{_YEAR})\b"
    until = r"(?:/(?P<m0>\d{1,2}))?\s?(?:-|–|—|s/d|s\.d\.?|dan|&|hingga|sampai)\s?(?P<dd>\d{1,2})"
    numeric = rf"(?P<d>\d{{1,2}})(?:{until})?\s?(?P<sep>[/.-])\s?(?P<m>\d{{1,2}})(?:\s?(?P=sep)\s?(?P<y>\d{{4}}|\d{{2}}(?!\d)))?"
    iso = rf"(?P<iy>{_YEAR})-(?P<im>\d{{2}})-(?P<id>\d{{2}})"
    return re.compile(rf"(?:{iso}|{spoken}|{roman}|{misspelt}|{numeric})(?![\d/])", re.I)


def _stated(data: Mapping[str, Any]) -> re.Pattern[str]:
    """What stands before the first digit: the weekday, or two, its part of the day, "tanggal", a bracket."""
    words, weekday = data["words"], one_of(data["weekdays"])
    day = rf"\b(?P<weekday>{weekday})(?:\s*(?:{one_of(words['joiners'])}|,)\s*(?:{weekday}))*"
    after = rf"(?:\s*\(?(?:{one_of(words['dayparts'])})\)?)?(?:\s+(?:{one_of(words['lately'])}))?"
    return re.compile(rf"(?:{day}{after}\s*(?:[,–/:-]\s*)?(?:tanggal\s+|tgl\.?\s+)?)?(?P<open>\(\s*(?:tanggal\s+)?)?$", re.I)


def _loose(data: Mapping[str, Any]) -> re.Pattern[str]:
    """A weekday without a date, or "kemarin"."""
    words = data["words"]
    later = r"(?P<ago>\s+(?:pekan |minggu )?(?:lalu|kemarin))|(?P<next>\s+(?:pekan |minggu )?(?:depan|mendatang|besok|nanti))"
    weekday = rf"(?P<weekday>{one_of(data['weekdays'])})\b(?:\s+(?:{one_of(words['dayparts'])})\b)?(?:{later})?"
    return re.compile(rf"(?:{weekday}|(?P<relative>{one_of(data['relative'])}))\b", re.I)


def _cased(words: Iterable[str]) -> set[str]:
    """The words in small, initial and capital letters."""
    return {form for word in words for form in (word, word.capitalize(), word.upper())}


def is_one_slip(word: str, name: str) -> bool:
    """One letter wrong, missing, too many, or two neighbours swapped."""
    if word == name or abs(len(word) - len(name)) > 1:
        return False
    at = next((n for n, (a, b) in enumerate(zip(word, name, strict=False)) if a != b), min(len(word), len(name)))
    rest, other = word[at:], name[at:]
    swapped = rest[:2] == other[:2][::-1] and rest[2:] == other[2:]
    return swapped or rest[1:] == other[1:] or rest[1:] == other or rest == other[1:]


def day_of(year: int, month: int, day: int) -> date | None:
    """The day, where the calendar has it."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def last_of_month(first: date) -> date:
    """The last day of the month of a date."""
    return date(first.year + first.month // 12, first.month % 12 + 1, 1) - timedelta(days=1)

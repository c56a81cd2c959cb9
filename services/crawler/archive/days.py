"""The days a URL, a file name or the words beside a link speak of. Pure."""

from __future__ import annotations

import re
import tomllib
from calendar import monthrange
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from urllib.parse import unquote, urlsplit

from services.crawler.archive.span import Days

_MONTHS: dict[str, int] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))["months"]
_EARLIEST = 1990
LONGEST_TEXT = 60
"""A date stands in a line of its own; longer text is a sentence that speaks of some day."""

_YEAR = r"(?P<y>(?:19|20)\d\d)"
# /2023/04/05/…, /read/2023-04-05-…, ?date=2023-04-05
_DAY_IN_URL = re.compile(rf"(?<!\d){_YEAR}[/-](?P<m>[01]?\d)[/-](?P<d>[0-3]?\d)(?!\d)")
# /20230405/, /read-20230405123456-…: eight digits, with or without the time of day behind them
_DIGITS_IN_URL = re.compile(rf"(?<!\d){_YEAR}(?P<m>[01]\d)(?P<d>[0-3]\d)(?:\d{{4}}|\d{{6}})?(?!\d)")
# /2023/04/judul: not with a dash, or "pemilu-2024-12-partai" would be of December
_MONTH_IN_URL = re.compile(rf"/{_YEAR}/(?P<m>[01]?\d)(?=[/?]|\Z)")
# post-sitemap2023-04.xml, sitemap-posts-2023-04.xml, news-202304.xml, sitemap-2023.xml
_MONTH_IN_NAME = re.compile(rf"(?<!\d){_YEAR}[-_]?(?P<m>[01]?\d)(?!\d)")
_YEAR_IN_NAME = re.compile(rf"[-_/]{_YEAR}(?=[-_./])(?![-_]\d)")
_IN_TEXT = (
    re.compile(rf"(?<![\d.,])(?P<d>[0-3]?\d)[\s./-]+(?P<name>[a-z]{{3,9}})[\s.,/-]+{_YEAR}(?!\d)", re.I),
    re.compile(rf"\b(?P<name>[a-z]{{3,9}})\s+(?P<d>[0-3]?\d),\s*{_YEAR}(?!\d)", re.I),
    re.compile(rf"(?<!\d)(?P<d>[0-3]?\d)[/.-](?P<m>[01]?\d)[/.-]{_YEAR}(?!\d)"),
    re.compile(rf"(?<!\d){_YEAR}[/.-](?P<m>[01]\d)[/.-](?P<d>[0-3]\d)(?!\d)"),
)


def days_of_url(url: str) -> Days | None:
    """The day or month written in an article's URL; `None` where none is."""
    parts = urlsplit(url)
    text = unquote(f"{parts.path}?{parts.query}")
    return _first((_DAY_IN_URL, _DIGITS_IN_URL, _MONTH_IN_URL), text)


def days_of_name(url: str) -> Days | None:
    """The day, month or year a sitemap is called after: "post-sitemap2023-04.xml"; `None` where it is not."""
    parts = urlsplit(url)
    text = unquote(f"{parts.path}?{parts.query}")
    return _first((_DAY_IN_URL, _DIGITS_IN_URL, _MONTH_IN_NAME, _YEAR_IN_NAME), text)


def days_of_text(text: str) -> Days | None:
    """The day a short text names: "Selasa, 14 November 2023 | 10:00 WIB", "14/11/2023", "Nov 14, 2023"; `None` for anything else."""
    text = text.strip()
    if len(text) > LONGEST_TEXT:
        return None
    return _first(_IN_TEXT, text)


def _first(patterns: Iterable[re.Pattern[str]], text: str) -> Days | None:
    matches = (match for pattern in patterns for match in pattern.finditer(text))
    return next((days for match in matches if (days := _days(match))), None)


def _days(match: re.Match[str]) -> Days | None:
    """A month without a day is all of its days, a year without a month all of its."""
    found = match.groupdict()
    year = int(found["y"])
    if len(found) == 1:
        return (date(year, 1, 1), date(year, 12, 31)) if year >= _EARLIEST else None
    month = _MONTHS.get(found["name"].lower(), 0) if found.get("name") else int(found["m"])
    if year < _EARLIEST or not 1 <= month <= 12:
        return None
    last = monthrange(year, month)[1]
    if found.get("d") is None:
        return date(year, month, 1), date(year, month, last)
    day = int(found["d"])
    return (date(year, month, day), date(year, month, day)) if 1 <= day <= last else None

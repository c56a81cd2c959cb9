"""Addresses a site can make without end: calendars, facets, paths that bite their tail. Pure; its words are in traps.toml."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

_DATA = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
_CALENDAR, _FACETS, _IDS = frozenset(_DATA["calendar"]), frozenset(_DATA["facets"]), frozenset(_DATA["ids"])
# /2031/02/ or /2031/02/14 and nothing behind it: all articles of a month or day. A year alone is a section as often.
_ARCHIVE = re.compile(r"/(?:19|20|21)\d\d/(?:0?[1-9]|1[0-2])(?:/(?:0?[1-9]|[12]\d|3[01]))?/?\Z")
_BLOCK = re.compile(r"((?:/[^/]+){2,8}?)\1(?:/|\Z)")
_MOST_SEGMENTS, _MOST_FIELDS, _MOST_REPEATS, _LONGEST_PATH = 12, 8, 2, 1_000


def trap_of(url: str) -> str | None:
    """Why this canonical URL is not to be followed: `calendar_trap`, `facet_trap`, `repeating_path`, `deep_path`, else `None`."""
    parts = urlsplit(url)
    keys = [re.split(r"[\[%]", key.lower())[0] for key, _ in parse_qsl(parts.query, keep_blank_values=True)]
    segments = [segment for segment in parts.path.split("/") if segment]
    if _ARCHIVE.search(parts.path) or (not _CALENDAR.isdisjoint(keys) and _IDS.isdisjoint(keys)):
        return "calendar_trap"
    if not _FACETS.isdisjoint(keys) or len(keys) > _MOST_FIELDS:
        return "facet_trap"
    if len(segments) > _MOST_SEGMENTS or len(parts.path) > _LONGEST_PATH:
        return "deep_path"
    return "repeating_path" if _repeats(parts.path, segments) else None


def _repeats(path: str, segments: list[str]) -> bool:
    """Three times the same segment, or two segments and more twice in a row. A day may be its month's number: /2023/11/11/apel."""
    counts = Counter(segment for segment in segments if not segment.isdecimal())
    return max(counts.values(), default=0) > _MOST_REPEATS or _BLOCK.search(path) is not None

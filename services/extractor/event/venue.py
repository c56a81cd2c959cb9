"""The name of a venue, read from where it may begin: "Hotel Grand X", "halaman Kantor Camat Y", "Buana Z Hotel". Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from services.extractor.event.alternatives import one_of

_MOST_WORDS = 14
_TOKEN = re.compile(
    r"(?P<gap>[ ]?/[ ]?|[ ]?[–-][ ]?|[ ]*)"
    r"(?P<word>[\"“'‘(][A-Z][\w .,&'’/-]{1,40}?[\"”'’)](?!\w)|[^\W_](?:[\w’']|[.&/-](?=\w))*)(?P<dot>\.(?=\s+[\w(]))?"
)


@dataclass(frozen=True)
class VenueWords:
    """What lang/*/venues.toml says, compiled."""

    head: re.Pattern[str]
    before: re.Pattern[str]
    tailed: re.Pattern[str]
    road: re.Pattern[str]
    landscape: re.Pattern[str]
    details: frozenset[str]
    offices: frozenset[str]
    abbreviations: frozenset[str]
    links: frozenset[str]
    ends: frozenset[str]
    units: frozenset[str]
    vague: frozenset[str]
    road_names: frozenset[str]

    @classmethod
    def of(cls, data: Mapping[str, Any], ends: Iterable[str], units: Iterable[str]) -> VenueWords:
        """`ends`: words that end any name; `units`: words for administrative units, of lang/*/places.toml."""
        return cls(
            head=re.compile(rf"(?i:{one_of(data['heads'])})(?![\w’'])|(?i:{one_of(data['brands'])})(?![\w’'])"),
            before=re.compile(rf"(?:(?i:{one_of(data['before'])})\s+)+"),
            tailed=re.compile(rf"(?:[A-Z][\w’'&.-]*[ ]){{1,4}}(?:{one_of(word.title() for word in data['tails'])})(?![\w’'])"),
            road=re.compile(rf"(?i:{one_of(data['roads'])})(?!\w)"),
            landscape=re.compile(rf"(?i:{one_of(data['landscape'])})(?!\w)"),
            details=frozenset(data["details"]),
            offices=frozenset(data["offices"]),
            abbreviations=frozenset(data["abbreviations"]),
            links=frozenset(data["links"]),
            ends=frozenset(ends),
            units=frozenset(units),
            vague=frozenset(data["vague"]),
            road_names=frozenset(data["road_names"]),
        )


def venue_end(text: str, start: int, words: VenueWords) -> int | None:
    """Where the venue's name that begins at `start` ends; None where none begins there or it says no more than "gedung"."""
    lead = words.before.match(text, start)
    begin = lead.end() if lead else start
    head = words.tailed.match(text, begin) or words.head.match(text, begin) or (lead and words.head.match(text, start))
    if not head:
        return None
    end = _rest(text, head.end(), head[0].lower(), words)
    named = end > head.end() or words.tailed.match(text, begin) is not None or "-" in head[0]
    return end if named else None


def _rest(text: str, end: int, previous: str, words: VenueWords) -> int:
    """Past every further word of the name: `end` moves only over words that a name may end with."""
    road = words.road.fullmatch(previous) is not None
    at = begin = end
    unit = ""
    for _ in range(_MOST_WORDS):
        token = _TOKEN.match(text, at)
        if (
            token is None
            or (unit and previous != unit and token["word"].lower() in words.units - {unit} and _named(token))
            or not (_continues(token, previous.split()[-1], road, words) or (at == begin and _is_of_unit(token, previous, words)))
            or (at == end == begin and token["word"] in words.links)
        ):
            break
        at, previous = token.end(), token["word"].lower()
        unit = unit or (previous if previous in words.units and _named(token) else "")
        if previous not in words.links:
            end = token.end("word")
        if token["dot"] and not _goes_on(token, words):
            break
    return end


def _goes_on(token: re.Match[str], words: VenueWords) -> bool:
    """Is the full stop after the word an abbreviation's, or one between RT and RW?"""
    word = token["word"].lower()
    return (
        word in words.abbreviations
        or all(len(letter) < 2 for letter in word.split("."))
        or (word.isdigit() and token.string.startswith(" RW", token.end()))
    )


def _continues(token: re.Match[str], previous: str, road: bool, words: VenueWords) -> bool:
    """Does this word go on with the name?"""
    word, gap = token["word"], token["gap"].strip()
    ends = word.lower() in words.ends - words.links and not (road and word.istitle() and word.lower() in words.road_names)
    if (gap and not (gap == "/" or road)) or ends:
        return False
    if word[0] in "(\"“'‘":
        return not any(letter.isdigit() for letter in word)
    if previous in words.units and word[0].isupper():
        return True
    if word.lower() in words.units and (previous not in words.offices or not _named(token)):
        return word.lower() in words.details and previous in words.offices
    if word[0].isupper() or word[0].isdigit():
        return True
    return word in words.details or (word in words.links and _named(token))


def _is_of_unit(token: re.Match[str], head: str, words: VenueWords) -> bool:
    """A unit named straight behind the word for a building or the like is the venue's own: "Wantilan Desa X", "dermaga Desa Y"."""
    return token["word"].lower() in words.units and head not in words.vague and _named(token) and not token["gap"].strip()


def _named(token: re.Match[str]) -> bool:
    """A capitalised word follows."""
    return re.match(r"\.?\s+[A-Z\"“(]", token.string[token.end("word") : token.end("word") + 4]) is not None

"""What kind of event a page reports, or that it reports none: a weighed lexicon. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.extractor.event.text import Text
from shared.documents import EventType

_DOES, _NAMES = 3.0, 1.0
_TITLE, _LEAD, _REST = 4.0, 2.0, 0.25
_LEAD_PARAGRAPHS = 3
# A word said thirty times further down is the subject of the page, not the event.
_MOST_LEAD, _MOST_REST = 12.0, 2.0
_HAPPENING = 1.5
_NEAR = 40
# Below this nothing says that something happened.
LEAST = 3.0


@dataclass(frozen=True)
class Lexicon:
    """What lang/*/event_types.toml says: for each type, and for none, one pattern of strong and one of weak words."""

    types: Mapping[EventType, tuple[re.Pattern[str], re.Pattern[str]]]
    none: tuple[re.Pattern[str], re.Pattern[str]]
    incidents: frozenset[EventType]
    never: re.Pattern[str]
    happening: re.Pattern[str]

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Lexicon:
        return cls(
            types={EventType(row["name"]): (_words(row["does"]), _words(row["names"])) for row in data["type"]},
            none=(_words(data["none"]["does"]), _words(data["none"]["names"])),
            incidents=frozenset(EventType(row["name"]) for row in data["type"] if row.get("incident")),
            never=_words(data["none"]["always"]),
            happening=_words(data["happening"]["words"]),
        )


def event_type(text: Text, lexicon: Lexicon) -> EventType | None:
    """The type that the title and the lead speak for most, or None where they report no event."""
    lead, rest = "\n".join(text.paragraphs[:_LEAD_PARAGRAPHS]), "\n".join(text.paragraphs[_LEAD_PARAGRAPHS:])
    if lexicon.never.search(f"{text.title}\n{lead}"):
        return None
    scores = {kind: _weigh(text.title, lead, rest, words, lexicon.happening) for kind, words in lexicon.types.items()}
    if any(_is_held(text.title, lead, words, lexicon) for kind, words in lexicon.types.items() if kind not in lexicon.incidents):
        scores |= {kind: scores[kind] / 2 for kind in lexicon.incidents}
    best = max(scores, key=lambda kind: scores[kind])
    none = _weigh(text.title, lead, rest, lexicon.none, None)
    if scores[best] < LEAST or none > scores[best]:
        return None
    return best


def _weigh(title: str, lead: str, rest: str, words: tuple[re.Pattern[str], re.Pattern[str]], happening: re.Pattern[str] | None) -> float:
    """How much the words of a type are what the page reports."""
    does, names = words
    far = _REST * (_DOES * len(does.findall(rest)) + _NAMES * len(names.findall(rest)))
    return _TITLE * _reports(title, words, happening) + min(_MOST_LEAD, _LEAD * _reports(lead, words, happening)) + min(_MOST_REST, far)


def _is_held(title: str, lead: str, words: tuple[re.Pattern[str], re.Pattern[str]], lexicon: Lexicon) -> bool:
    """Is a meeting of this type said to take place: "melaksanakan sosialisasi bahaya kebakaran" is about a fire, and no fire."""
    return _reported(f"{title}\n{lead}", words[1], lexicon.happening)


def _reports(part: str, words: tuple[re.Pattern[str], re.Pattern[str]], happening: re.Pattern[str] | None) -> float:
    does, names = words
    score = _DOES * len(_distinct(does, part)) + _NAMES * len(_distinct(names, part))
    return score + (_HAPPENING if happening is not None and _reported(part, names, happening) else 0.0)


def _distinct(pattern: re.Pattern[str], text: str) -> set[str]:
    return {match.lower() for match in pattern.findall(text)}


def _reported(text: str, names: re.Pattern[str], happening: re.Pattern[str]) -> bool:
    """Does a word of happening stand just before one of the names: "menggelar acara sosialisasi"."""
    return any(happening.search(text, max(0, match.start() - _NEAR), match.start()) for match in names.finditer(text))


def _words(words: Sequence[str]) -> re.Pattern[str]:
    alternatives = "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in sorted(words, key=len, reverse=True))
    return re.compile(rf"\b(?:{alternatives})\b", re.I)

"""What lang/*/event_types.toml says about the words of events, compiled. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from services.extractor.event.phrases import Phrases, verb_forms
from shared.documents import EventType


@dataclass(frozen=True, slots=True)
class Sense:
    """What a phrase may say: that a type of event happened, what it is called, that something is held, or what is told about."""

    acts: EventType | None = None
    does: EventType | None = None
    names: EventType | None = None
    thing: bool = False
    by: frozenset[EventType] = frozenset()
    holds: bool = False
    confirms: bool = False
    occasion: bool = False
    about: bool = False
    breaks: bool = False
    joins: bool = False
    calls: bool = False
    said: bool = False
    anchor: bool = False
    dated: bool = False
    copula: bool = False
    opening: bool = False
    none: float = 0.0
    always_none: bool = False


@dataclass(frozen=True)
class Lexicon:
    """The vocabulary of events, and the types that befall people."""

    phrases: Phrases[Sense]
    incidents: frozenset[EventType]
    bare: frozenset[str]
    """Verb roots without prefix: verbs in headlines, often nouns elsewhere."""

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Lexicon:
        senses: dict[str, Sense] = {}
        for phrase, field, value in (*_types(data), *_grammar(data), *_none(data["none"])):
            _add(senses, phrase, field, value)
        return cls(
            phrases=Phrases.of(senses.items()),
            incidents=frozenset(EventType(row["name"]) for row in data["type"] if row.get("incident")),
            bare=frozenset(root for row in data["type"] for root in row["acts"]),
        )


_Row = tuple[str, str, Any]


def _add(senses: dict[str, Sense], phrase: str, field: str, value: Any) -> None:
    """One more sense of a phrase. Of two types of the same kind the first in the file holds."""
    known = senses.get(phrase, Sense())
    if field == "by":
        value = known.by | {value}
    elif getattr(known, field):
        return
    senses[phrase] = replace(known, **{field: value})


def _types(data: Mapping[str, Any]) -> Iterator[_Row]:
    for row in data["type"]:
        kind = EventType(row["name"])
        yield from ((form, "acts", kind) for form in verb_forms(row["acts"]))
        yield from ((form, "by", kind) for form in verb_forms(row["by"]))
        yield from ((phrase, "does", kind) for phrase in row["does"])
        yield from ((phrase, "names", kind) for phrase in row["names"])
        yield from ((phrase, "names", kind) for phrase in row.get("things", ()))
        yield from ((phrase, "thing", True) for phrase in row.get("things", ()) if phrase not in row["names"])


def _grammar(data: Mapping[str, Any]) -> Iterator[_Row]:
    holders = data["holders"]
    yield from ((form, "holds", True) for form in (*verb_forms(holders["acts"]), *holders["words"]))
    yield from ((phrase, "confirms", True) for phrase in (*(f"di{root}" for root in holders["acts"]), *holders["confirms"]))
    yield from ((phrase, "occasion", True) for phrase in holders["occasions"])
    yield from ((phrase, "about", True) for phrase in holders["about"])
    yield from ((phrase, "breaks", True) for phrase in holders["breaks"])
    yield from ((phrase, "joins", True) for phrase in holders["joins"])
    yield from ((phrase, "calls", True) for phrase in holders["calls"])
    yield from ((phrase, "said", True) for phrase in data["said"]["words"])
    yield from ((phrase, "anchor", True) for phrase in data["said"]["anchors"])
    yield from ((phrase, "dated", True) for phrase in data["said"]["dates"])
    yield from ((form, "breaks", True) for form in verb_forms(holders["acts"]))
    yield from ((phrase, "none", 0.0) for phrase in data["ignored"]["words"])


def _none(none: Mapping[str, Any]) -> Iterator[_Row]:
    yield from ((phrase, "always_none", True) for phrase in none["always"])
    yield from ((phrase, "opening", True) for phrase in none["openings"])
    yield from ((phrase, "copula", True) for phrase in none["copulas"])
    yield from ((phrase, "none", 2.0) for phrase in none["does"])
    yield from ((phrase, "none", 0.7) for phrase in none["names"])

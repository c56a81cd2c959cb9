"""What people ask of the events, as a query an index answers. Pure.

Names and texts are looked for by their words, in small letters, wherever they stand: "rosita" finds "Rosita, S.H.". The query names
one word, the longest, and so the rarest; `fits` sees to the rest, which no index can tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from shared.vocabularies import EventType

_WORD = re.compile(r"\w+")
_MOST_WORDS = 500
_LEVELS = ("provinsi", "kabkota", "kecamatan", "desa")
_REGION = re.compile(r"\d\d(\.\d\d(\.\d\d(\.\d{4})?)?)?\Z")


@dataclass(frozen=True)
class Question:
    """All of these must be so; `None` does not matter. `since` and `until` bound the day an event begins; `region` is a Kemendagri code of
    any level, and means everything in it."""

    since: date | None = None
    until: date | None = None
    region: str | None = None
    type: EventType | None = None
    person: str | None = None
    organization: str | None = None
    topic: str | None = None
    site: str | None = None
    flag: str | None = None
    text: str | None = None


def is_region(code: str) -> bool:
    """Is it written like one: `18`, `18.72`, `18.72.01`, `18.72.01.1001`."""
    return _REGION.fullmatch(code) is not None


def keys_of(document: Mapping[str, Any], titles: Sequence[str]) -> dict[str, list[str]]:
    """The words an event's document is found by, as the store keeps them beside it; `titles` are those of the articles that tell it."""
    return {key: sorted(set().union(*map(_split, names)))[:_MOST_WORDS] for key, names in _names(document, titles).items()}


def query_of(question: Question) -> dict[str, Any]:
    """For the collection `events`; every document that fits is among those it finds."""
    begins = {"$gte": question.since and question.since.isoformat(), "$lte": question.until and question.until.isoformat()}
    wanted = {
        "type": question.type and question.type.value,
        "topics": question.topic,
        "articles.site.id": question.site,
        "flags": question.flag,
        "date.start": {bound: day for bound, day in begins.items() if day} or None,
        **({f"place.{_LEVELS[question.region.count('.')]}.code": question.region} if question.region else {}),
        **{f"store.{key}": max(_split(text), key=len, default="") for key, text in _texts(question)},
    }
    return {name: value for name, value in wanted.items() if value is not None}


def fits(question: Question, document: Mapping[str, Any], titles: Sequence[str]) -> bool:
    """Do all the words asked for stand in one name of a person, one of an organization, and the event's own words."""
    names = _names(document, titles)
    return all(any(_split(text) <= _split(name) for name in names[key]) for key, text in _texts(question))


def _names(document: Mapping[str, Any], titles: Sequence[str]) -> dict[str, list[str]]:
    """People and organizations by each of their names; the event's own words as one text."""
    place = document["place"] or {}
    own = [*titles, document["name"], document["theme"], place.get("venue"), *((place.get(level) or {}).get("name") for level in _LEVELS)]
    return {
        "people": [name for person in document["participants"] for name in (person["name"], *person["aliases"])],
        "organizations": [found["name"] for found in (*document["organizers"], *document["organizations"])],
        "words": [" ".join(text for text in own if text)],
    }


def _texts(question: Question) -> Iterator[tuple[str, str]]:
    for key, text in (("people", question.person), ("organizations", question.organization), ("words", question.text)):
        if text is not None:
            yield key, text


def _split(text: str) -> set[str]:
    return set(_WORD.findall(text.casefold()))

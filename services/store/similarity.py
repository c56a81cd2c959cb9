"""How far two reports speak of one happening. Pure.

A sum of what speaks for it and against it; from `SAME` on, they do. Numbers are weights of evidence, chosen on invented happenings with
lookalikes and checked on others (tests/merging), and on the real pairs of ../shared/gold.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from services.store.blocking import days_of, hashes_of, likeness
from services.store.told import Told
from shared.documents import Place

_DATA = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
_COMMON = frozenset(_DATA["common"])
_FAMILIES = tuple(frozenset(family) for family in _DATA["families"])
_WORD = re.compile(r"\w+")

SAME = 3.0
COPY = 0.8
"""Bodies as like as that are copies of one release."""
NEVER = -100.0
"""What no other evidence makes up for."""

_LONG_NAME, _LONG_QUOTE = 5, 5
Words = frozenset[str]


@dataclass(frozen=True)
class Traits:
    """What is compared of a report, made once."""

    told: Told

    @cached_property
    def body(self) -> tuple[str, ...]:
        return hashes_of(self.told.store.sketch)

    @cached_property
    def days(self) -> tuple[tuple[date, date] | None, bool]:
        return days_of(self.told.event.date, self.told.published_at)

    @cached_property
    def title(self) -> Words:
        return self._telling(self.told.title)

    @cached_property
    def name(self) -> Words:
        return self._telling(f"{self.told.event.name or ''} {self.told.event.theme or ''}")

    @cached_property
    def topic(self) -> Words:
        return self.title | self.name

    @cached_property
    def venue(self) -> Words:
        place = self.told.event.place
        return self._telling(place.venue or "") if place else frozenset()

    @cached_property
    def people(self) -> tuple[Words, ...]:
        return tuple(words(person.name) for person in self.told.event.participants)

    @cached_property
    def organizers(self) -> tuple[Words, ...]:
        return tuple(words(organizer.name) for organizer in self.told.event.organizers)

    @cached_property
    def quotes(self) -> tuple[Words, ...]:
        said = (words(quote.text) for quote in self.told.event.quotes)
        return tuple(quote for quote in said if len(quote) >= _LONG_QUOTE)

    @cached_property
    def figures(self) -> frozenset[tuple[float, str]]:
        return frozenset((figure.value, (figure.unit or "").casefold()) for figure in self.told.event.figures)

    @cached_property
    def _regions(self) -> Words:
        place = self.told.event.place or Place()
        levels = (place.desa, place.kecamatan, place.kabkota, place.provinsi)
        return frozenset().union(*(words(level.name) for level in levels if level is not None))

    def _telling(self, text: str) -> Words:
        """Without what any report of that region may say."""
        return words(text) - _COMMON - self._regions


def words(text: str) -> Words:
    """In small letters."""
    return frozenset(_WORD.findall(text.casefold()))


def similarity(one: Traits, other: Traits) -> float:
    """Evidence that the two report one happening; from `SAME` on they do. Whose people are counted is the first's: ask `Evidence`."""
    against = _days(one, other) + _region(one, other)
    if against <= NEVER:
        return NEVER
    return (
        against
        + _body(one, other)
        + _type(one, other)
        + _about(one, other)
        + _venue(one.venue, other.venue)
        + _people(one.people, other.people)
        + _organizers(one.organizers, other.organizers)
        + _said(one.quotes, other.quotes)
        + _counted(one.figures, other.figures)
    )


def same_person(one: Words, other: Words) -> bool:
    """A full name and the same with more to it, or with one letter wrong ("Herma HN")."""
    few, many = sorted((one, other), key=len)
    if few == many:
        return bool(few)
    strange = few - many
    if not strange:
        return len(few) > 1
    return len(strange) == 1 and len(few) > 1 and any(_one_letter_off(next(iter(strange)), word) for word in many - few)


def copies(one: Traits, other: Traits) -> bool:
    """Are they one release."""
    return one.told.content_hash == other.told.content_hash or likeness(one.body, other.body) >= COPY


def _days(one: Traits, other: Traits) -> float:
    (mine, stated), (theirs, also) = one.days, other.days
    if mine is None or theirs is None:
        return 0.0
    apart = max((mine[0] - theirs[1]).days, (theirs[0] - mine[1]).days)
    if apart > 1:
        return NEVER if (stated and also) or apart > 7 else -3.0
    if not (stated and also):
        return 0.0
    if apart <= 0:
        return 0.5
    # Whoever writes of two days writes of two happenings; another paper may have the day wrong.
    return -5.0 if one.told.site.id == other.told.site.id else -2.5


def _region(one: Traits, other: Traits) -> float:
    mine, theirs = one.told.event.place or Place(), other.told.event.place or Place()
    score = 0.0
    for level, here, there in (
        ("provinsi", mine.provinsi, theirs.provinsi),
        ("kabkota", mine.kabkota, theirs.kabkota),
        ("kecamatan", mine.kecamatan, theirs.kecamatan),
        ("desa", mine.desa, theirs.desa),
    ):
        if here is None or there is None:
            continue
        equal = here.code == there.code if here.code and there.code else here.name.casefold() == there.name.casefold()
        if level in ("provinsi", "kabkota"):
            if not equal:
                return -4.0 if mine.inferred or theirs.inferred else NEVER
        else:
            score += 0.7 if equal else -1.5
    return score


def _body(one: Traits, other: Traits) -> float:
    """Copies of one release are of one happening; an office also fills in the same form for each of its meetings."""
    alike = likeness(one.body, other.body)
    return 6.0 * alike if alike >= COPY else 4.0 * alike


def _type(one: Traits, other: Traits) -> float:
    mine, theirs = one.told.event.type, other.told.event.type
    if mine is theirs:
        return 0.5
    either = {"lainnya"} & {mine, theirs}
    return 0.0 if either or any({mine, theirs} <= family for family in _FAMILIES) else -1.0


def _about(one: Traits, other: Traits) -> float:
    """What they say it was about. An office does the same thing in ten places, so that alone proves nothing."""
    alike = max(_common_part(one.title, other.title), _common_part(one.name, other.name), _common_part(one.topic, other.topic))
    return 1.8 * alike - (0.5 if alike == 0.0 and min(len(one.topic), len(other.topic)) > 2 else 0.0)


def _venue(one: Words, other: Words) -> float:
    if not one or not other:
        return 0.0
    return 2.0 * _common_part(one, other) if one & other else -3.0


def _people(one: tuple[Words, ...], other: tuple[Words, ...]) -> float:
    """Of several, one in common may be the head of the office, who opens whatever it does."""
    both = _shared(one, other, same_person)
    if not both:
        return -0.75 * min(2, len(one), len(other))
    if both == 1 and min(len(one), len(other)) > 1:
        return 1.0
    return 2.0 + 0.7 * min(2, both - 1)


def _organizers(one: tuple[Words, ...], other: tuple[Words, ...]) -> float:
    if not one or not other:
        return 0.0
    return 0.5 if _shared(one, other, said_alike) else -0.5


def _said(one: tuple[Words, ...], other: tuple[Words, ...]) -> float:
    """Nobody says the same twice; but two reporters may each choose other words of one speech."""
    if not one or not other:
        return 0.0
    return 2.5 if _shared(one, other, said_alike) else -0.5


def _counted(one: frozenset[tuple[float, str]], other: frozenset[tuple[float, str]]) -> float:
    """Numbers in common, and numbers of the same thing that are none."""
    differ = {unit for _, unit in one - other} & {unit for _, unit in other - one} - {""}
    return 0.5 * min(3, len(one & other)) - 0.5 * min(2, len(differ))


def _shared(one: Iterable[Words], other: Collection[Words], same: Callable[[Words, Words], bool]) -> int:
    """How many of the one are among the other."""
    return sum(any(same(mine, theirs) for theirs in other) for mine in one)


def said_alike(one: Words, other: Words) -> bool:
    """Three quarters of the shorter's words are the longer's too."""
    return _common_part(one, other) >= 0.75


def _common_part(one: Words, other: Words) -> float:
    """Of the shorter, how much the longer has too; one word alone proves half."""
    fewest = min(len(one), len(other))
    return len(one & other) / max(fewest, 2) if fewest else 0.0


def _one_letter_off(one: str, other: str) -> bool:
    """One letter other, missing or too many, in a long word."""
    if min(len(one), len(other)) < _LONG_NAME or abs(len(one) - len(other)) > 1 or one == other:
        return False
    at = next((place for place, (mine, theirs) in enumerate(zip(one, other, strict=False)) if mine != theirs), min(len(one), len(other)))
    return one[at + 1 :] == other[at + 1 :] or one[at:] == other[at + 1 :] or one[at + 1 :] == other[at:]

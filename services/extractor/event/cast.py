"""The people of a page as its quotations mean them: by name, by part of a name, by the office they hold. Pure."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from services.extractor.event.attribution import Sayings
from services.extractor.event.people import Person

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_OFFICE = re.compile(r"[A-Z][\w/]*(?:\s+(?:[A-Z][\w/]*|\d+|dan))*")
_LAST_WORD = re.compile(r"([\w.]+)\s$")
# "Heri" is short for "Heriyanto" from this length on.
_SHORT = 4
# An office is that of the name this near behind it.
_APPOSED = 12
# "korban bernama Budi": what somebody is stands this near before their first mention.
_TITLED = 18


@dataclass(frozen=True)
class Reference:
    """A place that names a person or their office, and the number of that person."""

    start: int
    end: int
    person: int


@dataclass(frozen=True)
class Cast:
    """The people of a page and every place that means one of them."""

    body: str
    people: Sequence[Person]
    sayings: Sayings

    @cached_property
    def names(self) -> tuple[Reference, ...]:
        return tuple(sorted((Reference(*span, n) for n, p in enumerate(self.people) for span in p.mentions), key=_start))

    @cached_property
    def references(self) -> tuple[Reference, ...]:
        """Names, and offices that stand without one, in order."""
        return tuple(sorted((*self.names, *self._offices_alone()), key=_start))

    @cached_property
    def offices(self) -> tuple[tuple[str, ...], ...]:
        """The words of each person's role and organisation."""
        return tuple(self._words(f"{p.participant.role or ''} {p.participant.organization or ''}") for p in self.people)

    def between(self, start: int, end: int) -> Sequence[Reference]:
        """The references that begin in a stretch."""
        first = bisect_left(self.references, start, key=_start)
        return self.references[first : bisect_left(self.references, end, key=_start)]

    def named(self, start: int, end: int) -> int | None:
        """The first person named in a stretch."""
        at = bisect_left(self.names, start, key=_start)
        return self.names[at].person if at < len(self.names) and self.names[at].start < end else None

    def by_part(self, phrase: str, before: int) -> int | None:
        """The person of whose name a word of the phrase is part, or its only word the short form; of several, the one named last."""
        parts = [word.lower() for word in _WORD.findall(phrase) if word[0].isupper() and len(word) > 2]
        shortened = len(parts) == 1 and len(parts[0]) >= _SHORT
        return self._latest([n for n, p in enumerate(self.people) if _is_called(p.participant.name, parts, shortened)], before)

    def by_office(self, phrase: str, before: int) -> int | None:
        """The person who holds the office a phrase begins with: "Kapolres", "Wakil Ketua I DPRD Mimika"."""
        words = self._words(phrase)
        fits = [self._fit(words, number) if words else 0 for number in range(len(self.people))]
        best = max(fits, default=0)
        return self._latest([n for n, fit in enumerate(fits) if fit == best], before) if best else None

    def is_silent(self, person: int) -> bool:
        """Is it somebody things happen to: a victim, a suspect."""
        start = self.people[person].mentions[0][0] if self.people[person].mentions else 0
        told = f"{self.people[person].participant.role or ''} {self.body[max(0, start - _TITLED) : start]}"
        return self.sayings.silent.search(told) is not None

    def is_official(self, person: int) -> bool:
        """Is it somebody with an office, who may take the floor without being said to."""
        return self.people[person].participant.role is not None and not self.is_silent(person)

    def is_introduced_at(self, reference: Reference) -> bool:
        """Is somebody named here for the first time, and not as one whom things happen to: they are brought in to be heard."""
        return self.people[reference.person].mentions[0] == (reference.start, reference.end) and not self.is_silent(reference.person)

    def _words(self, phrase: str) -> tuple[str, ...]:
        """In small letters, abbreviations of offices written out, without "Plt." and "tersebut"."""
        plain, passed = (word.lower() for word in _WORD.findall(phrase)), self.sayings.acting | self.sayings.demonstratives
        return tuple(full for word in plain if word not in passed for full in self.sayings.offices.get(word, (word,)))

    def _fit(self, words: tuple[str, ...], person: int) -> int:
        """How many words agree; 0 where the first does not, or where too many are others'."""
        office = self.offices[person]
        if not office or words[0] != office[0]:
            return 0
        same = sum(word in office for word in words)
        whole = self.people[person].participant.organization is None and len(office) > 1 and set(office) <= set(words)
        enough = same == len(words) or whole or (words[0] not in self.sayings.common and 2 * same >= len(words))
        return same if enough else 0

    def _latest(self, fitting: Sequence[int], before: int) -> int | None:
        return max(fitting, key=lambda n: max((start for start, _ in self.people[n].mentions if start < before), default=-1), default=None)

    def _offices_alone(self) -> Iterator[Reference]:
        for head in sorted({self._head(p.participant.role or "") for p in self.people} - {""}):
            for match in re.finditer(rf"\b{re.escape(head)}\b", self.body):
                phrase = _OFFICE.match(self.body, match.start())
                end = phrase.end() if phrase else match.end()
                holder = None if self._belongs(match.start(), end) else self.by_office(self.body[match.start() : end], match.start())
                if holder is not None:
                    yield Reference(match.start(), end, holder)

    def _head(self, role: str) -> str:
        """The first word of an office, as a text writes it where it stands for its holder."""
        return next((word for word in _WORD.findall(role) if word.lower() not in self.sayings.acting and word[0].isupper()), "")

    def _belongs(self, start: int, end: int) -> bool:
        """Is the office part of a longer one ("Wakil Bupati", "Instruksi Wali Kota"), or that of a name that follows."""
        following = bisect_left(self.names, start, key=_start)
        name = self.names[following].start if following < len(self.names) else len(self.body)
        if name <= end + _APPOSED and not self.sayings.circumstance.match(self.body, end, name):
            return True  # not of "Ketua Bawaslu Sikka didampingi Herimanto"
        before = _LAST_WORD.search(self.body, max(0, start - 40), start)
        if before is None:
            return False
        word = before[1].strip(".").lower()
        return word in self.sayings.lesser or (before[1][0].isupper() and not before[1].endswith(".") and word not in self.sayings.heads)


def _is_called(name: str, parts: Sequence[str], shortened: bool) -> bool:
    own = {word.lower() for word in _WORD.findall(name)}
    return any(part in own or (shortened and any(word.startswith(part) for word in own)) for part in parts)


def _start(reference: Reference) -> int:
    return reference.start

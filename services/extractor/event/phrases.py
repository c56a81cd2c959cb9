"""Phrases of a vocabulary found word by word: one walk over the words, however many phrases there are. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")

# A word, or a mark that ends a clause. Numbers become "#", so that "HUT ke-79" is one row of a vocabulary.
_TOKEN = re.compile(r"[^\W_]+(?:['’./-][^\W_]+)*|[.,;:!?()\n\"“”]")
_NUMBER = re.compile(r"\d+(?:[.,/]\d+)*")
_ENDS, _STOP = "!?\n", "."
_POSSESSIVE = "nya"
_SHORTEST_STEM = 4
# A full stop after these is an abbreviation's: "Kab. Kudus", "H. Danu", "S.Pd.".
_ABBREVIATED = re.compile(r"(?:[A-Z][a-z]{0,2}|[A-Z]|.*\.[A-Za-z]{1,3})$")


class Word(NamedTuple):
    """A word or mark in small letters, where it stands, and the number of its sentence."""

    text: str
    start: int
    end: int
    sentence: int


class Found(NamedTuple, Generic[T]):
    """A phrase among words: first and one past the last of them, and what the vocabulary says of it."""

    first: int
    last: int
    phrase: str
    meaning: T


def split_words(text: str) -> list[Word]:
    """The words of a text in order."""
    out: list[Word] = []
    sentence, before, empty = 0, "", True
    for match in _TOKEN.finditer(text):
        piece = match[0]
        if piece[0].isalnum():
            out.append(Word(_folded(piece), match.start(), match.end(), sentence))
            empty = False
        else:
            out.append(Word(piece, match.start(), match.end(), sentence))
            if not empty and (piece in _ENDS or (piece == _STOP and not _ABBREVIATED.match(before))):
                sentence, empty = sentence + 1, True
        before = piece
    return out


def _folded(word: str) -> str:
    """In small letters, numbers as "#"."""
    return word.lower() if word.isalpha() else _NUMBER.sub("#", word.lower())


@dataclass(frozen=True)
class Phrases(Generic[T]):
    """A vocabulary by its phrases' first words, the longest phrase first."""

    by_first: Mapping[str, tuple[tuple[tuple[str, ...], T], ...]]

    @classmethod
    def of(cls, rows: Iterable[tuple[str, T]]) -> Phrases[T]:
        """Of phrases and their meanings; of two equal phrases the first holds."""
        table: dict[str, dict[tuple[str, ...], T]] = {}
        for phrase, meaning in rows:
            words = tuple(phrase.lower().split())
            table.setdefault(words[0], {}).setdefault(words, meaning)
        return cls({first: tuple(sorted(rest.items(), key=lambda row: -len(row[0]))) for first, rest in table.items()})

    def find(self, words: Sequence[Word]) -> Iterator[Found[T]]:
        """The phrases among the words, left to right, none inside another. "pelantikannya" is "pelantikan"."""
        at = 0
        while at < len(words):
            found = self._at(words, at)
            if found is not None:
                yield found
            at = found.last if found else at + 1

    def _at(self, words: Sequence[Word], at: int) -> Found[T] | None:
        first = words[at].text
        rows = self.by_first.get(first)
        if rows is None and len(stem := first.removesuffix(_POSSESSIVE)) >= _SHORTEST_STEM:
            first, rows = stem, self.by_first.get(stem)
        for phrase, meaning in rows or ():
            last = at + len(phrase)
            if last <= len(words) and all(map(_is, words[at + 1 : last], phrase[1:])):
                return Found(at, last, " ".join(phrase), meaning)
        return None


def _is(word: Word, part: str) -> bool:
    return word.text == part or word.text.removesuffix(_POSSESSIVE) == part


def verb_forms(roots: Iterable[str]) -> Iterator[str]:
    """Of each root the bare form of headlines, the active and the passive: "lantik", "melantik", "dilantik"."""
    return chain.from_iterable((root, *_active(root), f"di{root}") for root in roots)


_NASAL = {"p": "mem", "t": "men", "k": "meng", "s": "meny"}
_PREFIX = {**dict.fromkeys("lmnrwy", "me"), **dict.fromkeys("bfv", "mem"), **dict.fromkeys("cdjz", "men")}


def _active(root: str) -> tuple[str, ...]:
    """The root with meN-: p, t, k and s give way to the nasal unless another consonant follows; of newer words in s both are written."""
    first = root[0]
    if first in _NASAL and root[1] in "aeiou":
        dropped = _NASAL[first] + root[1:]
        return (dropped, f"men{root}") if first == "s" else (dropped,)
    if first in _NASAL:
        return (_NASAL[first].replace("meny", "men") + root,)
    return (_PREFIX.get(first, "meng") + root,)

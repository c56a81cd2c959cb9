"""Phrases of a vocabulary found word by word: one walk over the words, however many phrases there are. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")

# A word, or a mark that ends a clause. Numbers become "#", so that "HUT ke-79" is one row of a vocabulary.
_TOKEN = re.compile(r"[^\W_]+(?:['’./-][^\W_]+)*|[.,;:!?()\n\"“”]")
_NUMBER = re.compile(r"\d+(?:[.,/]\d+)*")
_ENDS, _STOP = "!?\n", "."
_POSSESSIVE = "nya"
# "di gelar", "di laksanakan": how many write a passive.
_SPLIT = "di"
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
    sentence, before, empty, end = 0, "", True, 0
    for piece in _TOKEN.findall(text):
        start = text.find(piece, end)
        end = start + len(piece)
        if piece[0].isalnum():
            out.append(Word(_folded(piece), start, end, sentence))
            empty = False
        else:
            out.append(Word(piece, start, end, sentence))
            if not empty and (piece in _ENDS or (piece == _STOP and not _ABBREVIATED.match(before))):
                sentence, empty = sentence + 1, True
        before = piece
    return out


@lru_cache(maxsize=20_000)
def _folded(word: str) -> str:
    """In small letters, numbers as "#"."""
    return word.lower() if word.isalpha() else _NUMBER.sub("#", word.lower())


_Rows = tuple[tuple[tuple[str, ...], T], ...]


@dataclass(frozen=True)
class Phrases(Generic[T]):
    """A vocabulary by its phrases' first words, then by their second ("" for none), the longest phrase first."""

    by_first: Mapping[str, Mapping[str, _Rows[T]]]

    @classmethod
    def of(cls, rows: Iterable[tuple[str, T]]) -> Phrases[T]:
        """Of phrases and their meanings; of two equal phrases the first holds."""
        table: dict[str, dict[str, dict[tuple[str, ...], T]]] = {}
        for phrase, meaning in rows:
            words = tuple(phrase.lower().split())
            table.setdefault(words[0], {}).setdefault(words[1] if len(words) > 1 else "", {}).setdefault(words, meaning)
        return cls({first: {second: _longest_first(same) for second, same in rest.items()} for first, rest in table.items()})

    def find(self, words: Sequence[Word]) -> Iterator[Found[T]]:
        """The phrases among the words, left to right, none inside another. "pelantikannya" is "pelantikan"."""
        past, by_first = 0, self.by_first
        for at, word in enumerate(words):
            text = word.text
            found = self._at(words, at) if at >= past and (text in by_first or text.endswith(_POSSESSIVE)) else None
            if found is not None:
                yield found
                past = found.last

    def _at(self, words: Sequence[Word], at: int) -> Found[T] | None:
        first = words[at].text
        rows = self.by_first.get(first)
        if rows is None and len(stem := first.removesuffix(_POSSESSIVE)) >= _SHORTEST_STEM:
            rows = self.by_first.get(stem)
        found = self._among(rows, words, at) if rows else None
        split = self._split(words, at) if first == _SPLIT and (found is None or found.last == at + 1) else None
        return split or found

    def _split(self, words: Sequence[Word], at: int) -> Found[T] | None:
        """ "di gelar": a passive written as two words."""
        rows = self.by_first.get(_SPLIT + words[at + 1].text, {}).get("") if at + 1 < len(words) else None
        return Found(at, at + 2, rows[0][0][0], rows[0][1]) if rows else None

    def _among(self, rows: Mapping[str, _Rows[T]], words: Sequence[Word], at: int) -> Found[T] | None:
        second = words[at + 1].text if at + 1 < len(words) else ""
        for phrase, meaning in chain(rows.get(second, ()), rows.get(second.removesuffix(_POSSESSIVE), ()), rows.get("", ())):
            last = at + len(phrase)
            if last <= len(words) and all(map(_is, words[at + 2 : last], phrase[2:])):
                return Found(at, last, " ".join(phrase), meaning)
        return None


def _longest_first(rows: Mapping[tuple[str, ...], T]) -> _Rows[T]:
    return tuple(sorted(rows.items(), key=lambda row: -len(row[0])))


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

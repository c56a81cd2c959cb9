"""Where one of many words may begin in a text: one walk for all of them, before any pattern looks closer. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick, MatchKind


@dataclass(frozen=True)
class Spots:
    """A pattern of many words that tells small letters from capitals nowhere tries each word at each letter; this looks once."""

    automaton: AhoCorasick

    @classmethod
    def of(cls, phrases: Iterable[str]) -> Spots:
        """Of phrases the first words: a longer stretch might begin within one word and hide the next."""
        words = sorted({phrase.lower().split()[0] for phrase in phrases})
        return cls(AhoCorasick(words, matchkind=MatchKind.LeftmostLongest))

    def find(self, folded: str) -> Iterator[int]:
        """The offsets in order at which a word begins that one of the words begins. `folded`: the text in small letters."""
        for _, start, _ in self.automaton.find_matches_as_indexes(folded):
            if start == 0 or not folded[start - 1].isalnum():
                yield start

"""The letter of a word by itself, whatever stands beside it (the letters are told in vocabulary.py). Pure; remembers what it was asked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

_ROMAN = re.compile(r"[IVX]+[A-D]?$")
_VERB = re.compile(r"(?:me[mnlryw]?|ber|di|ter)[a-z]{4,}$")
_NOMINAL = re.compile(r"(?:pe[mnrl]?|per|ke)[a-z]{3,}an$|[a-z]{3,}(?:isasi|itas|ologi|asi|nya)$")
_SHORT_NAME = 3
_PASSIVE = "di "
# The same few thousand words make up most pages; a page of others pushes them out, no more.
_REMEMBERED = 20_000


class WordLetters:
    """What the listed words are, and by their form all others.

    `single`: a letter for words in small letters; `exact`: for those whose capitals matter; `given`: what people are called;
    `ending`: how such names end; `openers`: words that those behind them may make something else.
    """

    def __init__(
        self,
        single: Mapping[str, str],
        exact: Mapping[str, str],
        small: Mapping[str, str],
        given: frozenset[str],
        ending: re.Pattern[str],
        openers: frozenset[str],
    ) -> None:
        self._single, self._exact, self._settled = single, exact, small
        self._given, self._ending, self._openers = given, ending, openers
        self.alone = lru_cache(_REMEMBERED)(self._alone)
        self.letter = lru_cache(_REMEMBERED)(self._letter)

    def _alone(self, text: str) -> str:
        """The letter a word has wherever it stands: most, and all in small letters that begin no phrase. Else nothing."""
        known = self._settled.get(text)
        if known is not None:
            return known
        fold = text.replace("’", "'").replace(_PASSIVE, _PASSIVE.strip())
        return self._small(fold) if text.islower() and fold not in self._openers else ""

    def _letter(self, text: str, fold: str) -> str:
        """The letter of a word where nothing beside it makes it another."""
        capital = text[0].isupper()
        if capital and fold in self._given:
            return "N"
        known = self._exact.get(text) or self._single.get(fold)
        if known and (capital or known not in "GO"):
            return known
        if capital and fold.endswith("nya") and self._single.get(fold[:-3]) == "H":
            return "H"  # "Sopirnya, Faigi Laia"
        return self._capital(text, fold) if capital else self._small(fold)

    def _small(self, fold: str) -> str:
        """The letter of a word in small letters: "sepupunya" is what "sepupu" is."""
        known = self._single.get(fold)
        if known and known not in "GO":
            return known
        owned = self._single.get(fold.removesuffix("nya"), "")
        return owned if owned in tuple("RH") else "x" if _VERB.match(fold) else "w"

    def _capital(self, text: str, fold: str) -> str:
        """The letter of an unknown word that begins with a capital."""
        if _ROMAN.match(text):
            return "I" if len(text) == 1 and text != "I" else "9"
        if len(text) == 1:
            return "I"
        if self._ending.match(fold):
            return "N"
        if text.isupper():
            return "a" if len(text) <= _SHORT_NAME else "A"
        return "O" if _NOMINAL.match(fold) else "U"

"""Where people may be named: runs of words that names are made of, with the titles around them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from services.extractor.event.shape import Shaped

_NAME = re.compile(r"(?P<prefix>[Tt]*)(?P<core>(?:[NUI]|(?<=T)O(?=[NU]))(?:[NUI]|b{1,2}(?=[NU]))*a?)(?P<suffix>(?:,?S)*)")
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_FEWEST_LETTERS = 3
# Nobody's name has more.
_MOST_WORDS = 10


@dataclass(frozen=True)
class Name:
    """A run of words that may name a person: tokens `first` to `last` with titles, `core` without; `shape` is the core's."""

    first: int
    last: int
    core: tuple[int, int]
    text: str
    prefix: tuple[str, ...]
    suffix: tuple[str, ...]
    shape: str

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Its words in small letters."""
        return tuple(_WORD.findall(self.text.lower()))

    @property
    def is_known(self) -> bool:
        """More than one unknown word, which might be anything."""
        return "N" in self.shape or len(self.shape) > 1

    @property
    def is_addressed(self) -> bool:
        """As one who is known already: "Bang Yus", "Bu Rini"."""
        return self.core[0] > self.first and not self.prefix

    @property
    def is_titled(self) -> bool:
        return bool(self.prefix or self.suffix)


def find_names(shaped: Shaped) -> Iterator[Name]:
    """Every such run in order. That somebody is meant, its surroundings must tell: see evidence.py."""
    for match in _NAME.finditer(shaped.shape):
        first, last = match.span("core")
        text = re.sub(r"\s+", " ", shaped.text(first, last)).strip(".")
        if last - first <= _MOST_WORDS and sum(map(str.isalpha, text)) >= _FEWEST_LETTERS:
            titles = _titles(shaped, match, "prefix", "T"), _titles(shaped, match, "suffix", "S")
            yield Name(match.start(), match.end(), (first, last), text, *titles, match["core"])


def _titles(shaped: Shaped, match: re.Match[str], part: str, letter: str) -> tuple[str, ...]:
    """The titles of one side, none twice; how one is addressed ("Bapak") is none."""
    first, last = match.span(part)
    pieces = (shaped.tokens[at].text for at in range(first, last) if shaped.shape[at] == letter)
    return tuple(dict.fromkeys(re.sub(r"\s+", " ", piece).strip(" ,") for piece in pieces))

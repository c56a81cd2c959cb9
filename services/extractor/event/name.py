"""What an occasion is called and its theme, where the page names them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.extractor.event.alternatives import one_of
from services.extractor.event.spots import Spots
from services.extractor.event.text import Text

_OPENS, _CLOSES = "\"“”„‟«‘'", "\"“”»’'"
# A name or theme longer than this is a sentence that happened to follow.
_LONGEST = 300
_FEWEST_WORDS = 2
# "rapat Penyusunan Laporan Keuangan": begun small, it takes more to be a name.
_FEWEST_AFTER_SMALL = 3
_WORD = re.compile(r"[^\s()\"“”„«»,;:!?]+|\([^()\n]{2,40}\)|,")
_NUMBER = re.compile(r"(?:ke-)?[\dIVX][\dIVX/–-]*[.]?$")
# A list in a name has its "dan" within so many words of a comma: "ASN, TNI dan Polri".
_LISTED = 4


@dataclass(frozen=True)
class Naming:
    """What lang/*/event_names.toml says, compiled."""

    occasions: Spots
    themes: Spots
    named: re.Pattern[str]
    themed: re.Pattern[str]
    occasion: re.Pattern[str]
    joins: frozenset[str]
    ends: frozenset[str]

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Naming:
        quote = rf"\s*[{_OPENS}]+\s*(?P<words>[^{_CLOSES}\n]{{3,{_LONGEST}}})(?P<close>[{_CLOSES}]*)"
        fill = rf"(?:\s*(?:{one_of(data['fillers'])})\b)*\s*[:,]?"
        return cls(
            occasions=Spots.of(data["occasions"]),
            themes=Spots.of(data["themes"]),
            named=re.compile(rf"\b(?:{one_of(data['occasions'])}){quote}", re.I),
            themed=re.compile(rf"\b(?:{one_of(data['themes'])}){fill}(?:{quote}|\s*(?P<plain>))", re.I),
            occasion=re.compile(rf"\b(?:{one_of(data['occasions'])})\s+(?=[A-Z])", re.I),
            joins=frozenset(data["joins"]),
            ends=frozenset(data["ends"]),
        )


def event_theme(text: Text, naming: Naming) -> str | None:
    """The words between the marks after "bertema", or without marks the run of capital words."""
    for match in _found(naming.themed, naming.themes, text):
        words = _between(match) if match["words"] else _run(text.body, match.end(), naming)
        if words:
            return words
    return None


def event_name(text: Text, called: Sequence[tuple[int, int]], naming: Naming) -> str | None:
    """The name between marks after "kegiatan", else the capital words where the occasion is called by its kind (`called`: its words)."""
    for match in _found(naming.named, naming.occasions, text):
        if words := _between(match):
            return words
    by_kind = (words for start, end in called if (words := _run(text.body, start, naming, end)))
    by_word = (words for match in _found(naming.occasion, naming.occasions, text) if (words := _run(text.body, match.end(), naming)))
    return next(by_kind, None) or next(by_word, None)


def _found(pattern: re.Pattern[str], spots: Spots, text: Text) -> Iterator[re.Match[str]]:
    return filter(None, (pattern.match(text.body, at) for at in spots.find(text.folded)))


def _between(match: re.Match[str]) -> str | None:
    """The quoted words; where the mark is never closed, to the end of the sentence."""
    words = match["words"] if match["close"] else match["words"].split(". ")[0]
    return " ".join(words.split()).rstrip(".,;: ") or None


def _run(body: str, start: int, naming: Naming, known: int = 0) -> str | None:
    """The capital words from an offset on, with the small words and numbers among them; more of them than the kind's own, to `known`."""
    words = list(_name_words(body[start : start + _LONGEST].split("\n")[0], naming, max(0, known - start)))
    while words and not _ends_well(words[-1]):
        words.pop()
    capitals = sum(map(_is_capital, words))
    own = len(body[start:known].split())
    if capitals < (_FEWEST_WORDS if body[start].isupper() else _FEWEST_AFTER_SMALL) or not any(map(_is_capital, words[own:])):
        return None
    return " ".join(words).replace(" ,", ",").rstrip(".,")


def _ends_well(word: str) -> bool:
    return _is_capital(word) or _NUMBER.match(word) is not None or word.startswith("(")


def _name_words(stretch: str, naming: Naming, known: int) -> Iterator[str]:
    """The words of the name; those of the kind itself, the first `known` characters, are part of it in any case."""
    matches = list(_WORD.finditer(stretch))
    for number, match in enumerate(matches):
        ahead = [each[0] for each in matches[number : number + _LISTED + 2]]
        gap = stretch[matches[number - 1].end() : match.start()] if number else ""
        if match.start() >= known and (gap.strip() or ahead[0] in naming.ends or not _belongs(number, ahead, naming)):
            return
        yield ahead[0]
        if ahead[0].endswith(".") and len(ahead[0]) > _LISTED:
            return


def _belongs(number: int, ahead: Sequence[str], naming: Naming) -> bool:
    """Is the first of the words ahead part of the name: a capital, a number, a small word before more of it, a comma of a list."""
    word = ahead[0]
    if number == 0:
        return _is_capital(word)
    if word == ",":
        listed = [each for each in ahead[1:] if each != ","]
        return bool(listed) and _is_capital(listed[0]) and listed[0] not in naming.ends and "dan" in ahead[1:]
    if word.startswith("("):
        return word[1:2].isupper()
    return _is_capital(word) or _NUMBER.match(word) is not None or word.lower() in naming.joins or word.startswith("se-")


def _is_capital(word: str) -> bool:
    return word[:1].isupper()

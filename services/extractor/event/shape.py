"""A text as one letter a word, so that the grammar of names and offices is a pattern: the letters are told in vocabulary.py. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.extractor.event.settle import settle
from services.extractor.event.tokens import Token, joined, split_tokens
from services.extractor.event.vocabulary import Vocabulary
from services.extractor.gazetteer.regions import Gazetteer

# Behind these letters a degree may stand; behind the last only with a comma.
_DEGREED, _DEGREED_BY_COMMA = "NUIPSa", (["N"], ["U"], ["I"], ["P"], ["S"], ["a"], ["A"])
# No letter yet; a full stop that may be an abbreviation's.
_UNSETTLED = ("", ".")
_PASSIVE = "di"
_LONGEST_RANK = 8


@dataclass(frozen=True)
class Shaped:
    """The tokens of a text and, in `shape`, a letter for each."""

    body: str
    tokens: Sequence[Token]
    shape: str

    def text(self, first: int, last: int) -> str:
        """The words from token `first` up to, not with, `last`, as written."""
        return self.body[self.tokens[first].start : self.tokens[last - 1].end] if last > first else ""


def shape_of(body: str, vocabulary: Vocabulary, gazetteer: Gazetteer) -> Shaped:
    """The text's tokens with their letters; words that make one office, rank, degree or region are one token."""
    regions = {hit.start: hit.end for hit in gazetteer.find(body)}
    tokens, letters = _Lettering(body, _with_passives(body, split_tokens(body), vocabulary), regions, vocabulary).read()
    settle(tokens, letters, vocabulary, gazetteer)
    return Shaped(body, tokens, "".join(letters))


def _with_passives(body: str, raw: list[Token], vocabulary: Vocabulary) -> list[Token]:
    """ "di gelar" as one token that folds to "digelar", as many write a passive."""
    for at in [at for at, token in enumerate(raw) if token.text == _PASSIVE][::-1]:
        verb = raw[at + 1].text if at + 1 < len(raw) else ""
        if _PASSIVE + verb in vocabulary.passives:
            raw[at : at + 2] = [Token(body[raw[at].start : raw[at + 1].end], _PASSIVE + verb, raw[at].start, raw[at + 1].end)]
    return raw


@dataclass(frozen=True)
class _Lettering:
    """The walk over a text's words, each of which takes the letter that it has alone or with those behind it."""

    body: str
    raw: Sequence[Token]
    regions: Mapping[int, int]
    vocabulary: Vocabulary

    def read(self) -> tuple[list[Token], list[str]]:
        tokens, letters, past = list[Token](), list[str](), 0
        alone = [self.vocabulary.words.alone(token.text) for token in self.raw]
        for at in [at for at, letter in enumerate(alone) if letter in _UNSETTLED]:
            if at < past:
                continue
            tokens += self.raw[past:at]
            letters += alone[past:at]
            token, letter, size = (self.raw[at], ".", 1) if alone[at] == "." else self._next(at, letters)
            past = at + size
            if letter == "." and letters and self._abbreviates(tokens[-1], letters[-1], at):
                tokens[-1] = joined(self.body, tokens[-1], token)
            else:
                tokens.append(token)
                letters.append(letter)
        return [*tokens, *self.raw[past:]], [*letters, *alone[past:]]

    def _next(self, at: int, before: Sequence[str]) -> tuple[Token, str, int]:
        """The token that begins here, its letter, and how many raw tokens it takes."""
        token = self.raw[at]
        if not token.text[0].isalpha():
            return token, "9" if token.text[0].isnumeric() else "n" if token.text[0] == "\n" else token.text[0], 1
        capital = token.text[0].isupper()
        found = (self._degree(at, before) if capital else None) or (self._phrase(at) if token.fold in self.vocabulary.phrases else None)
        found = found or (self._region(at) if capital and token.start in self.regions else None)
        return found or self._titled(at, before) or (token, self.vocabulary.words.letter(token.text, token.fold), 1)

    def _degree(self, at: int, before: Sequence[str]) -> tuple[Token, str, int] | None:
        """A degree, which stands only behind a name or another degree."""
        named = before and (before[-1] in _DEGREED or (before[-1] == "," and before[-2:-1] in _DEGREED_BY_COMMA))
        if not named:
            return None
        start = self.raw[at].start
        match = self.vocabulary.titles.degree.match(self.body, start)
        return (Token(match[0], "", start, match.end()), "S", self._size(at, match.end())) if match else None

    def _phrase(self, at: int) -> tuple[Token, str, int] | None:
        """Words that together are one office, organisation or name."""
        second = self.raw[at + 1].fold if at + 1 < len(self.raw) else ""
        for words, letter in self.vocabulary.phrases.get(self.raw[at].fold, ()):
            if words[1] != second:
                continue
            behind = self.raw[at : at + len(words)]
            if len(behind) == len(words) and all(token.fold == word for token, word in zip(behind, words, strict=True)):
                return joined(self.body, behind[0], behind[-1]), letter, len(words)
        return None

    def _region(self, at: int) -> tuple[Token, str, int] | None:
        """A kabupaten, kota or province; not "Bima" whom people are called, nor the "Banjar" of "Banjar Sindu"."""
        token, end = self.raw[at], self.regions.get(self.raw[at].start)
        if end is None:
            return None
        size = self._size(at, end)
        if size == 1 and token.fold in self.vocabulary.given:
            return None
        if size == 1 and self.vocabulary.single.get(token.fold) == "L" and self._text(at + 1)[:1].isupper():
            return None
        return joined(self.body, token, self.raw[at + size - 1]), "P", size

    def _titled(self, at: int, before: Sequence[str]) -> tuple[Token, str, int] | None:
        """Titles before a name; the "I" of Balinese names, which is no numeral."""
        token, follows, titles = self.raw[at], self._text(at + 1), self.vocabulary.titles
        if token.text == "I" and follows.lower() in self.vocabulary.behind_i:
            return token, "I", 1
        if token.fold in titles.ranks:
            if before and before[-1] in "NUI" and follows in (",", ".", ")"):
                return token, "U", 1  # "Yosef M. Mayor, S.Sos"
            size = self._rank(at)
            return joined(self.body, token, self.raw[at + size - 1]), "T", size
        if not (follows[:1].isupper() or follows == "."):
            return None
        return (token, "t", 1) if token.fold in titles.address else (token, "T", 1) if token.fold in titles.prefixes else None

    def _rank(self, at: int) -> int:
        """How many tokens a rank takes with its corps: "Letkol Inf", "Kombes Pol", "Mayor Laut (P)"."""
        size = 1
        while size < _LONGEST_RANK and (
            self._text(at + size).lower() in self.vocabulary.titles.corps or (size > 1 and self._text(at + size) in "().")
        ):
            size += 1
        return min(size, len(self.raw) - at)

    def _abbreviates(self, token: Token, letter: str, at: int) -> bool:
        """Is this full stop an abbreviation's, or one before a comma: no end of a sentence?"""
        if self.raw[at].start != token.end:
            return False
        return letter in "TtIS" or token.fold in self.vocabulary.abbreviated or self._text(at + 1) in (",", ";", ":", ")")

    def _size(self, at: int, end: int) -> int:
        """How many raw tokens from `at` begin before the offset `end`."""
        size = 1
        while at + size < len(self.raw) and self.raw[at + size].start < end:
            size += 1
        return size

    def _text(self, at: int) -> str:
        return self.raw[at].text if at < len(self.raw) else "\n"

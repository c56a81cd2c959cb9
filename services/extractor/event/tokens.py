"""A text cut into words and marks, each where it stands. Pure."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

_TOKEN = re.compile(r"\d+(?:[./]\d+)*|[^\W\d_]+(?:\d+[^\W\d_]+)*(?:['’-][^\W\d_]+)*|\n+|[^\w\s]")
# A site that loses the spaces at its links writes "PartaiBudi" and "WoworMSC": a capital after a small letter begins a word.
_GLUED = re.compile(r"(?<=[a-z]{2})(?=[A-Z])")


class Token(NamedTuple):
    """A word, number or mark; `fold` is the word in small letters with a straight apostrophe."""

    text: str
    fold: str
    start: int
    end: int


def split_tokens(text: str) -> list[Token]:
    """The words, numbers and marks of a text in order. To look for each word again costs less than a match object that knows its place."""
    out: list[Token] = []
    end = 0
    for word in _TOKEN.findall(text):
        start = text.find(word, end)
        end = start + len(word)
        fold = _fold(word)
        if fold is None:
            out.extend(_unglued(word, start))
        else:
            out.append(Token(word, fold, start, end))
    return out


@lru_cache(maxsize=20_000)
def _fold(word: str) -> str | None:
    """The word in small letters; None for one that may be two. The same few thousand words make up most pages."""
    if word.islower() or word.istitle() or word.isupper() or not word[0].isalpha():
        return word.lower().replace("’", "'")
    return None


def joined(body: str, first: Token, last: Token) -> Token:
    """The tokens from `first` to `last` as one."""
    text = body[first.start : last.end]
    return Token(text, text.lower(), first.start, last.end)


def _unglued(word: str, start: int) -> list[Token]:
    out = []
    for part in _GLUED.split(word):
        out.append(Token(part, part.lower().replace("’", "'"), start, start + len(part)))
        start += len(part)
    return out

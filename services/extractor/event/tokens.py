"""A text cut into words and marks, each where it stands. Pure."""

from __future__ import annotations

import re
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
        if word.islower():
            out.append(Token(word, word.replace("’", "'"), start, end))
        elif word.istitle() or word.isupper() or not word[0].isalpha():
            out.append(Token(word, word.lower().replace("’", "'"), start, end))
        else:
            out.extend(_unglued(word, start))
    return out


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

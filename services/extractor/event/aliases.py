"""One person under several names: short mentions, spelling variants, and where each stands. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher

from services.extractor.event.shape import Shaped

_ALIKE = 0.85
_FEWEST_LETTERS = 3
_SHORTENED = 4
# "Yanto" of "Suryanto"; one letter less is a slip of the pen.
_LEAST_CUT = 2
_YEAR_OR_DAY = re.compile(r"\d{1,4}$")


def is_same(words: Sequence[str], others: Sequence[str], *, bare: bool, addressed: bool = False) -> bool:
    """Do two names, as words in small letters, call one person? `bare`: the first has no office or title of its own.

    `addressed`: as somebody is who is known already, "Bang Yus".
    """
    if tuple(words) == tuple(others):
        return True
    short, long = sorted((words, others), key=len)
    if set(short) <= set(long):
        return _lead(short) == _lead(long) or (bare and len(words) <= len(others))
    least = _FEWEST_LETTERS if addressed else _SHORTENED
    if bare and len(words) == 1 and len(words[0]) >= least and any(_shortens(words[0], other) for other in others):
        return True
    return alike("".join(words), "".join(others))


def _shortens(short: str, word: str) -> bool:
    """ "Heri" is Heriyanto, "Linda" Nurlinda."""
    return word.startswith(short) or (word.endswith(short) and len(word) - len(short) >= _LEAST_CUT)


def alike(one: str, other: str) -> bool:
    """ "Safiun" and "Safiiun", "Herma" and "Herman": a letter lost, doubled or changed, the first the same."""
    if one[:1] != other[:1] or min(len(one), len(other)) < _SHORTENED or abs(len(one) - len(other)) > 2:
        return False
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= _ALIKE


def find_mentions(shaped: Shaped, people: Mapping[int, Sequence[str]]) -> Iterator[tuple[int, int, int]]:
    """Every place that names one of the people (number → words of the full name): number, first token, one past the last."""
    owners: dict[str, list[int]] = {}
    for number, words in people.items():
        for word in dict.fromkeys(words):
            owners.setdefault(word, []).append(number)
    done, latest = 0, -1
    for at, token in enumerate(shaped.tokens):
        if at < done or not (token.fold in owners or token.fold.strip(".") in owners):
            continue
        done = _run(shaped, at, owners)
        owner = _owner([shaped.tokens[i].fold for i in range(at, done)], owners, people, latest) if done > at else None
        if owner is not None and not _is_else(shaped, at, done):
            yield owner, at, done
            latest = owner


def _run(shaped: Shaped, at: int, owners: Mapping[str, list[int]]) -> int:
    """The end of the words from here on that are of somebody's name."""
    while at < len(shaped.tokens) and shaped.tokens[at].fold.strip(".") in owners and shaped.tokens[at].text[0].isupper():
        at += 1
    return at


def _owner(run: Sequence[str], owners: Mapping[str, list[int]], people: Mapping[int, Sequence[str]], latest: int) -> int | None:
    """Whose name the words are: all of it, its first, the one named last, any part of it."""
    words = [word.strip(".") for word in run]
    if max(map(len, words)) < _FEWEST_LETTERS:
        return None
    whole = [number for number in owners[words[0]] if set(words) <= set(people[number])]
    return max(
        whole,
        key=lambda number: (list(people[number]) == words, _lead(people[number]) == words[0], number == latest, -number),
        default=None,
    )


def _is_else(shaped: Shaped, first: int, last: int) -> bool:
    """Is the word a landmark's or region's name here, or a month's: "Jalan Ahmad Yani", "14 Juni 2024"?"""
    if shaped.shape[first] in "M" or shaped.shape[first - 1 : first] in ("X", "L"):
        return True
    beside = [shaped.tokens[at].text for at in (first - 1, last) if 0 <= at < len(shaped.tokens)]
    return shaped.shape[first] == "O" and any(_YEAR_OR_DAY.match(text) for text in beside)


def _lead(words: Iterable[str]) -> str:
    """The first word that is more than an initial: people are called by it."""
    listed = list(words)
    return next((word for word in listed if len(word) > 1), listed[0] if listed else "")

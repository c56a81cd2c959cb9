"""Words of a language as alternatives of a pattern. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable


def one_of(words: Iterable[str]) -> str:
    """Alternatives of a pattern, the longest first, that share their beginnings: hundreds of verbs cost no more than one."""
    rests: dict[str, list[str]] = {}
    for word in set(words):
        rests.setdefault(word[:1], []).append(word[1:])
    optional = rests.pop("", None) is not None
    branches = [_letter(first) + (one_of(rest) if any(rest) else "") for first, rest in sorted(rests.items())]
    return f"(?:{'|'.join(branches)}){'?' if optional else ''}" if branches else ""


def _letter(letter: str) -> str:
    return r"\s+" if letter == " " else re.escape(letter)

"""How a region's name is compared: whatever case, spaces, hyphens and kind of number it is written with. Pure."""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W_]+")
_ROMAN = {
    "i": "1",
    "ii": "2",
    "iii": "3",
    "iv": "4",
    "v": "5",
    "vi": "6",
    "vii": "7",
    "viii": "8",
    "ix": "9",
    "x": "10",
    "xi": "11",
    "xii": "12",
}


def fold(text: str) -> str:
    """Lower case of the same length, so that offsets stay: the few letters that would grow are left."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def name_key(name: str) -> str:
    """What two spellings of one name share: "Jati Mulyo" and "Jatimulyo", "Nipah Panjang I" and "Nipah Panjang 1"."""
    if name.isalpha():
        return fold(name)
    words = _WORD.findall(fold(name))
    if len(words) > 1:
        words[-1] = _ROMAN.get(words[-1], words[-1])
    return "".join(words)

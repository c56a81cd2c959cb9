"""Words of an article → where they stand in the bytes of its page. Pure."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

# What may stand between two words of a sentence: blanks, and markup of a bounded length.
_BETWEEN = rb"(?:\s|&nbsp;|&#160;|&#xa0;|\xc2\xa0|<[^<>]{0,500}>)+"
_CODINGS = ("utf-8", "cp1252")


def find_words(words: str, bodies: Sequence[bytes]) -> tuple[int, int, int] | None:
    """Which body they stand in, from 0, and from which byte to which; None where entities or repairs have changed them."""
    patterns = [pattern for coding in _CODINGS if (pattern := _pattern(words, coding))]
    for number, body in enumerate(bodies):
        for pattern in patterns:
            if found := pattern.search(body):
                return number, found.start(), found.end()
    return None


def _pattern(words: str, coding: str) -> re.Pattern[bytes] | None:
    """Each word as it is, or with its special characters written as entities."""
    try:
        forms = [{text.encode(coding) for text in (word, html.escape(word), html.escape(word, quote=False))} for word in words.split()]
    except UnicodeEncodeError:
        return None
    return re.compile(_BETWEEN.join(b"(?:%b)" % b"|".join(map(re.escape, sorted(form))) for form in forms)) if forms else None

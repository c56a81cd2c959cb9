"""How much prose a page has, without a parser: one scan for tags, linear in the page whatever it is. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TAG = re.compile(r"<(!--)|(--)>|<(/?[a-z][a-z0-9]*)(?:[\s/][^<>]*)?>")
_INLINE = frozenset({"a", "abbr", "b", "br", "em", "font", "i", "mark", "q", "small", "span", "strong", "sub", "sup", "u"})
# Never shown; and shown, but never the sentences of an article.
_HIDDEN = frozenset({"!--", "head", "script", "style", "svg", "template", "title"})
_NO_PROSE = frozenset({"a", "button", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "label", "nav", "noscript", "option", "select"})
_SENTENCE = 50
"""Characters without a block in between, from which text is prose."""


@dataclass(frozen=True)
class Prose:
    """`text`: what the page shows, blanks collapsed. `length`: characters of it that stand in running text."""

    text: str
    length: int


def read_prose(page: str) -> Prose:
    """Of a page in lower case. Links, headings and menus are text, but no prose."""
    shown: list[str] = []
    runs = [0]
    inside = ""
    for text, tag in _pieces(page):
        if inside not in _HIDDEN:
            shown.append(text)
        if not inside:
            runs[-1] += len(" ".join(text.split()))
        inside = _where(inside, tag)
        if tag.removeprefix("/") not in _INLINE:
            runs.append(0)
    return Prose(" ".join(" ".join(shown).split()), sum(run for run in runs if run >= _SENTENCE))


def _pieces(page: str) -> Iterator[tuple[str, str]]:
    """Every text with the name of the tag behind it: `p`, `/p`, `!--` and `--` of a comment, none at the end."""
    at = 0
    for found in _TAG.finditer(page):
        yield page[at : found.start()], found[1] or found[2] or found[3]
        at = found.end()
    yield page[at:], ""


def _where(inside: str, tag: str) -> str:
    """The element whose text does not count that we are in after this tag; they are not counted when nested."""
    if inside:
        return "" if tag == ("--" if inside == "!--" else f"/{inside}") else inside
    return tag if tag in _HIDDEN | _NO_PROSE else ""

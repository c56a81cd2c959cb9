"""What only the markup tells: elements nested beyond reason, links to other articles in a paragraph. Changes the tree it is given."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

# The parser follows 2,048 levels, what comes after it 1,000; no article needs a tenth of that.
_DEEPEST = 200
_TAG = re.compile(rb"<(/?)([a-zA-Z][\w:-]*)[^<>]*>")
# These do not nest: a paragraph ends where the next begins.
_FLAT = frozenset(b"area base br col embed h1 h2 h3 h4 h5 h6 hr html head body title img input link meta p param source track wbr".split())
_WITHIN_A_LINE = frozenset(b"a abbr b big em font i ins mark q s small span strong sub sup u".split())
# "Baca juga:" and the like: as the end of what stands before a link, alone in an element before it, or as the link's own beginning.
_WORDS = r"(?:baca|simak|lihat|tonton|cek)\s+(?:juga|pula)\b\s*[:;»-]*\s*"
_ANNOUNCES = re.compile(rf"(?:^|(?<=[\s.!?\"”»(\[]))[(\[]?\s*{_WORDS}$", re.I)
_BEGINS = re.compile(rf"\s*{_WORDS}\S", re.I)


def flatten(html: bytes) -> bytes:
    """The bytes without the tags of elements nested deeper than any reader follows; the text in them stays."""
    kept, at, depth = [], 0, 0
    for tag in _TAG.finditer(html):
        name = tag[2].lower()
        if name in _FLAT:
            continue
        is_deep = depth > _DEEPEST if tag[1] else depth >= _DEEPEST
        depth = max(0, depth - 1) if tag[1] else depth + 1
        if is_deep:
            kept += [html[at : tag.start()], b"" if name in _WITHIN_A_LINE else b" "]
            at = tag.end()
    return b"".join([*kept, html[at:]])


def cut_related_links(tree: HtmlElement) -> None:
    """Takes "Baca juga: Title" out of a paragraph where Title is a link: only the markup knows where the title ends."""
    for link in list(tree.iter("a")):
        if _BEGINS.match(link.text or "") or _announced(link):
            link.drop_tree()


def _announced(link: HtmlElement) -> bool:
    """Whether "Baca juga:" stands right before the link; if so, that is gone already."""
    previous, parent = link.getprevious(), link.getparent()
    if parent is None:
        return False
    if previous is None:
        parent.text, found = _unannounced(parent.text)
    elif previous.tail and previous.tail.strip(" :\xa0"):
        previous.tail, found = _unannounced(previous.tail)
    elif found := len(previous) == 0 and bool(_ANNOUNCES.fullmatch(previous.text or "")):
        previous.tail = " "
        previous.drop_tree()
    return found


def _unannounced(text: str | None) -> tuple[str | None, bool]:
    match = _ANNOUNCES.search(text) if text else None
    return (f"{text[: match.start()].rstrip()} ", True) if text and match else (text, False)

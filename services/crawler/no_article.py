"""A page that answers 200 and is no article: a challenge, a soft 404, a login, a parked domain, bytes of something else.

A page is refused only where its words say so (`no_article.toml`) *and* it has hardly any prose: an article about a site that
was not found, or one that ends in "masuk untuk melanjutkan", has sentences of its own. Pure; every fetched page comes by here,
so what costs is done only for those under suspicion.
"""

from __future__ import annotations

import html
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from services.crawler.prose import Prose, read_prose

PASSING = frozenset({"access_denied", "challenge_page", "error_page", "maintenance_page", "suspended_page"})
"""What is a state of the site rather than of the page: another day the article may be there."""

_LOOKED_AT, _READ, _SMALL = 65_536, 262_144, 12_000
_LITTLE_PROSE, _HARDLY_ANY = 600, 240
_MAGIC = (
    b"%PDF-",
    b"GIF8",
    b"OggS",
    b"PK\x03\x04",
    b"RIFF",
    b"Rar!",
    b"\x00\x00\x00",
    b"\x1f\x8b",
    b"\x7fELF",
    b"\x89PNG",
    b"\xff\xd8\xff",
)
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_MARKUP = re.compile(rb"[\xef\xbb\xbf\s]*<[!?a-z]", re.I)
_ARTICLE = (b"article:published_time", b'"articlebody"', b'"datepublished"', b'"newsarticle"')
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\f\r\x1b"))  # ISO-2022 has escapes
_SEPARATOR = re.compile(r"\s[-–—:~]+\s|[|»«·•]+|:{2}")


@dataclass(frozen=True)
class Signs:
    """What pages say that end under one reason."""

    reason: str
    titles: frozenset[str]
    texts: tuple[str, ...]
    markup: tuple[bytes, ...]
    raw_texts: tuple[bytes, ...]


def _signs() -> Iterator[Signs]:
    data = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    for reason, words in data.items():
        raw = tuple(text.encode() for text in words["texts"])
        yield Signs(reason, frozenset(words["titles"]), tuple(words["texts"]), tuple(mark.encode() for mark in words["markup"]), raw)


_SIGNS = tuple(_signs())
JUDGED = frozenset(signs.reason for signs in _SIGNS) - PASSING | {"binary_page"}
"""What is a final no of the page itself, by our reading of it."""


def no_article(body: bytes, content_type: str = "") -> tuple[str, str] | None:
    """Why this body of a 200 cannot be an article, as a reason and the words that told; `None` if it may be one."""
    if body.startswith(_UTF16) or "utf-16" in content_type.lower():
        return None
    if is_binary(body):
        return "binary_page", repr(body[:16])
    low = body[:_LOOKED_AT].lower()
    titles, marked = frozenset(_titles(low)), any(mark in low for mark in _ARTICLE)
    suspects = [signs for signs in _SIGNS if _suspect(signs, low, titles, marked=marked)]
    if not suspects and len(body) > _SMALL:
        return None
    prose = read_prose(body[:_READ].decode("utf-8", "replace").lower())
    told = (_told(signs, low, titles, prose, marked=marked) for signs in (suspects or _SIGNS))
    return next((flaw for flaw in told if flaw), None) or _textless(low, prose, marked=marked)


def is_binary(body: bytes) -> bool:
    """Is this something else than text: a known kind of file, a NUL (but a stray one in markup), or many control characters."""
    start = body[:1024]
    return (
        start.startswith(_MAGIC)
        or (b"\0" in start and not _MARKUP.match(start))
        or len(start) - len(start.translate(None, _CONTROLS)) > len(start) // 10
    )


def _titles(low: bytes) -> Iterator[str]:
    """The parts of the title, the whole title and the whole first heading, without punctuation."""
    title, heading = _inside(low, b"<title"), _inside(low, b"<h1")
    for part in (title, heading, *_SEPARATOR.split(title)):
        plain = " ".join(re.findall(r"\w+", part))
        if plain:
            yield plain


def _inside(low: bytes, tag: bytes) -> str:
    """The text of the first such element, tags taken out, at most 1,000 bytes."""
    start = low.find(tag)
    end = low.find(b"</" + tag[1:], start, start + 1_000) if start >= 0 else -1
    if end < 0:
        return ""
    inner = low[start:end].partition(b">")[2].decode("utf-8", "replace")
    return html.unescape(re.sub(r"<[^<>]*>", " ", inner))


def _suspect(signs: Signs, low: bytes, titles: frozenset[str], *, marked: bool) -> bool:
    """Is it worth reading the page: a hundred texts are looked for only where nothing says that it is an article."""
    told = not signs.titles.isdisjoint(titles) or any(mark in low for mark in signs.markup)
    return told or (not marked and any(text in low for text in signs.raw_texts))


def _told(signs: Signs, low: bytes, titles: frozenset[str], prose: Prose, *, marked: bool) -> tuple[str, str] | None:
    """The reason, if the page has too little prose to be what else it seems."""
    words = next(iter(signs.titles & titles), "") or next((mark.decode() for mark in signs.markup if mark in low), "")
    if words and prose.length < (_HARDLY_ANY if marked else _LITTLE_PROSE):
        return signs.reason, words
    text = next((text for text in signs.texts if text in prose.text), "") if not marked and prose.length < _HARDLY_ANY else ""
    return (signs.reason, text) if text else None


def _textless(low: bytes, prose: Prose, *, marked: bool) -> tuple[str, str] | None:
    """A small page that shows nothing at all: scripts that set a cookie and come again, or nothing."""
    if prose.text or marked or len(low) > _SMALL:
        return None
    if b"document.cookie" in low and b"location" in low:
        return "challenge_page", "a script that sets a cookie"
    return "empty_page", "no text"

"""An article's page → the addresses of its further pages, where its site spreads it over several. Pure.

A further page has the address of the first and a number added; nothing else is believed. `rel=next` alone is not: WordPress and
others use it for the next article. Addresses are built from the first page's own, never taken from a link as they are.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urlencode, urljoin, urlsplit, urlunsplit

from lxml import etree

from services.crawler.discover.markup import read_html
from shared.outcomes import Reject

_DATA = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
_NUMBERS, _WHOLE = frozenset(_DATA["numbers"]), frozenset(_DATA["whole"])
_WHOLE_VALUES, _LABELS, _BESIDE = frozenset(_DATA["whole_values"]), frozenset(_DATA["labels"]), tuple(_DATA["beside"])
_AFTER = re.compile(rf"/(?:(?:{'|'.join(_DATA['segments'])})/)?([1-9]\d?)/?\Z", re.I)
_NUMBER = re.compile(r"[1-9]\d?\Z")
_SEGMENT = re.compile(rf"(?<=[^/])/(?:{'|'.join(_DATA['segments'])})/[1-9]\d?(/?)\Z", re.I)
# Cheaper than parsing: most pages have none of this.
_HINT = re.compile(
    rf"\b(?:{'|'.join(sorted(_NUMBERS | _WHOLE))})=|>\s*(?:{'|'.join(_LABELS)})|href=[\"']?(?:\./)?[1-9]\d?/?[\"'\s>]".encode(), re.I
)
_ALL = 0


@dataclass(frozen=True, order=True)
class Part:
    """A further page: its number from 2, or 0 for one that has the whole article; its address."""

    number: int
    url: str


def parts_of(raw: bytes, url: str) -> tuple[Part, ...]:
    """The further pages that the page `raw` links to, in order; only the one with everything, where there is one.

    `url` is the address of the article's first page, also when `raw` is a later one. Never raises.
    """
    try:
        here = _here(url)
        if not (_HINT.search(raw) or _numbers_follow(raw, here)):
            return ()
        root = read_html(raw)
    except (Reject, ValueError):
        return ()
    found = {part.number: part for part in _linked(root, here)}
    return (found[_ALL],) if _ALL in found else tuple(sorted(found.values()))


def unnumbered(url: str) -> str:
    """The address without what says that it is a numbered page, or the one with everything: "?page=2", "?page=all", "/halaman/2"."""
    parts = urlsplit(url)
    query = "&".join(part for part in parts.query.split("&") if not _numbers_pages(part))
    changed = parts._replace(path=_SEGMENT.sub(r"\1", parts.path), query=query)
    return changed.geturl() if changed != parts else url


def _numbers_pages(field: str) -> bool:
    key, _, value = field.lower().partition("=")
    return key in _NUMBERS and (not value or value in _WHOLE_VALUES or _NUMBER.match(value) is not None)


def _numbers_follow(raw: bytes, here: SplitResult) -> bool:
    """Does the last segment of the address stand anywhere with a number after it."""
    slug = re.escape(here.path.rstrip("/").rpartition("/")[2].encode("utf-8", "replace"))
    return bool(slug) and re.search(slug + rb"/(?:[a-z]+/)?[1-9]", raw, re.I) is not None


def _linked(root: etree._Element, here: SplitResult) -> Iterator[Part]:
    for link in root.iter("a", "link"):
        href = link.get("href")
        if not href or len(href) > 4_000 or (link.tag == "link" and "next" not in (link.get("rel") or "").lower().split()):
            continue
        part = _part(here, href.strip(), "" if link.tag == "link" else "".join(map(str, link.itertext())))
        if part is not None and not _beside(link):
            yield part


def _part(here: SplitResult, href: str, label: str) -> Part | None:
    """The further page of `here` that a link leads to."""
    try:
        there = urlsplit(urljoin(urlunsplit(here), href))
    except ValueError:
        return None
    if _server(there) != _server(here) or there.fragment.lower().startswith(_BESIDE):
        return None
    before, after = _path(here), _path(there)
    if before == after:
        return _by_query(here, there, label)
    if _query(there) != _query(here) or before == "" or not after.startswith(f"{before}/"):
        return None
    added = _AFTER.fullmatch(after[len(before) :])
    path = here.path.rstrip("/") + unquote(there.path)[len(before) :]
    return _numbered(added[1] if added else "", urlunsplit(here._replace(path=path)))


def _by_query(here: SplitResult, there: SplitResult, label: str) -> Part | None:
    added = [pair for pair in _query(there) if pair not in _query(here)]
    if len(added) != 1 or len(_query(there)) != len(_query(here)) + 1:
        return None
    (key, value), url = added[0], urlunsplit(here._replace(query=urlencode([*_query(here), *added])))
    whole = key in _WHOLE or (key in _NUMBERS and value.lower() in _WHOLE_VALUES)
    if whole or " ".join(label.split()).lower() in _LABELS:
        return Part(_ALL, url)
    return _numbered(value, url) if key in _NUMBERS else None


def _numbered(number: str, url: str) -> Part | None:
    return Part(int(number), url) if _NUMBER.match(number) and int(number) > 1 else None


def _beside(link: etree._Element) -> bool:
    """Does it stand in the comments, or in a box beside the article."""
    names = " ".join(
        f"{element.get('id', '')} {element.get('class', '')}"
        for element in (link, *link.iterancestors())
        if element.tag not in ("body", "html")
    )
    return any(name.startswith(_BESIDE) for name in names.lower().split())


def _here(url: str) -> SplitResult:
    """The article's address without the number of a page."""
    parts = urlsplit(url)
    return parts._replace(query=urlencode([(key, value) for key, value in _query(parts) if key not in _NUMBERS]), fragment="")


def _query(parts: SplitResult) -> list[tuple[str, str]]:
    return [(key, value) for key, value in parse_qsl(parts.query, keep_blank_values=True) if not key.startswith("utm_")]


def _path(parts: SplitResult) -> str:
    return unquote(parts.path).rstrip("/")


def _server(parts: SplitResult) -> str:
    return parts.netloc.lower().removeprefix("www.")

"""The page of a listing that follows this one. Pure.

Only a page of the same listing with a higher number (or, of a blog that pages by date, an earlier one) follows, so that walking on must
end: no calendar, facet or session leads astray.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from lxml import etree

from services.crawler.discover.anchors import base_of
from services.crawler.discover.links import absolute, moment
from services.crawler.discover.markup import local

_DATA = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
_WORDS = frozenset(_DATA["words"])
_QUERIES = frozenset(_DATA["queries"])
_IN_PATH = re.compile(rf"/(?:{'|'.join(_DATA['segments'])})/(\d{{1,9}})/?\Z")
_COUNT = re.compile(r"(?:\d{1,9},){0,3}(\d{1,9})\Z")  # Drupal counts several lists of a page at once: ?page=0,1
_BLOGGER = "updated-max"
# What Blogger writes beside the date its older posts are before of.
_BLOGGER_REST = frozenset({"by-date", "max-results", "start"})


@dataclass(frozen=True)
class _Place:
    """Where in a listing a URL leads: to its page or article of this number; a date counts backwards. `rest` is what else it asks for."""

    path: str
    rest: frozenset[tuple[str, str]]
    number: float | None


def next_page(root: etree._Element, url: str, page: int) -> str | None:
    """The URL of page `page + 1` of the listing at `url`, which is its page number `page`: the link says "next" or that number."""
    base, here = base_of(root, url), _place(url)
    links = [(absolute(base, element.get("href")), element) for element in _linking(root)]
    following = [(link, element) for link, element in links if link and _follows(_place(link), here)]
    # The nearest: "»" leads some sites to the next page and some to the last.
    following.sort(key=lambda found: _place(found[0]).number or 0.0)
    ways: tuple[Callable[[etree._Element], bool], ...] = (_is_next, lambda found: _text(found) == str(page + 1), _says_next)
    return next((link for says in ways for link, found in following if says(found)), None)


def _follows(there: _Place, here: _Place) -> bool:
    """Of the same listing and further on. The first page may have no number, and may leave out what the others say: detik's
    /tag/lampung goes on as /tag/lampung/?sortby=time&page=2."""
    same = there.rest == here.rest or (here.number is None and here.rest <= there.rest)
    ahead = there.number is not None and (here.number is None or there.number > here.number)
    return there.path == here.path and same and ahead


def _place(url: str) -> _Place:
    """Without `www.`, http or https."""
    parts = urlsplit(url)
    path, number = parts.path, None
    if found := _IN_PATH.search(parts.path):
        path, number = parts.path[: found.start()], float(found[1])
    rest: set[tuple[str, str]] = set()
    for name, value in parse_qsl(parts.query, keep_blank_values=True):
        if name == _BLOGGER and (latest := moment(value)):
            path, number = parts.path.removesuffix("/search"), -latest.timestamp()
        elif name in _QUERIES and (count := _COUNT.match(value)):
            number = float(count[1])
        elif name not in _BLOGGER_REST:
            rest.add((name, value))
    return _Place(parts.netloc.removeprefix("www.") + path.rstrip("/"), frozenset(rest), number)


def _linking(root: etree._Element) -> Iterator[etree._Element]:
    for element in root.iter("a", "link"):
        if local(element) == "a" or _is_next(element):
            yield element


def _is_next(element: etree._Element) -> bool:
    return "next" in (element.get("rel") or "").lower().split()


def _says_next(element: etree._Element) -> bool:
    return _text(element) in _WORDS or (element.get("aria-label") or "").strip().lower() in _WORDS


def _text(element: etree._Element) -> str:
    return " ".join("".join(map(str, element.itertext())).split()).lower()[:50]

"""The links of a page and where each stands: where headlines do, in a menu, anywhere else. Pure."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from lxml import etree

from services.crawler.discover.article_urls import Place
from services.crawler.discover.links import absolute
from services.crawler.discover.markup import local
from services.crawler.hosts import same_host

_DATA = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
_HEADLINE_NAMES, _MENU_NAMES = frozenset(_DATA["headlines"]), frozenset(_DATA["menus"])
_HEADLINES = frozenset({"article", "h1", "h2", "h3", "h4"})
_MENUS = frozenset({"footer", "nav"})
_WHOLE_PAGE = frozenset({"body", "html"})  # WordPress writes "author", "tag" and more into the class of the body
_HEADLINE_WORDS = 5
_MOST_TEXTS, _LONGEST_NAME = 20, 500


def placed_links(root: etree._Element, url: str) -> Iterator[tuple[str, Place]]:
    """The canonical URL of every link of the page at `url`, as often as it stands there, and where."""
    base = base_of(root, url)
    for anchor, place in _anchors(root):
        found = absolute(base, anchor.get("href"))
        if found:
            yield found, place


def base_of(root: etree._Element, url: str) -> str:
    """What the page's relative links are relative to; a base on another host is not believed."""
    base = next((absolute(url, element.get("href")) for element in root.iter("base")), None)
    return base if base and same_host(base, url) else url


def _anchors(root: etree._Element) -> Iterator[tuple[etree._Element, Place]]:
    above: list[Place] = [Place.text]
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "end":
            del above[-1]
            continue
        above.append(_place(element, above[-1]))
        if local(element) == "a":
            # Nothing but headlines has so many words: menus, tags, authors and page numbers are short.
            spoken = above[-1] is Place.text and _long_text(element)
            yield element, Place.headline if spoken else above[-1]


def _place(element: etree._Element, above: Place) -> Place:
    """A headline is one in a menu too; an article has a footer of its own, which is none of the page's."""
    name = local(element)
    if name in _HEADLINES:
        return Place.headline
    if above is Place.headline or name in _WHOLE_PAGE:
        return above
    names = _names(element)
    if name in _MENUS or not _MENU_NAMES.isdisjoint(names) or element.get("role") == "navigation":
        return Place.menu
    return Place.headline if above is Place.text and not _HEADLINE_NAMES.isdisjoint(names) else above


def _names(element: etree._Element) -> list[str]:
    text = f"{element.get('class') or ''} {element.get('id') or ''}"
    return re.split(r"[^a-z]+", text[:_LONGEST_NAME].lower()) if text != " " else []


def _long_text(anchor: etree._Element) -> bool:
    text = " ".join(str(text)[:200] for text in islice(anchor.itertext(), _MOST_TEXTS))
    return len(text.split()) >= _HEADLINE_WORDS

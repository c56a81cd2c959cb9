"""A listing page → the articles it links to. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from services.crawler.discover.article_urls import Place, looks_like_article
from services.crawler.discover.links import Kind, Link, absolute, newest
from services.crawler.discover.markup import local, read_html
from services.crawler.hosts import same_host

MOST_ARTICLES = 500
_HEADLINES = frozenset({"article", "h1", "h2", "h3", "h4"})
_MENUS = frozenset({"footer", "nav"})


def read_listing(raw: bytes, url: str) -> tuple[Link, ...]:
    """Links to the page's own host that look like articles. Raises `Reject("bad_html")`."""
    root = read_html(raw)
    base = base_of(root, url)
    found = ((absolute(base, anchor.get("href")), place) for anchor, place in _anchors(root))
    return newest(
        (Link(link, Kind.article) for link, place in found if link and same_host(link, url) and looks_like_article(link, place)),
        MOST_ARTICLES,
    )


def base_of(root: etree._Element, url: str) -> str:
    """What the page's relative links are relative to; a base on another host is not believed."""
    base = next((absolute(url, element.get("href")) for element in root.iter("base")), None)
    return base if base and same_host(base, url) else url


def _anchors(root: etree._Element) -> Iterator[tuple[etree._Element, Place]]:
    """Every `<a>` and where it stands."""
    above: list[Place] = [Place.text]
    for event, element in etree.iterwalk(root, events=("start", "end")):
        name = local(element)
        if event == "end":
            del above[-1]
            continue
        above.append(_place(name, above[-1]))
        if name == "a":
            yield element, above[-1]


def _place(name: str, above: Place) -> Place:
    """A headline is one in a menu too; an article has a footer of its own, which is none of the page's."""
    if name in _HEADLINES:
        return Place.headline
    return Place.menu if name in _MENUS and above is not Place.headline else above

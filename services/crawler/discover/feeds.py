"""RSS 2.0, RSS 1.0 (RDF) and Atom → the articles they list. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lxml import etree

from services.crawler.discover.links import Kind, Link, absolute, moment, newest
from services.crawler.discover.markup import local, read_xml, text_of
from shared.outcomes import Reject

_ROOTS = {"rss", "rdf", "feed"}
_DATES = ("pubdate", "published", "date", "updated", "modified")


def read_feed(raw: bytes, url: str) -> tuple[Link, ...]:
    """The entries' links, each dated where the feed says when. Raises `Reject`: `bad_xml`, `xml_entities`, `not_a_feed`."""
    root = read_xml(raw)
    if local(root) not in _ROOTS:
        raise Reject("not_a_feed", local(root)[:50])
    entries = (element for element in root.iter() if local(element) in ("item", "entry"))
    return newest(link for entry in entries for link in _entry(entry, url))


def _entry(entry: etree._Element, base: str) -> Iterator[Link]:
    """At most one link: FeedBurner's original address, else the link, else a guid that is one."""
    fields = [(local(child), child) for child in entry]
    for name, read in (("origlink", text_of), ("link", _link), ("guid", _guid)):
        for field, child in fields:
            found = absolute(base, read(child)) if field == name else None
            if found:
                yield Link(found, Kind.article, _dated(fields))
                return


def _link(element: etree._Element) -> str:
    """RSS writes the address as text, Atom as href, of which only the alternate one is the article."""
    href = element.get("href")
    if href is None:
        return text_of(element)
    return href if element.get("rel", "alternate") == "alternate" else ""


def _guid(element: etree._Element) -> str:
    text = text_of(element)
    return text if text.startswith(("http://", "https://")) and element.get("isPermaLink", "true") == "true" else ""


def _dated(fields: list[tuple[str, etree._Element]]) -> datetime | None:
    texts = {name: text_of(child) for name, child in fields}
    return next((found for name in _DATES if (found := moment(texts.get(name)))), None)

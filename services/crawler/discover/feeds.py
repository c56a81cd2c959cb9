"""RSS 2.0, RSS 1.0 (RDF), Atom and JSON Feed → the articles they list. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import reduce
from urllib.parse import urljoin

from services.crawler.discover.entries import Entry, Field, chunks_of, read_entries
from services.crawler.discover.json_feeds import is_json, json_feed_links
from services.crawler.discover.links import Kind, Link, absolute, moment, newest

FEED_ROOTS = {"rss": ("item",), "rdf": ("item",), "feed": ("entry",)}
"""Root elements, and what their entries are called."""

_DATES = ("pubdate", "published", "date", "updated", "modified")


def read_feed(raw: bytes, url: str) -> tuple[Link, ...]:
    """The newest entries' links, each dated where the feed says when. Raises what `feed_links` does."""
    return newest(feed_links(raw, url))


def feed_links(raw: bytes, url: str) -> Iterator[Link]:
    """All of them, one by one.

    Raises `Reject`: `bad_xml`, `xml_entities`, `bad_json`, `html_instead` for a web page, `not_a_feed` for anything else.
    """
    if is_json(raw):
        yield from json_feed_links(raw, url)
        return
    for entry in read_entries(chunks_of(raw), FEED_ROOTS, "not_a_feed"):
        yield from entry_link(entry, url)


def entry_link(entry: Entry, base: str) -> Iterator[Link]:
    """At most one link: FeedBurner's original address, else the link, else a guid that is one."""
    fields = [field for field in entry.fields if field.depth == 1]
    base = reduce(urljoin, entry.bases, base)
    for name, read in (("origlink", _text), ("link", _link), ("guid", _guid)):
        for field in fields:
            found = absolute(base, read(field)) if field.name == name else None
            if found:
                yield Link(found, Kind.article, _dated(fields))
                return


def _text(field: Field) -> str:
    return field.text


def _link(field: Field) -> str:
    """RSS writes the address as text, Atom as href, of which only the alternate one is the article."""
    href = field.attributes.get("href")
    if href is None:
        return field.text
    return href if field.attributes.get("rel", "alternate") == "alternate" else ""


def _guid(field: Field) -> str:
    is_link = field.attributes.get("isPermaLink", "true") == "true"
    return field.text if is_link and field.text.startswith(("http://", "https://")) else ""


def _dated(fields: list[Field]) -> datetime | None:
    texts = {field.name: field.text for field in fields}
    return next((found for name in _DATES if (found := moment(texts.get(name)))), None)

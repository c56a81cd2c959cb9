"""A home page and its robots.txt → the site's feeds and sitemaps. Pure."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import urljoin

from lxml import etree

from services.crawler.discover.anchors import base_of
from services.crawler.discover.links import Kind, Link, absolute, newest
from services.crawler.discover.markup import read_html
from services.crawler.hosts import same_host

MOST_SOURCES = 20
_FEED_TYPES = {"application/atom+xml", "application/feed+json", "application/rdf+xml", "application/rss+xml"}
# Feeds every WordPress page offers beside the one of its articles.
_NOT_ARTICLES = ("/comments/", "/comment-page")
_USUAL = tomllib.loads(Path(__file__).with_name("usual_paths.toml").read_text(encoding="utf-8"))


def named_sources(raw: bytes, url: str, robots_sitemaps: Iterable[str]) -> tuple[Link, ...]:
    """Feeds the page names in `<link rel="alternate">` and sitemaps robots.txt names, on the same host.

    Raises `Reject("bad_html")`.
    """
    root = read_html(raw)
    sitemaps = (Link(found, Kind.sitemap) for place in robots_sitemaps if (found := absolute(url, place)))
    links = (link for link in (*_feeds(root, base_of(root, url)), *sitemaps) if same_host(link.url, url))
    return newest(links, MOST_SOURCES)


def usual_sources(home: str) -> tuple[Link, ...]:
    """Where feeds and sitemaps usually lie, for a site that names none."""
    feeds = (Link(urljoin(home, path), Kind.feed) for path in _USUAL["feeds"])
    sitemaps = (Link(urljoin(home, path), Kind.sitemap) for path in _USUAL["sitemaps"])
    return (*feeds, *sitemaps)


def _feeds(root: etree._Element, base: str) -> Iterator[Link]:
    for element in root.iter("link"):
        rels = (element.get("rel") or "").lower().split()
        found = absolute(base, element.get("href"))
        kind = (element.get("type") or "").partition(";")[0].strip().lower()
        if found and "alternate" in rels and kind in _FEED_TYPES and not any(part in found for part in _NOT_ARTICLES):
            yield Link(found, Kind.feed)

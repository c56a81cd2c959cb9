"""Any source → the links it gives. Pure."""

from __future__ import annotations

from collections.abc import Collection

from services.crawler.discover.autodiscovery import named_sources, usual_sources
from services.crawler.discover.feeds import read_feed
from services.crawler.discover.links import Kind, Link
from services.crawler.discover.listings import read_listing
from services.crawler.discover.sitemaps import read_sitemap
from services.crawler.hosts import same_host


def read_links(
    kind: Kind, raw: bytes, url: str, *, home: str, robots_sitemaps: tuple[str, ...], max_bytes: int, articles: Collection[str] = ()
) -> tuple[Link, ...]:
    """The links of a source at `url` to the host of the site's home; `articles` are the shapes the site names.

    A home page that names neither feed nor sitemap is read as a listing, and the usual paths are tried.
    Raises the `Reject`s of the parser for that kind.
    """
    match kind:
        case Kind.home:
            links = named_sources(raw, url, robots_sitemaps) or (*usual_sources(url), *read_listing(raw, url, articles))
        case Kind.feed:
            links = read_feed(raw, url)
        case Kind.sitemap:
            links = read_sitemap(raw, url, max_bytes=max_bytes)
        case Kind.listing:
            links = read_listing(raw, url, articles)
        case Kind.article | Kind.archive:
            links = ()
    return tuple(link for link in links if same_host(link.url, home) and link.url != url)

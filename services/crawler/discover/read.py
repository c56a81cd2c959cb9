"""Any source → the links it gives, and why others were left out. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from services.crawler.discover.autodiscovery import named_sources, usual_sources
from services.crawler.discover.feeds import read_feed
from services.crawler.discover.links import Kind, Link
from services.crawler.discover.listings import read_listing
from services.crawler.discover.sitemaps import read_sitemap
from services.crawler.discover.traps import trap_of
from services.crawler.hosts import same_host


@dataclass(frozen=True)
class Found:
    """Links to follow, and how many were dropped for which reason (names of ours)."""

    links: tuple[Link, ...]
    dropped: Mapping[str, int]


def read_source(
    kind: Kind,
    raw: bytes,
    url: str,
    *,
    home: str,
    robots_sitemaps: tuple[str, ...],
    max_bytes: int,
    articles: Collection[str] = (),
) -> Found:
    """The links of a source at `url` to the host of the site's home, spelled as in `url`; `articles` are the shapes the site names.

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
    return _sifted([link.spelled_as(url) for link in links], lambda link: _why_not(link, url, home))


def read_links(
    kind: Kind, raw: bytes, url: str, *, home: str, robots_sitemaps: tuple[str, ...], max_bytes: int, articles: Collection[str] = ()
) -> tuple[Link, ...]:
    """The links of `read_source` alone."""
    return read_source(kind, raw, url, home=home, robots_sitemaps=robots_sitemaps, max_bytes=max_bytes, articles=articles).links


def _sifted(links: Iterable[Link], why_not: Callable[[Link], str | None]) -> Found:
    kept, dropped = [], Counter[str]()
    for link in links:
        reason = why_not(link)
        if reason:
            dropped[reason] += 1
        else:
            kept.append(link)
    return Found(tuple(kept), dict(sorted(dropped.items())))


def _why_not(link: Link, url: str, home: str) -> str | None:
    if not same_host(link.url, home):
        return "other_host"
    if link.url == url:
        return "itself"
    return trap_of(link.url)

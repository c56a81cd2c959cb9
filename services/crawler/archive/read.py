"""A page of a site's archives → the articles of the span on it, and the pages to go on with. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlsplit, urlunsplit

from services.crawler.archive.dated_links import dated_links
from services.crawler.archive.next_page import next_page
from services.crawler.archive.sitemaps import archived, days_of
from services.crawler.archive.span import Days, Span, start_of
from services.crawler.discover.autodiscovery import named_sources, usual_sources
from services.crawler.discover.feeds import read_feed
from services.crawler.discover.links import MOST_LINKS, Kind, Link, absolute, newest
from services.crawler.discover.listings import read_listing
from services.crawler.discover.markup import read_html
from services.crawler.discover.sitemaps import MOST_CHILDREN
from services.crawler.hosts import same_host
from shared.sites import Site

_DEEPEST = 4  # the protocol knows one level of indexes; some sites have an index of them, by year
_WORDPRESS = b"<generator>https://wordpress.org/"


@dataclass(frozen=True)
class Page:
    """A page of the archives: how it is read, the how-manieth of its row it is, how the row's further pages are called if that is
    known (with `{page}` in it), and the articles of the page before it, as `_mark`s."""

    span: Span
    reads: Kind
    number: int = 1
    rule: str | None = None
    before: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Read:
    """`articles` of the span; `pages` to go on with, by URL; `oldest` is the day the page reaches back to, if that is known."""

    articles: tuple[Link, ...] = ()
    pages: tuple[tuple[str, Page], ...] = ()
    oldest: Days | None = None


def read_archive(
    page: Page, raw: bytes, url: str, *, site: Site, robots_sitemaps: tuple[str, ...], max_bytes: int, most_pages: int
) -> Read:
    """A feed, sitemap, listing or home page of `site` at `url`. `most_pages` bounds a row.

    Raises the `Reject`s of the parser for that kind.
    """
    match page.reads:
        case Kind.home:
            found = _listing(replace(page, reads=Kind.listing), raw, url, site, most_pages)
            sources = named_sources(raw, url, robots_sitemaps) or usual_sources(url)
            found = replace(found, pages=(*found.pages, *((link.url, Page(page.span, link.kind)) for link in sources)))
        case Kind.feed:
            found = _feed(page, raw, url, most_pages)
        case Kind.listing:
            found = _listing(page, raw, url, site, most_pages)
        case Kind.sitemap:
            found = _sitemap(page, archived(raw, url, page.span, max_bytes=max_bytes))
        case _:
            found = Read()
    articles = tuple(link.spelled_as(url) for link in found.articles if same_host(link.url, site.home))
    return replace(found, articles=articles, pages=tuple(go for go in found.pages if same_host(go[0], site.home) and go[0] != url))


def _listing(page: Page, raw: bytes, url: str, site: Site, most_pages: int) -> Read:
    root = read_html(raw)
    listed = dated_links(root, url, (link.url for link in read_listing(raw, url, site.articles)))
    return _row(page, listed, _ruled(page, url) or next_page(root, url, page.number), most_pages)


def _feed(page: Page, raw: bytes, url: str, most_pages: int) -> Read:
    if page.rule is None and _WORDPRESS in raw:
        page = replace(page, rule=_paged(url))
    return _row(page, {link.url: days_of(link) for link in read_feed(raw, url)}, _ruled(page, url), most_pages)


def _sitemap(page: Page, links: tuple[Link, ...]) -> Read:
    """A sitemap's number is how deep it lies: an index may name others, but not for ever."""
    articles = tuple(link for link in links if link.kind is Kind.article)
    most = MOST_LINKS if page.number == 1 else MOST_CHILDREN if page.number < _DEEPEST else 0
    children = newest((link for link in links if link.kind is Kind.sitemap), most)
    below = replace(page, number=page.number + 1)
    return Read(articles, tuple((link.url, below) for link in children), _oldest({link.url: days_of(link) for link in articles}))


def _row(page: Page, listed: Mapping[str, Days | None], following: str | None, most_pages: int) -> Read:
    """One page of several: the walk ends where a page lists nothing the one before did not, or is older than the span as a whole.

    Compared with the page before only: a listing asked for a page it does not have shows its last or its first again.
    """
    new = {link: days for link, days in listed.items() if _mark(link) not in page.before}
    articles = tuple(Link(link, Kind.article, start_of(days)) for link, days in listed.items() if page.span.holds(days))
    pages: tuple[tuple[str, Page], ...] = ()
    if following and new and not _all_older(new, page.span) and page.number < most_pages:
        before = frozenset(_mark(link) for link in listed)
        pages = ((following, replace(page, number=page.number + 1, before=before)),)
    return Read(articles, pages, _oldest(new))


def _all_older(listed: Mapping[str, Days | None], span: Span) -> bool:
    """Whether those that say when, at least half of them, are all older than the span."""
    dated = [days for days in listed.values() if days]
    return 2 * len(dated) >= len(listed) and all(span.before(days) for days in dated)


def _oldest(listed: Mapping[str, Days | None]) -> Days | None:
    return min((days for days in listed.values() if days), default=None)


def _ruled(page: Page, url: str) -> str | None:
    return absolute(url, page.rule.replace("{page}", str(page.number + 1))) if page.rule else None


def _paged(url: str) -> str:
    """WordPress gives the older entries of any feed under ?paged=2."""
    parts = urlsplit(url)
    query = f"{parts.query}&" if parts.query else ""
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query + "paged={page}", ""))


def _mark(url: str) -> str:
    return hashlib.sha256(url.encode("utf-8", "surrogatepass")).hexdigest()[:12]

"""What a site offers a crawler: its feeds, sitemaps and listings, tried one by one, and a few of its articles."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from services.crawler.discover.anchors import placed_links
from services.crawler.discover.autodiscovery import named_sources, usual_sources
from services.crawler.discover.links import Kind, Link, newest
from services.crawler.discover.markup import read_html
from services.crawler.discover.read import read_links
from services.crawler.discover.shapes import best_places, fits, learn_shapes, shape_of
from services.crawler.fetch import Response
from services.crawler.hosts import same_host
from services.crawler.no_article import no_article
from services.crawler.probe.ask import Asking
from services.crawler.probe.recognise import Looks, looks_of
from shared.outcomes import Reject, Retry

_DATA = tomllib.loads(Path(__file__).with_name("listings.toml").read_text(encoding="utf-8"))
_LISTINGS = frozenset(_DATA["segments"])
_MOST_TRIED = {Kind.feed: 4, Kind.sitemap: 6, Kind.listing: 6}
_MOST_TAKEN = {Kind.feed: 2, Kind.sitemap: 2, Kind.listing: 4}
_LEAST_ARTICLES = 2
"""A listing with fewer links to articles is none."""
_SAMPLES = 3


@dataclass(frozen=True)
class Tried:
    """One source: how many articles (or, of an index, sitemaps) it names, or why it is of no use."""

    link: Link
    found: tuple[Link, ...] = ()
    reason: str | None = None


@dataclass(frozen=True)
class Sample:
    """An article that was fetched, or why it could not be."""

    url: str
    response: Response | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Probed:
    """All that was learnt of a site. `pace` is what it asked for, or ours."""

    home: str
    looks: Looks
    tried: tuple[Tried, ...]
    shapes: tuple[str, ...]
    samples: tuple[Sample, ...]
    pace: float
    requests: int

    def taken(self, kind: Kind) -> tuple[str, ...]:
        """The sources of a kind worth reading, best first."""
        useful = [tried for tried in self.tried if tried.link.kind is kind and tried.reason is None]
        ranked = sorted(useful, key=lambda tried: -len(tried.found))
        return tuple(tried.link.url for tried in ranked[: _MOST_TAKEN[kind]])


async def probe(asking: Asking) -> Probed:
    """Ask a site's robots.txt, home page, sources and three articles.

    Raises `Reject` or `Retry` where not even robots.txt or the home page can be had; whatever else fails is told in the result.
    """
    rules = await asking.read_robots()
    if asking.slow:
        raise Retry("crawl_delay", after=rules.crawl_delay, detail=asking.slow)
    home = await asking.get(asking.home)
    if (flaw := no_article(home.body, home.headers.get("content-type", ""))) is not None:
        raise Reject(*flaw)
    asking.home = home.url
    tried = [await _try(asking, link) for link in _candidates(home, rules.sitemaps)]
    tried.append(_home_as_listing(asking, home))
    shapes = _common_shapes(home, tried)
    samples = [await _sample(asking, link.url) for link in _articles(tried)[:_SAMPLES]]
    return Probed(home.url, looks_of(home), tuple(tried), shapes, tuple(samples), asking.pace, asking.requests)


def _candidates(home: Response, sitemaps: tuple[str, ...]) -> list[Link]:
    """What the home page and robots.txt name, the usual places for what they do not, and the listings of the menu."""
    named = list(named_sources(home.body, home.url, sitemaps))
    kinds = {link.kind for link in named}
    places = (*usual_sources(home.url), *(Link(urljoin(home.url, path), Kind.sitemap) for path in _DATA["sitemaps"]))
    usual = [link for link in places if link.kind not in kinds]
    links = newest([*named, *usual, *_menu(home)])
    return [link for kind, most in _MOST_TRIED.items() for link in [link for link in links if link.kind is kind][:most]]


def _menu(home: Response) -> Iterable[Link]:
    """Pages the home page links to by a name that listings have: "/berita", "/category/daerah"."""
    for url, _ in placed_links(read_html(home.body), home.url):
        segments = [segment for segment in urlsplit(url).path.lower().split("/") if segment]
        if same_host(url, home.url) and 0 < len(segments) <= 2 and not _LISTINGS.isdisjoint(segments) and not urlsplit(url).query:
            yield Link(url, Kind.listing)


async def _try(asking: Asking, link: Link) -> Tried:
    try:
        response = await asking.get(link.url)
        return replace(_read(asking, link, response), link=link)
    except (Reject, Retry) as failed:
        return Tried(link, reason=failed.reason)


def _read(asking: Asking, link: Link, response: Response) -> Tried:
    """Raises the parser's `Reject`s."""
    links = read_links(link.kind, response.body, response.url, home=asking.home, robots_sitemaps=(), max_bytes=asking.max_bytes)
    least = _LEAST_ARTICLES if link.kind is Kind.listing else 1
    return Tried(link, links) if len(links) >= least else Tried(link, reason="no_articles")


def _home_as_listing(asking: Asking, home: Response) -> Tried:
    link = Link(home.url, Kind.listing)
    try:
        return _read(asking, link, home)
    except Reject as reject:
        return Tried(link, reason=reject.reason)


def _common_shapes(home: Response, tried: Sequence[Tried]) -> tuple[str, ...]:
    """The shapes the home page shows, where all the articles that its feeds and sitemaps name have them: else the listings had better
    be judged page by page."""
    placed = best_places((url, place) for url, place in placed_links(read_html(home.body), home.url) if same_host(url, home.url))
    shapes = learn_shapes(placed.items())
    named = [link.url for each in tried if each.link.kind is not Kind.listing for link in each.found if link.kind is Kind.article]
    return shapes if shapes and named and all(fits(url, shapes) for url in named) else ()


def _articles(tried: Sequence[Tried]) -> list[Link]:
    """Articles that the sources name, feeds first, one of each shape before a second of any."""
    links = newest(link for each in tried for link in each.found if link.kind is Kind.article)
    seen: dict[str, int] = {}
    turns = []
    for link in links:
        shape = shape_of(link.url)
        seen[shape] = seen.get(shape, 0) + 1
        turns.append((seen[shape], link))
    return [link for _, link in sorted(turns, key=lambda turn: turn[0])]


async def _sample(asking: Asking, url: str) -> Sample:
    try:
        return Sample(url, await asking.get(urljoin(asking.home, url)))
    except (Reject, Retry) as failed:
        return Sample(url, reason=failed.reason)

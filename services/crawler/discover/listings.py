"""A listing page → the articles it links to. Pure."""

from __future__ import annotations

from collections.abc import Collection

from services.crawler.discover.anchors import placed_links
from services.crawler.discover.article_urls import Place, is_furniture, looks_like_article
from services.crawler.discover.links import Kind, Link, newest
from services.crawler.discover.markup import read_html
from services.crawler.discover.shapes import best_places, fits, learn_shapes
from services.crawler.discover.traps import trap_of
from services.crawler.hosts import same_host

MOST_ARTICLES = 500


def read_listing(raw: bytes, url: str, articles: Collection[str] = ()) -> tuple[Link, ...]:
    """Links to the page's own host that are articles: by the shapes the site names, else by those the page shows.

    Raises `Reject("bad_html")`.
    """
    own = ((link, place) for link, place in placed_links(read_html(raw), url) if same_host(link, url))
    placed = {link: place for link, place in best_places(own).items() if not is_furniture(link) and not trap_of(link)}
    learnt = () if articles else learn_shapes(placed.items())
    chosen = (link for link, place in placed.items() if _is_article(link, place, articles, learnt))
    return newest((Link(link, Kind.article) for link in chosen), MOST_ARTICLES)


def _is_article(url: str, place: Place, named: Collection[str], learnt: Collection[str]) -> bool:
    """A site's own word is taken, but in menus, where "/{words}" is a section as often. A page's habit is good evidence,
    and what breaks it must stand as a headline and look like an article."""
    if named:
        return fits(url, named, place) and (place is not Place.menu or looks_like_article(url, place))
    if not learnt:
        return looks_like_article(url, place)
    if fits(url, learnt, place):
        return place is Place.headline or looks_like_article(url, place)
    return place is Place.headline and looks_like_article(url, Place.text)

"""Does a URL look like an article's, or like the furniture around it: by its structure, and words kept in article_urls.toml. Pure."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

_DATA = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
_SEGMENTS = frozenset(_DATA["segments"])
_SLUG_PREFIXES = tuple(_DATA["slug_prefixes"])
_QUERIES = frozenset(_DATA["queries"])
_ID_QUERIES = frozenset(_DATA["id_queries"])
_EXTENSIONS = frozenset(_DATA["extensions"])
_SITEMAPS = frozenset(_DATA["sitemaps"])

# /2025/07/ or /20250724/ anywhere in the path; a year alone may be a section of its own.
_DATE = re.compile(r"/(?:19|20)\d\d(?:/\d{1,2}/|[01]\d[0-3]\d(?:/|-))")
# A number of its own (/788185/), or at either end of a segment: /d-8027800/, /6210-kkn-uin…, /…-berita-48213
_NUMBER = re.compile(r"(?:^|[-/])\d{3,}(?:[-/]|$)")
_HEADLINE_WORDS = 4
_SHORT_HEADLINE_WORDS = 2


class Place(StrEnum):
    """Where on a page a link stands."""

    headline = "headline"
    menu = "menu"
    text = "text"


def looks_like_article(url: str, place: Place = Place.text) -> bool:
    """A headline in the address: two words beside a date or a number, or four words; or an article's number in the query.

    Where a headline stands, three words or any digit will do; in a menu four words may be the name of a section.
    """
    if is_furniture(url):
        return False
    path, slug = _path_and_slug(url)
    words = len([word for word in re.split(r"[-_+ ]", slug) if word])
    if words >= _SHORT_HEADLINE_WORDS and (_DATE.search(path) or _NUMBER.search(path)):
        return True
    if _has_id(path, parse_qs(urlsplit(url).query)):
        return True
    if place is Place.headline:
        return words >= _HEADLINE_WORDS - 1 or any(c.isdigit() for c in slug)
    return place is Place.text and words >= _HEADLINE_WORDS


def is_furniture(url: str) -> bool:
    """Surely no article: the front page, a menu, tag, author, search or service page, a file that is no page."""
    path, slug = _path_and_slug(url)
    segments = [segment for segment in path.split("/") if segment]
    extension = segments[-1].rpartition(".")[2] if segments and "." in segments[-1] else ""
    query = parse_qs(urlsplit(url).query, keep_blank_values=True)
    return (
        not (segments or query)
        or extension in _EXTENSIONS
        or slug.startswith(_SLUG_PREFIXES)
        or not _QUERIES.isdisjoint(query)
        or any(value.lower() in _SEGMENTS for values in query.values() for value in values)  # ?mod=kategori&id=3
        or not _SEGMENTS.isdisjoint([*segments[:-1], slug])
    )


def _has_id(path: str, query: Mapping[str, list[str]]) -> bool:
    """An article's number in the query. WordPress writes `/?p=133830`; elsewhere p is a page of a listing."""
    return any((key in _ID_QUERIES or (key == "p" and path == "/")) and values[0].isdecimal() for key, values in query.items())


def is_furniture_sitemap(url: str) -> bool:
    """Is this the sitemap of tags, authors, categories or fixed pages."""
    name = urlsplit(url).path.rpartition("/")[2].lower()
    return not _SITEMAPS.isdisjoint(re.split(r"[-.]", name))


def _path_and_slug(url: str) -> tuple[str, str]:
    """The path in lower case, and its last segment without extension."""
    path = unquote(urlsplit(url).path).lower()
    last = path.rstrip("/").rpartition("/")[2]
    name, dot, extension = last.rpartition(".")
    return path, name if dot and len(extension) <= 5 and extension.isalnum() else last

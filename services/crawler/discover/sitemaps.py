"""Sitemaps, sitemap indexes, news sitemaps, plain or gzipped, XML or text → links. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from services.crawler.discover.article_urls import is_furniture, is_furniture_sitemap
from services.crawler.discover.links import MOST_LINKS, Kind, Link, absolute, moment, newest
from services.crawler.discover.markup import local, read_xml, text_of
from services.crawler.unpack import unpack
from shared.outcomes import Reject

MOST_CHILDREN = 50
"""Sitemaps taken from one index; the newest are kept."""

_GZIP = b"\x1f\x8b"


def read_sitemap(raw: bytes, url: str, *, max_bytes: int) -> tuple[Link, ...]:
    """The newest pages of a sitemap, or the newest sitemaps of an index. Raises what `sitemap_links` raises."""
    links = tuple(sitemap_links(raw, url, max_bytes=max_bytes))
    return newest(links, MOST_CHILDREN if links and links[0].kind is Kind.sitemap else MOST_LINKS)


def sitemap_links(raw: bytes, url: str, *, max_bytes: int) -> Iterator[Link]:
    """All pages of a sitemap, or the sitemaps of an index; menus, tags and authors are left out.

    A file that is itself gzipped is unpacked up to `max_bytes`.
    Raises `Reject`: `bad_xml`, `xml_entities`, `not_a_sitemap`, `bad_encoding`.
    """
    if raw.startswith(_GZIP):
        raw = unpack(raw, "gzip", max_bytes=max_bytes).body
    if not raw.lstrip(b"\xef\xbb\xbf \t\r\n\0\xff\xfe").startswith(b"<"):
        return iter(_text(raw, url))
    root = read_xml(raw)
    match local(root):
        case "urlset":
            return (link for link in _links(root, url, "url", Kind.article) if not is_furniture(link.url))
        case "sitemapindex":
            return (link for link in _links(root, url, "sitemap", Kind.sitemap) if not is_furniture_sitemap(link.url))
        case other:
            raise Reject("not_a_sitemap", other[:50])


def _links(root: etree._Element, base: str, name: str, kind: Kind) -> Iterator[Link]:
    for element in root:
        if local(element) != name:
            continue
        # Only children: the addresses of a page's images stand deeper. The news date is the day of publishing, so it wins.
        loc = next((text_of(child) for child in element if local(child) == "loc"), None)
        texts = {local(child): text_of(child) for child in element.iter()}
        found = absolute(base, loc)
        if found:
            yield Link(found, kind, moment(texts.get("publication_date")) or moment(texts.get("lastmod")))


def _text(raw: bytes, base: str) -> tuple[Link, ...]:
    """A text sitemap is one full address a line; a file without any is none."""
    lines = raw.decode("utf-8", "replace").splitlines()
    found = (absolute(base, line) for line in lines if line.strip().startswith(("http://", "https://")))
    links = tuple(Link(url, Kind.article) for url in found if url and not is_furniture(url))
    if not links:
        raise Reject("not_a_sitemap")
    return links

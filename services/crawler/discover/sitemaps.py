"""Sitemaps, sitemap indexes, news sitemaps, plain or gzipped, XML or text → links. Read in a stream. Pure."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import chain, islice

from services.crawler.discover.article_urls import is_furniture, is_furniture_sitemap
from services.crawler.discover.entries import Entry, chunks_of, read_entries
from services.crawler.discover.feeds import FEED_ROOTS, entry_link
from services.crawler.discover.links import MOST_LINKS, Kind, Link, absolute, moment, newest
from shared.outcomes import Reject

GZIP = b"\x1f\x8b"
"""How a gzipped file begins."""
MOST_CHILDREN = 50
"""Sitemaps taken from one index; the newest are kept."""
MOST_UNPACKED = 20_000_000
"""Bytes read of a sitemap or feed, however it is packed: twice what 50,000 addresses take, and some ten seconds of the worst tags."""

_CHUNK = 65_536
# The protocol lets a feed be a sitemap.
_ROOTS = {"urlset": ("url",), "sitemapindex": ("sitemap",), **FEED_ROOTS}
# A video has a publication_date of its own, a picture a loc.
_OTHERS = ("image", "video", "xhtml")


def read_sitemap(raw: bytes, url: str, *, max_bytes: int = MOST_UNPACKED) -> tuple[Link, ...]:
    """The newest pages of a sitemap, or sitemaps of an index; menus, tags and authors are left out.

    Raises what `sitemap_links` does.
    """
    links = sitemap_links(raw, url, max_bytes=max_bytes)
    first = next(links, None)
    if first is None:
        return ()
    return newest(chain((first,), links), MOST_CHILDREN if first.kind is Kind.sitemap else MOST_LINKS)


def sitemap_links(raw: bytes, url: str, *, max_bytes: int = MOST_UNPACKED) -> Iterator[Link]:
    """All of them, one by one. A file that is itself gzipped is unpacked up to `max_bytes`.

    Raises `Reject`: `bad_xml`, `xml_entities`, `html_instead`, `not_a_sitemap`, `bad_encoding`.
    """
    chunks = _unpacked(raw, max_bytes) if raw.startswith(GZIP) else chunks_of(raw)
    first = next(chunks, b"")
    found = _marked(chain((first,), chunks), url) if _is_markup(first) else _text(chain((first,), chunks), url)
    return (link for link in found if not (is_furniture_sitemap if link.kind is Kind.sitemap else is_furniture)(link.url))


def _is_markup(head: bytes) -> bool:
    """A text sitemap begins with an address; words before the markup are a server's warning."""
    plain = head[:_CHUNK].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf \t\r\n\xff\xfe")
    return plain.startswith(b"<") or (not plain.startswith(b"http") and b"<?xml" in plain[:4_096])


def _marked(chunks: Iterable[bytes], url: str) -> Iterator[Link]:
    for entry in read_entries(chunks, _ROOTS, "not_a_sitemap"):
        if entry.name in ("item", "entry"):
            yield from entry_link(entry, url)
        elif found := absolute(url, next((f.text for f in entry.fields if f.depth == 1 and f.name == "loc" and _of_page(f.space)), None)):
            yield Link(found, Kind.sitemap if entry.name == "sitemap" else Kind.article, _dated(entry))


def _dated(entry: Entry) -> datetime | None:
    """The news date is the day of publishing, so it wins."""
    texts = {field.name: field.text for field in entry.fields if _of_page(field.space)}
    return moment(texts.get("publication_date")) or moment(texts.get("lastmod"))


def _of_page(space: str) -> bool:
    return not any(other in space for other in _OTHERS)


def _text(chunks: Iterable[bytes], base: str) -> Iterator[Link]:
    """A text sitemap is one full address a line; a file without any is none."""
    lines = (line.strip("\ufeff \t") for line in _lines(chunks))
    found = (absolute(base, line) for line in lines if line.startswith(("http://", "https://")))
    links = (Link(url, Kind.article) for url in found if url)
    first = list(islice(links, 1))
    if not first:
        raise Reject("not_a_sitemap")
    yield from chain(first, links)


def _lines(chunks: Iterable[bytes]) -> Iterator[str]:
    """A line longer than a chunk is no address, so no more than two chunks are ever held."""
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).splitlines() if rest or chunk else [b""]
        if chunk.endswith((b"\n", b"\r")):
            whole, rest = [*whole, rest], b""
        rest = rest[:_CHUNK]
        yield from (line.decode("utf-8", "replace") for line in whole)
    yield rest.decode("utf-8", "replace")


def _unpacked(raw: bytes, most: int) -> Iterator[bytes]:
    """The members of a gzip file in pieces; rubbish behind the first, or its early end, is the end."""
    left, first = most, True
    while raw and left > 0:
        member = zlib.decompressobj(wbits=31)
        try:
            while not member.eof and left > 0 and raw:
                piece = member.decompress(raw, min(_CHUNK, left))
                raw, left = member.unconsumed_tail or member.unused_data, left - len(piece)
                yield piece
                if not piece and not member.eof:
                    return
        except zlib.error as error:
            if first:
                raise Reject("bad_encoding", f"gzip: {error}") from None
            return
        first = False

"""Sitemaps, and indexes that lead into each other."""

from __future__ import annotations

from typing import Any

from tests.hostile.case import DOMAIN, ONE, TWO, Answer, Asked, Case, Wire
from tests.hostile.pages import XML, answer, packed, page, sitemap

_MAP = "/sitemap.xml"


def _at(id: str, *paths: str) -> list[str]:  # noqa: A002 — the field's name
    return [path if "://" in path else f"http://{id}.{DOMAIN}{path}" for path in paths]


def _xml(text: str) -> bytes:
    return answer(text, kind=XML)


def _index(id: str, *paths: str) -> bytes:  # noqa: A002 — the field's name
    return _xml(sitemap(_at(id, *paths), "sitemap", "sitemapindex"))


def _urls(id: str, *paths: str) -> bytes:  # noqa: A002 — the field's name
    return _xml(sitemap(_at(id, *paths)))


def _map(id: str, does: str, pages: dict[str, Answer], stored: tuple[str, ...] = (ONE,), **expected: Any) -> Case:  # noqa: A002
    both: dict[str, Answer] = {ONE: page(id), TWO: page(id + "-dua")}
    return Case(id, does, both | pages, stored=stored, sources={"sitemaps": (_MAP,)}, **expected)


async def _deeper(asked: Asked, _wire: Wire) -> bytes:
    """Each index names the next, for ever."""
    number = int("0" + "".join(filter(str.isdigit, asked.path))) + 1
    return answer(sitemap([f"http://{asked.host}/peta/{number}.xml"], "sitemap", "sitemapindex"), kind=XML)


async def _wider(asked: Asked, _wire: Wire) -> bytes:
    """Each index names ten more below itself."""
    start = f"http://{asked.host}{asked.path.removesuffix('.xml')}"
    return answer(sitemap([f"{start}/{n}.xml" for n in range(10)], "sitemap", "sitemapindex"), kind=XML)


_NEWS = (
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">'
    f"<url><loc>http://peta-berita.{DOMAIN}{ONE}</loc><n:news><n:publication_date>2024-05-14</n:publication_date></n:news></url></urlset>"
)

_TEXT = b"\xef\xbb\xbf" + f"http://peta-teks-tanda.{DOMAIN}{ONE}\r\n\r\nbukan alamat\r\n".encode()

CASES = (
    _map("peta", "an ordinary sitemap", {_MAP: _urls("peta", ONE, TWO)}, (ONE, TWO), most=4),
    _map("peta-gzip", "a gzipped file", {_MAP: answer(packed(sitemap(_at("peta-gzip", ONE)).encode()), kind="application/x-gzip")}),
    _map(
        "peta-gzip-dua",
        "gzipped, and gzipped once more on the way",
        {_MAP: answer(packed(sitemap(_at("peta-gzip-dua", ONE)).encode(), 2), kind=XML, content_encoding="gzip")},
    ),
    _map("peta-teks", "a text file", {_MAP: answer("\n".join(_at("peta-teks", ONE, "/tag/bakau", "bukan alamat")), kind="text/plain")}),
    _map("peta-berita", "a news sitemap", {_MAP: _xml(_NEWS)}),
    _map("peta-indeks", "an index of one", {_MAP: _index("peta-indeks", "/a.xml"), "/a.xml": _urls("peta-indeks", ONE)}),
    _map("peta-diri", "an index of itself", {_MAP: _index("peta-diri", _MAP, _MAP + "#a")}, (), most=2),
    _map(
        "peta-lingkar",
        "two indexes that name each other",
        {_MAP: _index("peta-lingkar", "/b.xml"), "/b.xml": _index("peta-lingkar", _MAP, "/c.xml"), "/c.xml": _urls("peta-lingkar", ONE)},
        most=5,
    ),
    _map(
        "peta-luar",
        "names other sites' articles and sitemaps",
        {
            _MAP: _index("peta-luar", f"http://tetangga.{DOMAIN}/sitemap.xml", "http://127.0.0.1:@PORT/sitemap.xml", "/a.xml"),
            "/a.xml": _urls("peta-luar", f"http://tetangga.{DOMAIN}{TWO}", "http://127.0.0.1:@PORT/berita/2024/05/14/rahasia-dapur", ONE),
        },
        unasked=(TWO,),
        most=4,
    ),
    _map(
        "peta-aneh",
        "addresses that are none",
        {_MAP: _urls("peta-aneh", "javascript://x", "ftp://x/y-z-1234", "file:///etc/passwd", ONE)},
        most=3,
    ),
    _map(
        "peta-banyak",
        "an index of 5,000 sitemaps, all of them gone",
        {_MAP: _index("peta-banyak", *(f"/anak/{n}.xml" for n in range(5_000)))},
        (),
        most=60,
    ),
    _map("peta-halaman", "a page instead of a sitemap", {_MAP: page("bukan-peta")}, (), reasons={_MAP: "html_instead"}, most=2),
    _map(
        "peta-kosong",
        "nothing instead of a sitemap",
        {_MAP: answer(b"", kind=XML)},
        (),
        reasons={_MAP: "not_a_sitemap|bad_xml|empty_page"},
        most=2,
    ),
    _map(
        "peta-rusak", "damaged gzip", {_MAP: answer(b"\x1f\x8b\x08" + b"\xff" * 90, kind=XML)}, (), reasons={_MAP: "bad_encoding"}, most=2
    ),
    _map("peta-patah", "ends in the middle", {_MAP: _xml(sitemap(_at("peta-patah", ONE, TWO))[:-15])}, (ONE, TWO)),
    _map("peta-dalam", "an index that names another, for ever", {_MAP: _deeper, "/peta/*": _deeper}, (), most=5),
    _map("peta-lebar", "an index of ten, each of ten, and so on", {_MAP: _wider, "/sitemap/*": _wider}, (), most=120),
    _map("peta-teks-tanda", "a text file with a BOM, and a line that is none", {_MAP: answer(_TEXT, kind="text/plain")}),
    _map(
        "peta-ruang", "a namespace that is none", {_MAP: _xml(sitemap(_at("peta-ruang", ONE)).replace("www.sitemaps.org", "peta.example"))}
    ),
    _map("peta-cdata", "addresses in CDATA", {_MAP: _urls("peta-cdata", f"<![CDATA[http://peta-cdata.{DOMAIN}{ONE}]]>")}),
    _map("peta-16", "UTF-16", {_MAP: answer(sitemap(_at("peta-16", ONE)).replace("utf-8", "utf-16").encode("utf-16"), kind=XML)}),
    _map(
        "peta-waktu",
        "a lastmod that is none",
        {_MAP: _xml(sitemap(_at("peta-waktu", ONE)).replace("</loc>", "</loc><lastmod>99-99</lastmod>"))},
    ),
    _map("peta-polos", "says it is gzipped and is not", {_MAP: answer(sitemap(_at("peta-polos", ONE)), kind="application/gzip")}),
    _map("peta-relatif", "relative addresses", {_MAP: _xml(sitemap((ONE,)))}),
)

"""Feeds as they are found, and as nobody should write them."""

from __future__ import annotations

from typing import Any

from tests.hostile.case import DOMAIN, ONE, TWO, Case
from tests.hostile.pages import XML, answer, page, redirect, rss, story

_RSS = "/rss"


def _feed(id: str, does: str, feed: bytes, stored: tuple[str, ...] = (ONE,), **expected: Any) -> Case:  # noqa: A002 — the field's name
    pages = {_RSS: feed, ONE: page(id), TWO: page(id + "-dua"), **expected.pop("pages", {})}
    return Case(id, does, pages, stored=stored, sources={"feeds": (_RSS,)}, **expected)


def _none(id: str, does: str, feed: bytes, reason: str, most: int = 2) -> Case:  # noqa: A002 — the field's name
    return _feed(id, does, feed, (), reasons={_RSS: reason}, unasked=(ONE,), most=most)


def _xml(text: str, kind: str = XML, charset: str = "utf-8") -> bytes:
    return answer(text.encode(charset), kind=kind)


def _atom(links: str) -> str:
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Usil</title><entry><title>B</title>{links}</entry></feed>'


_RDF = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
    f'<item rdf:about="{ONE}"><title>B</title><link>{ONE}</link></item></rdf:RDF>'
)
_BAD_LINKS = (
    "javascript:alert(1)",
    "data:text/html,x",
    "file:///etc/passwd",
    "mailto:redaksi@usil.example",
    "http://127.0.0.1:@PORT/berita/2024/05/14/dalam-sekali",
    "http://[::1]:@PORT/berita/2024/05/14/dalam-sekali",
    "http://tetangga.usil.example" + TWO,
    "http://",
    "//",
    "http://[tidak",
    "http://a:b@rss-tautan.usil.example" + TWO,
    "http://rss-tautan.usil.example:99999" + TWO,
    "x" * 5_000,
)

_BASED = (
    '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="/berita/"><title>Usil</title>'
    '<entry xml:base="2024/05/14/"><title>B</title><link href="warga-tanam-bakau"/></entry></feed>'
)
_GUID = rss(()).replace("</channel>", f"<item><guid isPermaLink='false'>http://rss-guid-bukan.{DOMAIN}{TWO}</guid></item></channel>")

CASES = (
    _feed("rss-biasa", "an ordinary RSS", _xml(rss((ONE, TWO))), (ONE, TWO), most=4),
    _feed("rss-dua-kali", "one article, ten times", _xml(rss((ONE,) * 10)), most=3),
    _feed(
        "atom",
        "Atom, with links to edit and to itself",
        _xml(_atom(f'<link rel="edit" href="{TWO}"/><link href="{ONE}"/>')),
        unasked=(TWO,),
    ),
    _feed("rdf", "RSS 1.0", _xml(_RDF)),
    _feed("rss-guid", "addresses only as guids", _xml(rss((), more=f"<item><guid>http://rss-guid.{DOMAIN}{ONE}</guid></item>"))),
    _feed("rss-cdata", "addresses in CDATA, among blanks", _xml(rss((f"\n <![CDATA[ {ONE} ]]>\n",)))),
    _feed("rss-html", "says it is HTML", _xml(rss(), kind="text/html")),
    _feed("rss-spasi", "blank lines before the declaration", _xml("\n\n  " + rss())),
    _feed("rss-tanda", "begins with a BOM", _xml("\ufeff" + rss())),
    _feed("rss-16", "UTF-16", _xml(rss().replace('"1.0"', '"1.0" encoding="utf-16"'), charset="utf-16")),
    _feed("rss-latin", "says UTF-8 and is Latin-1", _xml(rss(more="<x>é</x>"), charset="latin-1")),
    _feed("rss-kendali", "control characters in it", _xml(rss(more="<x>\x01\x02\x0b</x>"))),
    _feed("rss-patah", "ends in the middle", _xml(rss((ONE, TWO))[:-25]), (ONE, TWO)),
    _feed("rss-dan", "an ampersand that is none", _xml(rss((ONE,), more="<x>A & B &nbsp;</x>"))),
    Case(
        "rss-pindah",
        "has moved",
        {_RSS: redirect("/rss-baru"), "/rss-baru": _xml(rss()), ONE: page("rss-pindah")},
        stored=(ONE,),
        sources={"feeds": (_RSS,)},
    ),
    _feed("rss-tautan", "links that are none, or lead elsewhere", _xml(rss((*_BAD_LINKS, ONE))), unasked=(TWO,), most=3),
    _feed(
        "rss-tanggal",
        "dates of the year 99999",
        _xml(rss((), more=f"<item><link>{ONE}</link><pubDate>Mon, 99 Foo 99999 99:99</pubDate></item>")),
    ),
    _feed("rss-panjang", "100 MB of title", _xml(rss((ONE,), more="<title>" + "a" * 20_000_000))),
    _feed("rss-ruang", "namespaces without end", _xml(rss((ONE,), more="".join(f'<n{i}:x xmlns:n{i}="u:{i}"/>' for i in range(5_000))))),
    _none("rss-halaman", "a page instead of a feed", answer(story("bukan-rss")), "html_instead"),
    _none("rss-kosong", "nothing instead of a feed", answer(b"", kind=XML), "bad_xml|empty_page|not_a_feed"),
    _none("rss-biner", "a picture instead of a feed", answer(b"\x89PNG" + bytes(range(256)), kind=XML), "bad_xml|not_a_feed"),
    _none("rss-sitemap", "a sitemap instead of a feed", _xml("<urlset><url><loc>/x</loc></url></urlset>"), "not_a_feed"),
    _none("rss-404", "has gone", answer("", "404 Not Found"), "http_404"),
    _feed("rss-tanpa", "an honest feed without items", _xml(rss(())), (), unasked=(ONE,), most=2),
    Case(
        "rss-json",
        "a JSON Feed",
        {
            "/rss": answer(
                f'{{"version": "https://jsonfeed.org/version/1.1", "title": "U", "items": [{{"id": "1", "url": "http://rss-json.{DOMAIN}{ONE}"}}]}}',
                kind="application/feed+json",
            ),
            ONE: page("rss-json"),
        },
        stored=(ONE,),
        sources={"feeds": ("/rss",)},
    ),
    Case(
        "rss-putus",
        "a feed that ends in the middle of an address",
        {"/rss": answer(rss((ONE, TWO))[: -30 - 9], kind=XML), ONE: page("rss-putus")},
        stored=(ONE,),
        unasked=(TWO[:-9],),
        most=3,
        sources={"feeds": ("/rss",)},
    ),
    _feed(
        "rss-dan-alamat",
        "bare ampersands in an address",
        _xml(rss((f"{ONE}?a=1&b=2",))),
        (f"{ONE}?a=1&b=2",),
        pages={f"{ONE}?a=1&b=2": page("dan")},
    ),
    _feed("atom-dasar", "addresses relative to xml:base", _xml(_BASED)),
    _feed(
        "rss-16-kepala",
        "UTF-16 that only the header names",
        answer(rss().partition("?>")[2].encode("utf-16-le"), kind=f"{XML}; charset=utf-16le"),
    ),
    _feed("rss-entitas", "HTML's entities", _xml(rss(more=f"<item><title>A&nbsp;&eacute; &amp; B</title><link>{ONE}</link></item>"))),
    _feed("rss-huruf", "tags in capitals", _xml(rss().replace("item>", "ITEM>").replace("link>", "LINK>"))),
    _feed("rss-nol", "a zero byte", _xml(rss(more="<item><title>a\0b</title></item>"))),
    _feed("rss-guid-bukan", "a guid that is no link", _xml(_GUID), (), unasked=(TWO,)),
)

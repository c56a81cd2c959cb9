"""What is small on the wire and large behind it, or never ends."""

from __future__ import annotations

import zlib

import zstandard

from tests.hostile.case import DOMAIN, ONE, TWO, Asked, Case, Wire, kept, refused
from tests.hostile.pages import HTML, XML, answer, head, listing, packed, page, rss, sitemap, story

_MEGABYTE = 1 << 20
_MEMBER = packed(bytes(16 * _MEGABYTE))
_TEN_GB = packed(_MEMBER * 640)  # 640 members of 16 MB each, packed again: kilobytes
_ZEROS = bytes(64 * _MEGABYTE)

_BROTLI = bytes.fromhex(
    "cbffff3ff82700e2b14020f7fe8fffff7ff04f00c4611180eefd1fffffffe09f0088c30200ddfb3ffeffffc13f0110870500baf77ffcffff837f02200e0b0074effff8ffff07ff04401c1600e8defff1ffff0ffe0980382c00d0bdffe3ffff1ffc1300715800a07bff37"
)


def _coded(coding: str, raw: bytes) -> bytes:
    return answer(raw, content_encoding=coding)


async def _endless(_asked: Asked, wire: Wire) -> None:
    await wire.send(head(content_type=HTML))
    while True:
        await wire.send(b"<p>Berita tanpa akhir</p>" * 4_000)


async def _endless_chunks(_asked: Asked, wire: Wire) -> None:
    await wire.send(head(content_type=HTML, transfer_encoding="chunked"))
    while True:
        await wire.send(b"10000\r\n" + b"a" * 0x10000 + b"\r\n")


async def _endless_headers(_asked: Asked, wire: Wire) -> None:
    await wire.send(b"HTTP/1.1 200 OK\r\n")
    while True:
        await wire.send(b"X-Lagi: " + b"a" * 1_000 + b"\r\n")


async def _endless_line(_asked: Asked, wire: Wire) -> None:
    while True:
        await wire.send(b"HTTP/1.1 200 " + b"O" * 10_000)


_BOMB = "page_too_big"
_LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "' + "&a;" * 50 + '"><!ENTITY c "' + "&b;" * 50 + '">]>'
_OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "http://127.0.0.1:@PORT/rahasia">]>'
_FILE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
_DTD = '<!DOCTYPE rss SYSTEM "http://127.0.0.1:@PORT/rss.dtd">'


def _feed(id: str, does: str, body: str, reason: str = "xml_entities", charset: str = "utf-8") -> Case:  # noqa: A002 — the field's name
    pages = {"/rss": answer(body.encode(charset), kind=XML), ONE: page(id)}
    return Case(id, does, pages, reasons={"/rss": reason}, unasked=(ONE,), sources={"feeds": ("/rss",)})


CASES = (
    refused("bom-lapis", "kilobytes that become 10 GiB, in two layers of gzip", _coded("gzip, gzip", _TEN_GB), _BOMB),
    refused("bom-gzip", "gzip, one layer", _coded("gzip", packed(_ZEROS)), _BOMB),
    refused("bom-gzip-anggota", "gzip in very many members", _coded("gzip", _MEMBER * 40), _BOMB),
    refused("bom-deflate", "deflate", _coded("deflate", zlib.compress(_ZEROS)), _BOMB),
    refused("bom-zstd", "zstd", _coded("zstd", zstandard.compress(_ZEROS)), _BOMB),
    refused("bom-brotli", "brotli, small, that becomes 64 MB", answer(_BROTLI, content_encoding="br"), "page_too_big"),
    refused("bom-campur", "zstd in gzip", _coded("zstd, gzip", packed(zstandard.compress(_ZEROS))), _BOMB),
    refused("bom-empat", "four layers of gzip", _coded("gzip, gzip, gzip, gzip", packed(b"x", 4)), "bad_encoding"),
    refused("bom-jendela", "zstd that wants a window of 2 GiB", _coded("zstd", b"\x28\xb5\x2f\xfd\x00\xa8" + b"\x00" * 32), "bad_encoding"),
    refused("tanpa-akhir", "a body that never ends", _endless, _BOMB),
    refused("potongan-tanpa-akhir", "chunks that never end", _endless_chunks, _BOMB),
    refused("kepala-tanpa-akhir", "headers that never end", _endless_headers, "bad_response|fetch_timeout"),
    refused("baris-tanpa-akhir", "a status line that never ends", _endless_line, "bad_response|fetch_timeout"),
    refused("kepala-besar", "one header of 1 MB", page("kepala", x_besar="a" * _MEGABYTE), "bad_response"),
    refused("halaman-besar", "a page of 3 MB", answer(story("besar", more="<p>" + "panjang " * 400_000 + "</p>")), _BOMB),
    kept(
        "halaman-skrip", "an article with a megabyte of script in it", answer(story("skrip", head=f"<script>{'a=1;' * 250_000}</script>"))
    ),
    Case(
        "halaman-dalam",
        "an index below 100,000 nested tags",
        {"/berita": listing((ONE,), "<div>" * 100_000), ONE: page("dalam")},
        stored=(ONE,),
        most=3,
    ),
    Case("indeks-tag", "an index of 300,000 tags", {"/berita": listing((), "<i>" * 300_000)}, most=2),
    Case(
        "indeks-besar",
        "an index of 20 MB, the article at its top",
        {"/berita": listing((ONE,), "<p>" + "panjang " * 2_500_000), ONE: page("indeks-besar")},
        stored=(ONE,),
    ),
    Case(
        "robots-bom",
        "a robots.txt of kilobytes that become 10 GiB",
        {"/robots.txt": _coded("gzip, gzip", _TEN_GB), ONE: page("robots-bom")},
        stored=(ONE,),
    ),
    Case(
        "rss-bom",
        "a feed of kilobytes that become 10 GiB",
        {"/rss": answer(_TEN_GB, kind=XML, content_encoding="gzip, gzip")},
        reasons={"/rss": "bad_xml|not_a_feed|page_too_big|source_too_big"},
        sources={"feeds": ("/rss",)},
    ),
    Case(
        "peta-bom",
        "a gzipped sitemap that becomes 10 GiB in gzip content-coding",
        {"/peta.xml.gz": answer(packed(_TEN_GB), kind="application/gzip")},
        reasons={"/peta.xml.gz": "bad_xml|not_a_sitemap|bad_encoding|page_too_big|source_too_big"},
        sources={"sitemaps": ("/peta.xml.gz",)},
    ),
    Case(
        "peta-setengah-juta",
        "a gzipped sitemap of 500,000 tags, an article first",
        {
            "/peta.xml.gz": answer(
                packed(
                    sitemap(
                        [f"http://peta-setengah-juta.{DOMAIN}{path}" for path in (ONE, *(f"/tag/{n}" for n in range(500_000)))]
                    ).encode()
                ),
                kind="application/gzip",
            ),
            ONE: page("setengah-juta"),
        },
        stored=(ONE,),
        most=4,
        sources={"sitemaps": ("/peta.xml.gz",)},
    ),
    _feed("xml-tawa", "a billion laughs", rss(top=_LAUGHS, more="<x>" + "&c;" * 50 + "</x>")),
    _feed("xml-tawa-16", "a billion laughs in UTF-16", rss(top=_LAUGHS).replace('"1.0"', '"1.0" encoding="utf-16"'), charset="utf-16"),
    _feed("xml-kuadrat", "one long entity, many times", rss(top=f'<!DOCTYPE x [<!ENTITY a "{"a" * 100_000}">]>', more="&a;" * 10_000)),
    _feed("xml-berkas", "an entity that is a file of ours", rss(top=_FILE, more="<title>&a;</title>")),
    _feed("xml-jaringan", "an entity in our network", rss(top=_OUTSIDE, more="<title>&a;</title>")),
    Case(
        "xml-dtd",
        "a feed whose DTD is in our network",
        {"/rss": answer(rss((ONE, TWO), top=_DTD), kind=XML), ONE: page("xml-dtd")},
        stored=(ONE,),
        reasons={TWO: "http_404"},
        sources={"feeds": ("/rss",)},
    ),
    Case(
        "xml-xinclude",
        "a feed that includes a file of ours",
        {
            "/rss": answer(rss(more='<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>'), kind=XML),
            ONE: page("inklusi"),
        },
        stored=(ONE,),
        sources={"feeds": ("/rss",)},
    ),
    Case(
        "xml-dalam",
        "a feed of 100,000 nested elements, an article first",
        {"/rss": answer(rss(more="<a>" * 100_000), kind=XML), ONE: page("xml-dalam")},
        stored=(ONE,),
        most=4,
        sources={"feeds": ("/rss",)},
    ),
)

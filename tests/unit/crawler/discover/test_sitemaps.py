from __future__ import annotations

import gzip
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.crawler.discover.links import Kind
from services.crawler.discover.sitemaps import MOST_CHILDREN, read_sitemap
from shared.outcomes import Reject

URL = "https://situs.example/sitemap.xml"
NS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
PAGES = f"""<?xml version="1.0" encoding="UTF-8"?><urlset {NS}>
 <url><loc>https://situs.example/</loc></url>
 <url><loc> https://situs.example/berita/rapat </loc><lastmod>2023-11-14T10:00:00+07:00</lastmod></url>
 <url><loc>https://situs.example/tag/pemilu</loc></url>
 <url><loc>/berita/apel</loc></url></urlset>""".encode()
NEWS = f"""<urlset {NS} xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
 <url><image:image><image:loc>https://situs.example/gambar</image:loc></image:image><loc>https://situs.example/read/1/rapat</loc>
 <lastmod>2023-12-01</lastmod>
 <news:news><news:publication_date>2023-11-14T10:00:00+07:00</news:publication_date></news:news></url></urlset>""".encode()
INDEX = f"""<sitemapindex {NS}><sitemap><loc>https://situs.example/post-sitemap.xml</loc><lastmod>2023-11-14</lastmod></sitemap>
 <sitemap><loc>https://situs.example/post_tag-sitemap.xml</loc></sitemap><sitemap><loc>https://situs.example/author-sitemap.xml</loc></sitemap>
 </sitemapindex>""".encode()
TEXT = b"https://situs.example/berita/rapat\r\nhttps://situs.example/kontak\nnot a url\n"


def urls(raw: bytes) -> list[str]:
    return [link.url.removeprefix("https://situs.example") for link in read_sitemap(raw, URL, max_bytes=100_000)]


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        (PAGES, ["/berita/rapat", "/berita/apel"]),
        (gzip.compress(PAGES), ["/berita/rapat", "/berita/apel"]),
        (PAGES[:-60], ["/berita/rapat"]),
        (NEWS, ["/read/1/rapat"]),
        (INDEX, ["/post-sitemap.xml"]),
        (TEXT, ["/berita/rapat"]),
        (b"\xef\xbb\xbf" + TEXT, ["/berita/rapat"]),
    ],
)
def test_each_kind_of_sitemap(raw: bytes, found: list[str]) -> None:
    assert urls(raw) == found


def test_what_the_links_are() -> None:
    assert read_sitemap(INDEX, URL, max_bytes=1_000)[0].kind is Kind.sitemap
    article = read_sitemap(NEWS, URL, max_bytes=1_000)[0]
    assert (article.kind, article.dated) == (Kind.article, datetime(2023, 11, 14, 3, tzinfo=UTC))


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"<html/>", "html_instead"),
        (b"<x/>", "not_a_sitemap"),
        (b"", "not_a_sitemap"),
        (b"hello", "not_a_sitemap"),
        (b"<!DOCTYPE x [<!ENTITY a 'b'>]><urlset/>", "xml_entities"),
        (b"\x1f\x8b rubbish", "bad_encoding"),
    ],
)
def test_refused(raw: bytes, reason: str) -> None:
    with pytest.raises(Reject) as reject:
        read_sitemap(raw, URL, max_bytes=1_000)
    assert reject.value.reason == reason


def test_a_gzipped_bomb_is_read_up_to_the_cap() -> None:
    bomb = gzip.compress(PAGES.replace(b"</urlset>", b"") + b" " * 50_000_000)
    assert urls(bomb) == ["/berita/rapat", "/berita/apel"]


def test_an_index_is_bounded() -> None:
    children = "".join(f"<sitemap><loc>/s-{n}.xml</loc></sitemap>" for n in range(500))
    assert len(urls(f"<sitemapindex>{children}</sitemapindex>".encode())) == MOST_CHILDREN


@given(
    st.binary(max_size=400)
    | st.text(max_size=200).map(lambda text: f"<urlset><url><loc>{text}</loc></url></urlset>".encode("utf-8", "replace"))
)
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    try:
        read_sitemap(raw, URL, max_bytes=1_000)
    except Reject as reject:
        assert reject.reason in ("bad_xml", "html_instead", "not_a_sitemap", "xml_entities", "bad_encoding")

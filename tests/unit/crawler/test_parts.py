from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.crawler.parts import Part, parts_of
from shared.urls import canonical_url, host_of

URL = "https://situs.example/berita/apel-siaga"


def links(*hrefs: str) -> bytes:
    return ("<html><body><p>Isi berita.</p>" + "".join(f'<a href="{href}">x</a>' for href in hrefs) + "</body></html>").encode()


@pytest.mark.parametrize(
    ("url", "raw", "parts"),
    [
        pytest.param(URL, links("?page=2", "?page=3"), ["?page=2", "?page=3"], id="numbers in the query"),
        pytest.param(URL, links("?halaman=3", "?halaman=2", "?halaman=1", URL), ["?halaman=2", "?halaman=3"], id="in order, not the first"),
        pytest.param(URL + "/", links("/berita/apel-siaga/2/", "/berita/apel-siaga/3/"), ["2/", "3/"], id="WordPress's nextpage"),
        pytest.param(URL, links("/berita/apel-siaga/page/2"), ["/page/2"], id="a segment and a number"),
        pytest.param(URL + ".html", links("/berita/apel-siaga.html?page=2"), ["?page=2"], id="behind an extension"),
        pytest.param(URL, links("https://www.situs.example/berita/apel-siaga?page=2"), ["?page=2"], id="the same server by another name"),
        pytest.param(
            "https://situs.example/?p=123",
            links("/?p=123&amp;page=2", "/?p=124"),
            ["https://situs.example/?p=123&page=2"],
            id="numbered articles",
        ),
        pytest.param(URL + "?page=2", links("?page=1", "?page=3"), ["?page=3"], id="from a later page on"),
        pytest.param(URL, b'<link rel="next" href="?page=2"><p>Isi</p>', ["?page=2"], id="rel=next within the article"),
        pytest.param(URL, links("?page=2", "?page=3", "?page=all"), ["?page=all"], id="everything at once is preferred"),
        pytest.param(URL, links("?page=2", "?single=1"), ["?single=1"], id="single page"),
        pytest.param(URL, b'<a href="?page=2">2</a><a href="?lihat=1"> Tampilkan\n Semua </a>', ["?lihat=1"], id="by what the link says"),
        pytest.param(URL, links(f"{URL}?page=2&utm_source=x"), ["?page=2"], id="tracking"),
    ],
)
def test_further_pages(url: str, raw: bytes, parts: list[str]) -> None:
    first = url.partition("?")[0] if "page=" in url else url
    assert [part.url for part in parts_of(raw, url)] == [part if part.startswith("http") else first + part for part in parts]


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b'<link rel="next" href="https://situs.example/berita/artikel-lain/"><p>/2/</p>', id="rel=next is the next article"),
        pytest.param(links("/berita/artikel-lain?page=2", "/berita?page=2", "/?page=2", "/page/2"), id="pages of lists"),
        pytest.param(links("?cpage=2", "/berita/apel-siaga/comment-page-2/#comments"), id="pages of comments"),
        pytest.param(links("?page=2#comments", "?page=2#komentar"), id="comments, by the fragment"),
        pytest.param(b'<div id="comments"><a href="?page=2">2</a></div>', id="comments, by where it stands"),
        pytest.param(b'<ul class="x related-posts"><li><a href="?page=2">2</a></li></ul>', id="related articles"),
        pytest.param(b'<div class="widget-terbaru"><a href="?page=2">2</a></div>', id="a box beside"),
        pytest.param(links("https://lain.example/berita/apel-siaga?page=2"), id="another server"),
        pytest.param(links("?page=0", "?page=1", "?page=-2", "?page=2x", "?page=1000", "?page=\u0662"), id="no such numbers"),
        pytest.param(links("?page=2&sort=baru", "?replytocom=7", "?share=2"), id="other parameters"),
        pytest.param(links("/berita/apel-siaga-2", "/berita/apel-siaga/amp/", "/berita/apel-siaga/2/foto"), id="other addresses"),
        pytest.param(b'<a href="/indeks?x=1">Lihat semua</a>', id="everything of another page"),
        pytest.param(b'<a href="http://[x?page=2">2</a>', id="a broken address"),
        pytest.param(b"?page=2 <!-- and no link at all -->", id="no links"),
        pytest.param(b"", id="nothing"),
    ],
)
def test_no_further_pages(raw: bytes) -> None:
    assert parts_of(raw, URL) == ()


def test_the_body_s_own_class_is_no_box() -> None:
    assert parts_of(b'<body class="sidebar-right"><a href="?page=2">2</a></body>', URL) == (Part(2, f"{URL}?page=2"),)


@given(st.binary(max_size=200), st.text(max_size=100), st.text(max_size=50))
def test_anything_gives_addresses_of_the_same_article_or_none(junk: bytes, href: str, url: str) -> None:
    raw = junk + f'<a href="{href}">baca semua</a><a href="?page={href}">2</a>'.encode("utf-8", "replace")
    assert isinstance(parts_of(raw, url), tuple)
    for part in parts_of(raw, URL):
        assert host_of(canonical_url(part.url)) == "situs.example"
        assert part.url.startswith(URL)


@given(st.permutations([*range(2, 14)]))
def test_order_does_not_matter(numbers: list[int]) -> None:
    assert [part.number for part in parts_of(links(*(f"?page={number}" for number in numbers)), URL)] == list(range(2, 14))

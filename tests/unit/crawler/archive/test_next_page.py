from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.crawler.archive.next_page import next_page
from services.crawler.discover.markup import read_html

HOME = "https://situs.example"


def follow(here: str, html: str, page: int = 1) -> str | None:
    found = next_page(read_html(f"<html><head><meta charset=utf-8></head><body><p>x</p>{html}</body></html>".encode()), HOME + here, page)
    return found and found.removeprefix(HOME)


@pytest.mark.parametrize(
    ("here", "page", "html", "after"),
    [
        ("/berita", 1, '<a href="?page=2">2</a><a href="?page=3">3</a><a href="?page=40">Last</a>', "/berita?page=2"),
        ("/berita?page=2", 2, '<a href="?page=1">1</a><a href="?page=3">3</a>', "/berita?page=3"),
        ("/berita", 1, '<a href="/berita/page/2">»</a>', "/berita/page/2"),
        ("/", 1, '<a class="next page-numbers" href="/page/2/">Selanjutnya</a>', "/page/2/"),
        ("/page/2/", 2, '<a href="/">1</a><a href="/page/3/">3</a><a href="/page/1/">‹</a>', "/page/3/"),
        ("/berita?hal=2", 2, '<a href="/berita?hal=3">Berikutnya</a>', "/berita?hal=3"),
        ("/berita", 1, '<a href="?start=10">2</a><a href="?start=20">3</a>', "/berita?start=10"),
        ("/berita?start=10", 2, '<a href="?start=20">3</a>', "/berita?start=20"),
        ("/berita?page=0,1", 2, '<a rel="next" href="?page=0,2">Next page</a>', "/berita?page=0%2C2"),
        ("/berita", 1, '<a href="?page=1">2</a>', "/berita?page=1"),  # Drupal counts from 0
        ("/berita", 1, '<link rel="next" href="/berita/halaman/2/">', "/berita/halaman/2/"),
        ("/kategori?k=7", 1, '<a href="?k=7&page=2">2</a>', "/kategori?k=7&page=2"),
        (
            "/",
            1,
            '<a href="/search?updated-max=2023-04-01&max-results=7">Postingan Lama</a>',
            "/search?max-results=7&updated-max=2023-04-01",
        ),
        ("/tag/lampung", 1, '<a href="/tag/lampung/?sortby=time&page=2">2</a>', "/tag/lampung/?page=2&sortby=time"),
        ("/berita", 1, '<a href="?page=40">»</a><a href="?page=2">›</a>', "/berita?page=2"),
        ("/berita", 1, '<a aria-label="Next" href="?page=2"><svg></svg></a>', "/berita?page=2"),
    ],
)
def test_the_page_that_follows(here: str, page: int, html: str, after: str) -> None:
    assert follow(here, html, page) == after


@pytest.mark.parametrize(
    ("here", "page", "html"),
    [
        ("/berita?page=40", 40, '<a href="?page=39">Selanjutnya</a>'),  # a "next" that leads back
        ("/berita?page=40", 40, '<a href="?page=40">Next</a>'),
        ("/berita", 1, '<a href="/olahraga?page=2">2</a>'),  # another listing's
        ("/berita", 1, '<a href="/berita?tanggal=2023-04-02">Selanjutnya</a>'),  # a calendar
        ("/berita?page=1", 1, '<a href="/berita?page=2&sort=asc">2</a>'),  # a facet
        ("/berita?sort=asc", 1, '<a href="/berita?page=2">2</a>'),
        ("/berita", 1, '<a href="https://lain.example/berita?page=2">2</a>'),
        ("/berita", 1, '<a href="?page=9">9</a>'),
        ("/berita", 1, '<a href="?page=dua">2</a>'),
        ("/search?updated-max=2023-04-01", 2, '<a href="/search?updated-max=2023-05-01">Postingan Lama</a>'),
        ("/berita", 1, ""),
    ],
)
def test_nothing_follows(here: str, page: int, html: str) -> None:
    assert follow(here, html, page) is None


@given(st.lists(st.integers(0, 50), max_size=20))
def test_walking_on_ends_whatever_a_site_links_to(numbers: list[int]) -> None:
    links = "".join(f'<a href="/berita?page={number}">Selanjutnya</a>' for number in numbers)
    walked = ["/berita"]
    while after := follow(walked[-1], links, len(walked)):
        walked.append(after)
    assert all(int(b.partition("=")[2]) > int(a.partition("=")[2] or -1) for a, b in pairwise(walked))


@pytest.mark.parametrize(
    ("file", "url", "after"),
    [
        ("html_detik_lampung.html", "https://www.detik.com/tag/lampung", "https://www.detik.com/tag/lampung/?page=2&sortby=time"),
        ("rmollampung_page1.html", "https://www.rmollampung.id/category/daerah", "https://www.rmollampung.id/category/daerah?page=2"),
        ("lampost_page.html", "https://lampost.co/", None),  # a front page without further pages
    ],
)
def test_real_listings(shared_material: Path, file: str, url: str, after: str | None) -> None:
    root = read_html((shared_material / "listings" / file).read_bytes())
    assert next_page(root, url, 1) == after

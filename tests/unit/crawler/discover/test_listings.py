from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.crawler.discover.article_urls import is_furniture, is_furniture_sitemap, looks_like_article
from services.crawler.discover.listings import MOST_ARTICLES, read_listing
from services.crawler.hosts import same_host
from shared.outcomes import Reject
from tests.unit.crawler.discover.marked import marked_links

REAL = Path(__file__).resolve().parents[4] / "../shared/listings"
URL = "https://situs.example/berita"

ARTICLES = [
    "/2023/11/14/rapat-koordinasi/",
    "/2023/11/rapat-koordinasi.html",
    "/berita/788185/lampung-berupaya-wujudkan-harmoni",
    "/berita/6210-kkn-uin",
    "/sumbagsel/hukum/d-8027800/pemerkosa-ditangkap",
    "/read/2025/07/25/674027/pks-perkuat-kaderisasi",
    "/read/20250817/88299/karnaval-kemerdekaan",
    "/berita/detail/1234/rapat-desa.html",
    "/bupati-buka-rapat-kerja",
    "/berita.php?id=123",
    "/index.php?option=com_content&id=77",
    "/profil-al-muzzammil-yusuf-dari-aktivis",
]
FURNITURE = [
    "/",
    "/tag/lampung-selatan-hari-ini-terbaru",
    "/kategori/tajuk-lampung-post-edisi-cetak",
    "/author/2023/11/nama-panjang-sekali-ya",
    "/profile/tutinurkhomariyah",
    "/category/daerah?page=2",
    "/tag/lampung/?sortby=time&page=1",
    "/cari?q=bunda+eva",
    "/page/2",
    "/pedoman-pemberitaan-media-siber",
    "/kode-etik-jurnalistik",
    "/tentang-kami",
    "/wp-content/uploads/2023/11/foto-rapat-desa.jpg",
    "/unduh/laporan-tahunan-kinerja-bupati.pdf",
    "/feed/",
    "/redaksi/",
    "/2023/11/rapat-kerja-desa-makmur?share=twitter",
]
NEITHER = [
    "/berita",
    "/lintas-daerah/seputar-daerah",
    "/lampung-update/lampung-selatan",
    "/kesehatan-dan-pendidikan",
    "/rss-feeds",
    "/berita/rapat",
]


@pytest.mark.parametrize("path", ARTICLES)
def test_addresses_of_articles(path: str) -> None:
    assert looks_like_article("https://situs.example" + path)


@pytest.mark.parametrize("path", FURNITURE)
def test_addresses_of_furniture(path: str) -> None:
    assert is_furniture("https://situs.example" + path)
    assert not looks_like_article("https://situs.example" + path)


@pytest.mark.parametrize("path", NEITHER)
def test_addresses_that_say_too_little(path: str) -> None:
    assert not is_furniture("https://situs.example" + path)
    assert not looks_like_article("https://situs.example" + path)


@pytest.mark.parametrize(
    ("name", "furniture"),
    [("post_tag-sitemap.xml", True), ("author-sitemap2.xml", True), ("post-sitemap.xml", False), ("sitemap-news.xml", False)],
)
def test_sitemaps_of_furniture(name: str, furniture: bool) -> None:
    assert is_furniture_sitemap(f"https://situs.example/{name}") is furniture


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ('<a href="/bupati-buka-rapat-kerja">x</a>', ["/bupati-buka-rapat-kerja"]),
        ('<a href="bupati-buka-rapat-kerja#isi">x</a>', ["/bupati-buka-rapat-kerja"]),
        ('<base href="/arsip-berita/"><a href="bupati-buka-rapat-kerja">x</a>', ["/arsip-berita/bupati-buka-rapat-kerja"]),
        ('<base href="https://lain.example/"><a href="bupati-buka-rapat-kerja">x</a>', ["/bupati-buka-rapat-kerja"]),
        ('<a href="http://www.situs.example/bupati-buka-rapat-kerja">x</a>', ["http://www.situs.example/bupati-buka-rapat-kerja"]),
        ('<a href="https://lain.example/bupati-buka-rapat-kerja">x</a>', []),
        ('<nav><a href="/pemilu-dan-pilkada-serentak">x</a><a href="/berita/788185/rapat-desa">x</a></nav>', ["/berita/788185/rapat-desa"]),
        ('<footer><a href="/layanan-pengaduan-warga-kota">x</a></footer>', []),
        ('<article><footer><a href="/bupati-buka-rapat-kerja">x</a></footer></article>', ["/bupati-buka-rapat-kerja"]),
        ('<h2><a href="/berita/artikel-7">x</a></h2><a href="/berita/artikel-8">x</a>', ["/berita/artikel-7"]),
        ('<h3><a href="/gaya-hidup">x</a></h3>', []),
        ('<a href="javascript:void(0)">x</a><a href="mailto:a@b.c">x</a><a>x</a><a href="http://[">x</a>', []),
    ],
)
def test_articles_of_a_listing(html: str, found: list[str]) -> None:
    assert [link.url.removeprefix("https://situs.example") for link in read_listing(html.encode(), URL)] == found


_TITLE = "[@class='title']/a | //p/a[string-length() > 30]"
# Where each newsroom's own markup puts its headlines, read in the saved page. A photo or video page with a headline is none of ours.
HEADLINES = [
    (
        "dump_antara",
        "https://lampung.antaranews.com/lampung-update",
        "//*[@class='entry-title' or self::h3]/a[contains(@href, '/berita/')]",
        165,
    ),
    ("html_detik_lampung", "https://www.detik.com/tag/lampung", "//article/a", 8),
    ("lampost_page", "https://lampost.co/", "//*[@class='jeg_post_title']/a | //*[contains(@class, 'jeg_news_ticker')]//a", 64),
    ("rmol_page_1", "https://www.rmollampung.id/", f"//*[self::h2 or self::h3 or self::h5]{_TITLE}", 32),
    ("rmollampung_page1", "https://www.rmollampung.id/category/daerah", f"//*[self::h3 or self::h5]{_TITLE}", 21),
    ("viva_dump", "https://lampung.viva.co.id/", "//a[@class='article-list-title']", 28),
]


@pytest.mark.parametrize(("name", "url", "headlines", "articles"), HEADLINES)
def test_real_listings(name: str, url: str, headlines: str, articles: int) -> None:
    path = REAL / f"{name}.html"
    if not path.exists():
        pytest.skip("the real listing pages lie beside the project, and are not here")
    expected = {link for link in marked_links(path.read_bytes(), headlines, url) if same_host(link, url)}
    assert len(expected) == articles
    assert {link.url for link in read_listing(path.read_bytes(), url)} == expected


def test_a_listing_is_bounded() -> None:
    links = "".join(f'<a href="/berita/{n}/rapat-desa">x</a>' for n in range(1000, 3000))
    assert len(read_listing(links.encode(), URL)) == MOST_ARTICLES


@given(st.binary(max_size=400) | st.text(max_size=200).map(lambda text: f'<a href="{text}">x</a>'.encode("utf-8", "replace")))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    try:
        read_listing(raw, URL)
    except Reject as reject:
        assert reject.reason == "bad_html"

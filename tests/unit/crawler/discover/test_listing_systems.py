"""Listing pages as the usual systems write them, invented: each article is marked with `data-a`, everything else must stay."""

from __future__ import annotations

import pytest

from services.crawler.discover.listings import read_listing
from tests.unit.crawler.discover.marked import marked_links

URL = "https://situs.example/berita"

# Drupal 8 at Bawaslu: one or two words in an address too, its menus wordy, the pager without <nav>.
DRUPAL = """<a href="#main-content">Lompat ke isi utama</a>
<ul class="menu menu--main nav"><li><a href="/">Beranda</a><li><a href="/profil/visi-dan-misi">Visi dan misi</a>
 <li><a href="/profil/tugas-wewenang-dan-kewajiban">Tugas</a><li><a href="/layanan/permohonan-informasi-publik-daring">PPID</a></ul>
<div class="view-content">
 <div class="views-row"><div class="views-field views-field-title">
 <a data-a href="/berita/rapat-koordinasi-pengawasan-pemilu">x</a></div></div>
 <div class="views-row"><div class="views-field views-field-title"><a data-a href="/berita/apel-siaga">x</a></div></div>
 <div class="views-row"><div class="views-field views-field-title"><a data-a href="/berita/bawaslu-awasi-coklit-2">x</a></div></div>
 <div class="views-row"><div class="views-field views-field-title"><a data-a href="/berita/sosialisasi-pemilih-pemula-di-sma">x</a></div>
  <a href="/berita/sosialisasi-pemilih-pemula-di-sma">Selengkapnya</a><a href="/pengguna/humas">Humas</a></div>
</div>
<ul class="js-pager__items"><li><a href="?page=1">2</a><li><a href="?page=2">3</a></ul>
<footer><a href="/informasi/daftar-informasi-publik-berkala">DIP</a></footer>"""

# KPU's regional system: a number and the headline in the address, the categories numbered as well.
KPU = """<div id="menu"><a href="/index.php/blog/category/2/berita-kpu">Berita</a>
 <a href="/index.php/page/detail/14/struktur-organisasi-kpu">S</a></div>
<div class="post"><h4 class="post-title"><a data-a href="/index.php/blog/read/8123/kpu-gelar-rapat-pleno-terbuka">x</a></h4></div>
<div class="post"><h4 class="post-title"><a data-a href="/index.php/blog/read/8119/penetapan-dpt">x</a></h4></div>
<div class="post"><h4 class="post-title"><a data-a href="/index.php/blog/read/8101/simulasi-pemungutan-suara">x</a></h4></div>
<div><a href="/index.php/blog/category/2?page=10">2</a><a href="/index.php/blog/category/2?page=20">3</a></div>"""

WORDPRESS = """<body class="home blog author-1 tag-x"><nav><a href="/category/daerah">Daerah</a>
 <a href="/bupati-dan-wakil-bupati">x</a></nav>
<article><h2 class="entry-title"><a data-a href="/2023/11/14/bupati-buka-rapat-kerja/">x</a></h2><a href="/author/redaksi/">Redaksi</a>
 <a href="/category/hukum/" rel="category tag">Hukum</a></article>
<article><h2 class="entry-title"><a data-a href="/2023/11/13/apel/">x</a></h2><a href="/2023/11/13/">13 November</a></article>
<article><h2 class="entry-title"><a data-a href="/2023/10/30/jalan-rusak/">x</a></h2>
 <a href="/2023/10/30/jalan-rusak/#respond">0</a></article>
<div class="nav-links"><a href="/page/2/">2</a><a href="/page/3/">3</a></div>
<aside class="widget"><a href="/2023/11/">November 2023</a><a href="/2023/10/">Oktober 2023</a>
 <a href="/tag/jalan-rusak-parah-sekali/">t</a></aside></body>"""

BLOGGER = """<div class="tabs"><a href="/p/profil-panwaslu-kecamatan.html">Profil</a></div>
<h3 class="post-title entry-title"><a data-a href="/2018/03/pelantikan-ppl.html">x</a></h3>
 <a href="/2018/03/pelantikan-ppl.html#comment-form">k</a>
<h3 class="post-title entry-title"><a data-a href="/2018/03/rapat_12.html">x</a></h3>
<h3 class="post-title entry-title"><a data-a href="/2018/02/bimtek-pengawas.html">x</a></h3>
<div class="cloud-label-widget"><a href="/search/label/Berita">Berita</a></div>
<div class="archive"><a href="/2018/">2018</a><a href="/2018/03/">Maret</a></div>
<a class="blog-pager-older-link" href="/search?updated-max=2018-02-01T00:00:00%2B07:00&amp;max-results=7">Lama</a>"""

# An old portal: no headlines, no sections, a number in the query and everything in tables.
ASP = """<table><tr><td><a href="kategori.asp?id=3">Daerah</a><a href="halaman.asp?no=2">Profil</a><td>
<a data-a href="berita.asp?id=4711">Bupati resmikan jembatan gantung di Desa Sukamaju</a><br>
<a data-a href="berita.asp?id=4702">Harga cabai di pasar induk kembali naik pekan ini</a><br>
<a data-a href="berita.asp?id=4688">Warga gotong royong perbaiki tanggul</a><a href="berita.asp?hal=2">&gt;&gt;</a>
<a href="cetak.asp?print=1&amp;id=4688">Cetak</a><a href="index.php?mod=kategori&amp;id=9">Olahraga</a></table>"""

# Numbers for names, beside pages of the listing that are numbered the same way.
NUMBERED = """<div class="menu"><a href="profil.html">Profil</a><a href="agenda-2.html">Agenda</a></div>
<div class="judul"><a data-a href="/berita-1207.html">x</a></div><div class="judul"><a data-a href="/berita-1199.html">x</a></div>
<div class="judul"><a data-a href="/berita-1186.html">x</a></div>
<p><a href="/halaman-1.html">1</a><a href="/halaman-2.html">2</a><a href="/halaman-3.html">3</a><a href="/halaman-4.html">4</a></p>"""


@pytest.mark.parametrize(
    "page", [DRUPAL, KPU, WORDPRESS, BLOGGER, ASP, NUMBERED], ids=["drupal", "kpu", "wordpress", "blogger", "asp", "numbered"]
)
def test_articles_and_nothing_else(page: str) -> None:
    expected = marked_links(page, "//a[@data-a]", URL)
    assert {link.url for link in read_listing(page.encode(), URL)} == expected


@pytest.mark.parametrize(
    ("shapes", "found"),
    [
        (["/berita/{words}"], ["/berita/apel-siaga", "/berita/rapat-kerja-bupati"]),
        (["/{section}/{words}"], ["/berita/apel-siaga", "/berita/rapat-kerja-bupati", "/opini/jalan-rusak-lagi"]),
        (["/{year}/{words}"], []),
    ],
)
def test_a_site_says_which_shapes_are_articles(shapes: list[str], found: list[str]) -> None:
    page = """<nav><a href="/berita/pemilu-dan-pilkada">x</a></nav><h2><a href="/berita/apel-siaga">x</a></h2>
    <a href="/berita/rapat-kerja-bupati">x</a><a href="/opini/jalan-rusak-lagi">x</a><a href="/tag/rapat-kerja-bupati">x</a>"""
    assert sorted(link.url.removeprefix("https://situs.example") for link in read_listing(page.encode(), URL, shapes)) == found

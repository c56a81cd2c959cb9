from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.crawler.no_article import no_article
from services.crawler.prose import read_prose

SHARED = Path(__file__).resolve().parents[4] / "shared"
BENCH, GOLD = SHARED / "bench/article-extraction", SHARED / "gold"
SENTENCE = "Bawaslu Kabupaten Lamongan menggelar rapat koordinasi bersama jajaran pengawas kecamatan di aula kantor, Senin pagi. "


def page(title: str = "Suara Daerah", body: str = "", head: str = "") -> bytes:
    return f"<html><head><title>{title}</title>{head}</head><body><nav><a href=/>Beranda</a></nav>{body}</body></html>".encode()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (page("Just a moment..."), "challenge_page"),
        (page("Attention Required! | Cloudflare", "<h1>Sorry, you have been blocked</h1>"), "access_denied"),
        (page(body="<h1>Checking your browser before accessing situs.example.</h1>"), "challenge_page"),
        (page(body="<p>Enable JavaScript and\n cookies to continue</p>"), "challenge_page"),
        (page(body="<script>window._cf_chl_opt={}</script><p>Tunggu</p>"), "challenge_page"),
        (b"<html><body><script>document.cookie='a=1';location.reload()</script></body></html>", "challenge_page"),
        (page("Sebelum masuk", "<p>Harap aktifkan cookie di peramban Anda.</p>"), "cookie_wall"),
        (page("We value your privacy"), "cookie_wall"),
        (page("404 Not Found", "<center>nginx</center>"), "soft_404"),
        (page("Halaman Tidak Ditemukan - Suara Daerah", "<p>Maaf.</p>"), "soft_404"),
        (page("Suara Daerah » Page not found"), "soft_404"),
        (page(body="<h1><span>Oops!</span> That page can&rsquo;t be found.</h1>"), "soft_404"),
        (page(body="<h2>404</h2><p>Halaman yang Anda cari sudah tidak ada.</p>"), "soft_404"),
        (page("Login - Suara Daerah", "<input type=password>"), "login_page"),
        (page(body="<p>Silakan masuk untuk melanjutkan membaca.</p>"), "login_page"),
        (page("Account Suspended"), "suspended_page"),
        (page(body="<iframe src=/cgi-sys/suspendedpage.cgi></iframe>"), "suspended_page"),
        (page(body="<p>This domain is for sale! Inquire now.</p>"), "parked_page"),
        (page("Welcome to nginx!"), "parked_page"),
        (page("Situs sedang dalam perbaikan"), "maintenance_page"),
        (page(body="<p>Briefly unavailable for scheduled maintenance. Check back in a minute.</p>"), "maintenance_page"),
        (page(body="<p>Error establishing a database connection</p>"), "error_page"),
        (page(body="<noscript>You need to enable JavaScript to run this app.</noscript><div id=root></div>"), "needs_javascript"),
        (b"<html><head><title>Suara</title></head><body><div></div></body></html>", "empty_page"),
        (b"%PDF-1.7 rapat", "binary_page"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "binary_page"),
        (b"rapat\0desa", "binary_page"),
        (bytes(range(1, 32)) * 20, "binary_page"),
    ],
)
def test_pages_that_are_no_article(body: bytes, reason: str) -> None:
    flaw = no_article(body, "text/html")
    assert flaw is not None
    assert flaw[0] == reason


@pytest.mark.parametrize(
    "body",
    [
        page("404 Rumah Rusak Akibat Puting Beliung - Suara Daerah", "<p>Warga mengungsi.</p>"),
        page("Halaman Tidak Ditemukan", f"<h1>Halaman Tidak Ditemukan</h1><p>{SENTENCE * 6}</p>"),
        page("Situs KPU Diretas", f"<p>Situs itu menulis: halaman tidak ditemukan. {SENTENCE * 3}</p>"),
        page("Rapat", "<p>Login untuk berkomentar.</p><p>Masuk</p><p>Rapat dibuka bupati.</p>"),
        page(
            "Rapat",
            "<p>Foto.</p><noscript>Please enable JavaScript</noscript>",
            '<meta property="article:published_time" content="2026-11-01">',
        ),
        page("Judul Film - Coming Soon", f"<p>{SENTENCE * 3}</p>", '<meta property="article:published_time">'),
        page("Rapat", f"<script>var t='page not found'</script><p>{SENTENCE}</p>"),
        "<p>Rapat digelar di aula.</p>".encode("utf-16"),
        b"<p>Caf\xe9 dan caf\xe9s</p>",
        b"<p>rapat</p>",
    ],
)
def test_pages_that_may_be_one(body: bytes) -> None:
    assert no_article(body, "text/html") is None


def test_utf_16_by_its_header_is_text() -> None:
    assert no_article("<p>Rapat</p>".encode("utf-16-le"), "text/html; charset=UTF-16LE") is None


def test_prose_is_running_text_only() -> None:
    read = read_prose(
        f"<script>x</script><nav>{SENTENCE}</nav><h2>{SENTENCE}</h2><!-- <p>{SENTENCE}</p> --><p>{SENTENCE}<b>lagi</b></p>".lower()
    )
    assert read.length == len(SENTENCE) + len("lagi") - 1
    assert read.text.startswith("bawaslu")
    assert read.text.count("bawaslu") == 3


@given(st.binary(max_size=400), st.sampled_from(["", "<title>404</title>", "<!--", "<script>", "<h1>"]))
def test_any_bytes_are_judged(body: bytes, before: str) -> None:
    no_article(before.encode() + body)


@pytest.mark.skipif(not BENCH.is_dir(), reason="the annotated pages are not beside the project")
def test_no_real_article_is_refused() -> None:
    pages = {name: gzip.decompress((BENCH / "html" / f"{name}.html.gz").read_bytes()) for name in _names()}
    assert len(pages) > 100
    assert {name: flaw for name, body in pages.items() if (flaw := no_article(body, "text/html"))} == {}


def _names() -> list[str]:
    return sorted(json.loads((BENCH / "ground-truth.json").read_text(encoding="utf-8")))


@pytest.mark.skipif(not GOLD.is_dir(), reason="the gold pages are not beside the project")
def test_no_gold_page_is_refused() -> None:
    command = [sys.executable, str(GOLD / "render.py"), str(GOLD / "pages")]
    records = [json.loads(line) for line in subprocess.run(command, capture_output=True, check=True).stdout.splitlines()]
    assert len(records) > 10
    assert {record["id"]: flaw for record in records if (flaw := no_article(record["html"].encode(), "text/html"))} == {}

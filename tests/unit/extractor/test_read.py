from __future__ import annotations

import html
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.extractor.knowledge import Knowledge
from services.extractor.page import Page
from services.extractor.read import EXTRACTOR, read_page
from shared.documents import Article, Flag, Span
from shared.outcomes import Reject
from tests.unit.extractor.conftest import MakePage

PROJECT = Path(__file__).resolve().parents[3]
GOLD = PROJECT / "../shared/gold"
LEAD = "KUDUS – Bawaslu Kabupaten Kudus menggelar sosialisasi pengawasan partisipatif di Hotel Gripta Kudus, Rabu(5/11/2024)."
NEXT = "Kegiatan itu diikuti perwakilan organisasi kemasyarakatan dan kepemudaan dari sembilan kecamatan di kabupaten tersebut."
TITLE = "Bawaslu Kudus Gelar Sosialisasi"


def test_an_article(knowledge: Knowledge, make_page: MakePage) -> None:
    page = make_page("Berita89 Dilihat", LEAD, NEXT, "Penulis: Danu Wira", "Tags:", "Kudus", title=TITLE, region="33.19")
    article = read_page(page, knowledge)
    assert article.body == f"{LEAD}\n\n{NEXT}"
    assert (article.title, article.tags, [b.name for b in article.bylines]) == (TITLE, ("Kudus",), ["Danu Wira"])
    assert article.dateline is not None and article.dateline.place == "KUDUS"
    event = article.event
    assert event is not None and event.date is not None and event.place is not None and event.place.kabkota is not None
    assert (event.type, str(event.date.start), event.place.kabkota.code) == ("sosialisasi", "2024-11-05", "33.19")
    assert article.flags == (Flag.weekday_mismatch, Flag.short_body)[: len(article.flags)]
    assert article.provenance.extracted_at == article.fetched_at == page.fetched_at


def test_an_article_on_several_pages_is_whole_and_in_order(knowledge: Knowledge, make_page: MakePage) -> None:
    first = make_page(LEAD, NEXT, "Halaman: 1 2 Selanjutnya", title=TITLE)
    last = "“Semua warga harus ikut mengawasi tahapan ini sejak awal sampai akhir,” kata Danu Wira menutup kegiatan itu."
    second = make_page(NEXT, last, "Penulis: Danu Wira", title=TITLE)
    article = read_page(replace(first, parts=(second.html,)), knowledge)
    assert article.body == f"{LEAD}\n\n{NEXT}\n\n{last}"
    assert [byline.name for byline in article.bylines] == ["Danu Wira"]
    assert article.id == read_page(first, knowledge).id
    assert article.event is not None and [quote.speaker for quote in article.event.quotes] == ["Danu Wira"]


def test_the_same_page_gives_the_same_bytes(knowledge: Knowledge, make_page: MakePage) -> None:
    page = make_page(LEAD, NEXT, title=TITLE)
    assert read_page(page, knowledge).model_dump_json() == read_page(page, knowledge).model_dump_json()


def test_reading_a_clean_body_again_changes_nothing(knowledge: Knowledge, make_page: MakePage) -> None:
    once = read_page(make_page("Klik Gambar", LEAD, "Baca juga: Satu Dua", NEXT, "Selesai sudah. (Red)", title=TITLE), knowledge)
    again = read_page(make_page(*once.body.split("\n\n"), title=TITLE), knowledge)
    assert (again.body, again.event, again.content_hash, again.fingerprint) == (once.body, once.event, once.content_hash, once.fingerprint)


PARAGRAPHS = [
    LEAD,
    NEXT,
    "“Pengawasan tidak dapat dilakukan sendiri, semua warga harus ikut serta sejak awal tahapan,” kata Danu Wira. (Red)",
    "Warga mengikuti kegiatan itu hingga selesai. Baca juga: Bupati Kudus Lantik Camat Setelah itu mereka pulang.",
    "Berita89 Dilihat",
    "Penulis: Danu Wira",
    "Klik Gambar",
    "Tags:",
]


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.sampled_from(PARAGRAPHS), unique=True, max_size=8))
def test_reading_any_clean_body_again_changes_nothing(knowledge: Knowledge, make_page: MakePage, paragraphs: list[str]) -> None:
    once = read_page(make_page(LEAD, NEXT, *(p for p in paragraphs if p not in (LEAD, NEXT)), title=TITLE), knowledge)
    again = read_page(make_page(*once.body.split("\n\n"), title=TITLE), knowledge)
    assert (again.body, again.event, again.content_hash) == (once.body, once.event, once.content_hash)


def test_the_version_is_the_packages() -> None:
    assert f'version = "{EXTRACTOR.removeprefix("kabar/")}"' in (PROJECT / "pyproject.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "empty_page"),
        (b" \n ", "empty_page"),
        (b"%PDF-1.7 ...", "binary_page"),
        (b"\x89PNG\r\n\x1a\n", "binary_page"),
        (b"\x00\x01" * 600, "binary_page"),
        (b"<html><body></body></html>", "no_article"),
        (
            b"<html><head><title>404 - Halaman tidak ditemukan</title></head><body><p>Maaf, halaman itu tidak ada.</p></body></html>",
            "soft_404",
        ),
        *(
            (b"<title>%s</title><p>Maaf." % title, "soft_404")
            for title in (b"404", b"404 | Suara", b"Error 404", b"404 Not Found", b"HTTP 404 - x")
        ),
        (
            b"<html><head><title>Just a moment...</title></head><body><p>Checking your browser.</p></body></html>",
            "challenge_page",
        ),
        (
            b"<html><head><title>Kabar Premium</title></head><body><p>Silakan masuk atau berlangganan untuk membaca berita ini.</p>"
            b"<form><input name=u><input type=password name=p></form></body></html>",
            "login_page",
        ),
    ],
)
def test_what_is_no_article_has_a_name(raw: bytes, reason: str, knowledge: Knowledge, make_page: MakePage) -> None:
    with pytest.raises(Reject) as refused:
        read_page(make_page(raw=raw), knowledge)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("change", "reason"), [({"status": 404}, "http_status"), ({"headers": {"content-type": "image/png"}}, "bad_content_type")]
)
def test_a_response_that_is_no_page(change: dict[str, object], reason: str, knowledge: Knowledge, make_page: MakePage) -> None:
    with pytest.raises(Reject) as refused:
        read_page(replace(make_page(LEAD, NEXT), **change), knowledge)  # type: ignore[arg-type]
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    "title", ["Korban Tidak Ditemukan, Pencarian Dihentikan", "Obat Itu Tidak Tersedia di Puskesmas", "404 Peserta Ikuti Ujian"]
)
def test_a_short_report_of_what_is_missing_is_read(title: str, knowledge: Knowledge, make_page: MakePage) -> None:
    assert read_page(make_page(LEAD, NEXT, title=title), knowledge).title == title


@pytest.mark.parametrize(
    "title",
    ["Halaman Tidak Ditemukan - Kabar", "404 Not Found", "Maaf, artikel yang Anda cari sudah dihapus", "Oops! That page can’t be found."],
)
def test_soft_404s(title: str, knowledge: Knowledge, make_page: MakePage) -> None:
    with pytest.raises(Reject) as refused:
        read_page(make_page("Silakan kembali ke beranda atau gunakan kolom pencarian di atas.", title=title), knowledge)
    assert refused.value.reason == "soft_404"


def test_a_news_report_about_404_is_read(knowledge: Knowledge, make_page: MakePage) -> None:
    assert "tidak ditemukan" in read_page(make_page(LEAD, NEXT, "Korban tidak ditemukan hingga malam.", title=TITLE), knowledge).body


MARKUP = [
    b"<p>",
    b"</p>",
    b"<script>",
    b"</script",
    b"<!--",
    b"\x00",
    b"\xff\xfe",
    b"<h1>",
    b"<title>",
    b"&#39;",
    b"\\n",
    b"<table><tr>",
    b"Kudus ",
    b"5/11/2024 ",
]


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.binary(max_size=200) | st.lists(st.sampled_from([*MARKUP, LEAD.encode(), NEXT.encode()]), max_size=20).map(b"".join))
def test_any_bytes_give_an_article_or_a_named_reason(knowledge: Knowledge, make_page: MakePage, raw: bytes) -> None:
    page: Page = make_page(raw=raw)
    try:
        article = read_page(page, knowledge)
    except Reject as refused:
        assert refused.reason
        return
    assert article == Article.model_validate_json(article.model_dump_json())
    assert_spans_exact(article)


def assert_spans_exact(article: Article) -> None:
    evidence = [part.evidence for part in (article.event.date, article.event.place) if part] if article.event else []
    for span in evidence:
        assert not isinstance(span, Span) or article.body[span.start : span.end] == span.exact != ""


SEEDS = sorted((GOLD / "annotations").glob("seed_*.json"))


@pytest.mark.skipif(not SEEDS, reason="the annotated pages are not beside this project")
@pytest.mark.parametrize("file", SEEDS, ids=lambda file: file.stem)
def test_the_seeds(file: Path, knowledge: Knowledge, make_page: MakePage) -> None:
    known = json.loads(file.read_text(encoding="utf-8"))
    page = json.loads((GOLD / "pages" / file.name).read_text(encoding="utf-8"))
    title = html.escape(page.get("title") or "")
    article = read_page(
        make_page(*[line for line in page["text"].split("\n") if line.strip() and line.strip() != page.get("title")], title=title),
        knowledge,
    )
    event = article.event
    assert event is not None and event.date is not None and event.place is not None and event.place.kabkota is not None
    assert (event.type, str(event.date.start), event.place.kabkota.code) == (
        known["event_type"],
        known["event_date"],
        known["kabkota_code"],
    )
    assert (Flag.weekday_mismatch in article.flags) == bool(known["date_conflict"])
    assert_spans_exact(article)

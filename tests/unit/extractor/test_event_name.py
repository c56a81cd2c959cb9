"""Names, themes and topics of events."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.extractor.event.kind import find_happening
from services.extractor.event.name import event_name, event_theme
from services.extractor.event.text import Text
from services.extractor.event.topics import find_topics
from services.extractor.knowledge import LANGUAGES, Knowledge

ROOT = Path(__file__).resolve().parents[3]


def text_of(body: str, title: str = "") -> Text:
    return Text(title, body, None, date(2026, 1, 1))


def name_of(body: str, knowledge: Knowledge) -> str | None:
    text = text_of(body)
    happening = find_happening(text, knowledge.event.kinds)
    return event_name(text, happening.called if happening else (), knowledge.event.naming)


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("Bawaslu melaksanakan kegiatan “Ngabuburit Pengawasan” di Kudus, Senin (3/3/2025).", "Ngabuburit Pengawasan"),
        ('Dinas Sosial menggelar acara "Lansia Bahagia" di aula.', "Lansia Bahagia"),
        (
            "KPU menggelar Rapat Koordinasi (Rakor) Logistik Pilkada Tahun 2024 di Hotel Sahid.",
            "Rapat Koordinasi (Rakor) Logistik Pilkada Tahun 2024",
        ),
        (
            "Camat membuka kegiatan Sosialisasi Pemilu Aman, Tertib dan Damai, Senin (3/3/2025).",
            "Sosialisasi Pemilu Aman, Tertib dan Damai",
        ),
        ("Warga mengikuti Festival Danau Poso 2025 di Tentena.", "Festival Danau Poso 2025"),
        (
            "KPU menggelar rapat Penyusunan Laporan Keuangan Semester I Tahun 2024 di Jakarta.",
            "rapat Penyusunan Laporan Keuangan Semester I Tahun 2024",
        ),
        ("Bawaslu menggelar sosialisasi kepada pemilih pemula di Kudus.", None),
        ("Bupati melantik Danu Wiyoto sebagai camat.", None),
        ("Komunitas menggelar Lomba Foto bagi pelajar.", None),
    ],
)
def test_names(body: str, name: str | None, knowledge: Knowledge) -> None:
    assert name_of(body, knowledge) == name


@pytest.mark.parametrize(
    ("body", "theme"),
    [
        ("Seminar bertema “Merawat Demokrasi” dibuka rektor.", "Merawat Demokrasi"),
        ('Upacara dengan tema "Umat Rukun, Negeri Maju" di lapangan.', "Umat Rukun, Negeri Maju"),
        ("Lomba ini mengambil tema : “Potensi Kampung” dan gratis.", "Potensi Kampung"),
        ("Dengan mengusung tema“Bersatu Kita Teguh,”kegiatan dihadiri warga.", "Bersatu Kita Teguh"),
        ("Seminar bertajuk Membangun Persatuan Guna Pemilu Damai, Danu menjelaskan.", "Membangun Persatuan Guna Pemilu Damai"),
        (
            "Kegiatan bertema “Saling Jaga Suara pada Pemilihan Tahun 2024.\n\nAcara ini dihadiri camat.",
            "Saling Jaga Suara pada Pemilihan Tahun 2024",
        ),
        ("Camat menyampaikan “tema besar” dalam sambutan.", None),
        ("Diskusi bertema lingkungan digelar.", None),
    ],
)
def test_themes(body: str, theme: str | None, knowledge: Knowledge) -> None:
    assert event_theme(text_of(body), knowledge.event.naming) == theme


@given(st.text("Aa dan“”\"'() ,.:\nbertema kegiatan 2024", max_size=80))
def test_a_name_is_words_of_the_page(knowledge: Knowledge, body: str) -> None:
    text = text_of(body)
    for words in (event_theme(text, knowledge.event.naming), event_name(text, (), knowledge.event.naming)):
        assert words is None or "".join(words.split()) in "".join(body.split())


@pytest.mark.parametrize(
    ("title", "body", "topics"),
    [
        ("Bawaslu Ingatkan Netralitas ASN", "Netralitas ASN diatur undang-undang.", ("netralitas-asn",)),
        ("Rakor", "Stunting di kabupaten turun. Angka stunting kini 14 persen.", ("stunting",)),
        ("Rakor", "Rapat membahas banyak hal.", ()),
        ("Sosialisasi", "Warga diajak menolak politik uang. Politik uang merusak. BNN hadir sekali.", ("politik-uang",)),
    ],
)
def test_topics(title: str, body: str, topics: tuple[str, ...], knowledge: Knowledge) -> None:
    assert find_topics(text_of(body, title), knowledge.event.topics) == topics


def test_every_topic_is_documented() -> None:
    rows = tomllib.loads((LANGUAGES / "id" / "topics.toml").read_text(encoding="utf-8"))["topic"]
    documented = re.findall(r"^\| `([a-z-]+)` \|", (ROOT / "docs" / "topics.md").read_text(encoding="utf-8"), re.M)
    assert documented == [row["id"] for row in rows] == sorted(documented)

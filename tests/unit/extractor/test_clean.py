from __future__ import annotations

import pytest

from services.extractor.clean import clean, split_lines
from services.extractor.knowledge import Knowledge

LEAD = "Bawaslu Kabupaten Kudus menggelar rapat koordinasi di Hotel Gripta, Selasa (14/11/2023)."
NEXT = "Kegiatan itu dihadiri panwascam dari sembilan kecamatan, kata panitia."


@pytest.mark.parametrize(
    "line",
    [
        "Lompat ke isi utama",
        "Berita89 Dilihat",
        "1.204 views".replace(".", ""),
        "Baca Juga :  Kodim Gelar Karya Bakti di Sungai",
        "BACA JUGA: Bupati Lantik Camat",
        "Klik Gambar",
        "ADVERTISEMENT",
        "Advertisement",
        "Foto, Istimewa",
        "Facebook",
        "WhatsApp",
        "22 Comment",
        "Halaman Selanjutnya",
        "Senin, 13 Jul 2020 11:30 WIB",
        "15 Juni 2022",
        "SCROLL TO CONTINUE WITH CONTENT",
        "Copyright@2023|Created by Kaka",
        "===",
        "\\n",
        "Artikel ini telah tayang di Kabar.com dengan judul Bupati Lantik Camat.",
        "[Narasi dilanjutkan setelah bagian referensi]",
    ],
)
def test_furniture_goes(line: str, knowledge: Knowledge) -> None:
    assert clean(split_lines(f"{LEAD}\n{line}\n{NEXT}"), "", knowledge.furniture).lines == (LEAD, NEXT)


@pytest.mark.parametrize(
    "line",
    [
        "Berita acara penghitungan suara ditandatangani semua saksi.",
        "Facebook dan Instagram dipakai untuk menyebarkan informasi itu.",
        "Fotonya beredar di media sosial.",
        "Tim gabungan masih mencari korban.",
        "“Baca buku setiap hari,” pesannya.",
        "Iklan kampanye dilarang di masa tenang.",
        "Senin, 13 Juli 2020, banjir merendam dua desa.",
    ],
)
def test_sentences_stay(line: str, knowledge: Knowledge) -> None:
    assert clean(split_lines(f"{LEAD}\n{line}\n{NEXT}"), "", knowledge.furniture).lines == (LEAD, line, NEXT)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Acara ditutup doa. Baca Juga : Bupati Lantik Camat di Kudus Kegiatan berlangsung tertib.",
            "Acara ditutup doa. Kegiatan berlangsung tertib.",
        ),
        (
            "Warga mengungsi. Baca juga: Banjir di Demak Surut Usai Hujan Reda Bantuan mulai datang.",
            "Warga mengungsi. Bantuan mulai datang.",
        ),
    ],
)
def test_baca_juga_goes_out_of_a_paragraph(text: str, expected: str, knowledge: Knowledge) -> None:
    assert clean([text], "", knowledge.furniture).lines == (expected,)


def test_related_titles_and_tags_at_the_end(knowledge: Knowledge) -> None:
    lines = [LEAD, "Related Posts", "Bawaslu Kudus Lantik Panwascam", "KPU Gelar Kirab", NEXT, "Tags:", "Kudus", "Rakor"]
    cleaned = clean(lines, "", knowledge.furniture)
    assert (cleaned.lines, cleaned.tags) == ((LEAD, NEXT), ("Kudus", "Rakor"))


def test_masthead_and_repeated_title(knowledge: Knowledge) -> None:
    title = "Bawaslu Kudus Gelar Rakor"
    assert clean(["Beranda", "Profil", title, title, LEAD, NEXT], title, knowledge.furniture).lines == (LEAD, NEXT)
    assert clean(["Kabar", "Kudus", "Fitur", LEAD], "", knowledge.furniture).lines == (LEAD,)


def test_caption_before_the_dateline(knowledge: Knowledge) -> None:
    dated = "KUDUS, KABAR.com - Bupati melantik camat baru."
    assert clean(["Bupati Kudus saat melantik camat di pendopo, Jumat (11/7/2025)", dated], "", knowledge.furniture).lines == (dated,)
    assert clean(["Banjir melanda Kudus pada Jumat.", dated], "", knowledge.furniture).lines == ("Banjir melanda Kudus pada Jumat.", dated)


def test_a_paragraph_broken_at_its_links_is_one_again() -> None:
    assert split_lines("Metro (\nKabar.co\n)\n — Universitas (\nUM\n) dan media\nbekerja.") == [
        "Metro (Kabar.co) — Universitas (UM) dan media",
        "bekerja.",
    ]

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.extractor.clean import split_lines
from services.extractor.knowledge import Knowledge
from services.extractor.tidy import Tidied, tidy

LEAD = "KENDARI – Bawaslu Kota Kendari menggelar rapat koordinasi di Hotel Claro, Selasa (14/11/2023)."
NEXT = "Kegiatan itu dihadiri panwascam dari sembilan kecamatan, kata panitia."
LAST = "Acara ditutup dengan doa bersama."


def tidied(knowledge: Knowledge, *lines: str, title: str = "") -> Tidied:
    return tidy(split_lines("\n".join(lines)), title, knowledge.furniture, knowledge.signatures)


# As publishers from Aceh to Papua print them, with invented names and titles.
FURNITURE = [
    "Penulis : Andi Saputra (Kontributor Kendari)", "Reporter: Wa Oda | Editor: La Odi", "Pewarta : Budi Santosa", "Uploader: Humas",
    "Laporan : Tim Liputan", "Dilaporkan oleh: Redaksi", "Foto : Istimewa/net", "Foto: Dok. Humas", "(Foto: Humas Bawaslu)",
    "Ketua Bawaslu saat membuka rapat. (Foto: Ist)", "Suasana rapat koordinasi (Dok. Bawaslu)", "Suasana rapat/Foto: Andi",
    "Keterangan Foto: Suasana rapat di Hotel Claro", "IMG 20200914 WA0022", "WhatsApp Image 2023-07-26 at 10.00.00 AM", "Perbesar",
    "COPYRIGHT © KABAR 2024", "Dilarang keras mengambil konten tanpa izin tertulis dari redaksi.", "banner 336x280", "- Advertisement -",
    "SCROLL TO RESUME CONTENT", "Scroll ke bawah untuk melanjutkan membaca", "Lanjutkan Membaca", "[Gambas:Video 20detik]",
    "Ikuti berita terkini dari kami di Google News, klik di sini.", "Dapatkan berita terbaru di WhatsApp Channel kami",
    "Follow our channel", "Gabung di Channel WhatsApp kami", "Post Views: 123", "Dibaca : 45 kali",
    "Tak Berkategori44 Dilihat", "Beranda » Berita » Daerah",
    "Rabu, 5 November 2024 | 10:20 WIB", "Senin, 12/08/2024 10:00 WIB", "2 menit baca", "Simak juga: Wali Kota Lantik Camat",
    "BACA: Wali Kota Lantik Camat", "Baca Juga Wali Kota Lantik Camat", "Halaman 1 2 3 Selanjutnya", "1 2 3 Selanjutnya", "Next Post",
    "Bagikan:", "Share this:", "Like this: Like Loading...", "#Bawaslu #Pemilu2024", "Artikel Selanjutnya Bupati Lantik Camat",
    "(*)", "***", "(adv)", "(Red)", "(Mg2/red)", "[HUMAS]",
    "(Heru Nasar)", "Sumber : Humas Pemkot", "A- A+", "Dengarkan Artikel",
]  # fmt: skip


@pytest.mark.parametrize("line", FURNITURE)
def test_furniture_goes_wherever_it_stands(line: str, knowledge: Knowledge) -> None:
    assert tidied(knowledge, LEAD, NEXT, LAST, line).lines == (LEAD, NEXT, LAST)
    assert tidied(knowledge, LEAD, NEXT, line, LAST).lines == (LEAD, NEXT, LAST)


SENTENCES = [
    "Website resmi Bawaslu dapat diakses masyarakat luas.", "Foto bersama menjadi penutup acara itu.",
    "Video itu beredar luas sejak Senin.",
    "Editor senior itu hadir sebagai narasumber.", "Dilihat dari datanya, angka itu turun.", "Kontak senjata terjadi dini hari.",
    "Halaman kantor itu dipenuhi warga.", "Terima kasih atas kerja sama semua pihak.", "Komentar warga beragam soal itu.",
    "Tag harga dipasang pada setiap barang.", "1. Menjaga netralitas ASN", "Berikut jadwal lengkapnya:", "Sumber api diduga dari dapur.",
    "Simak berita itu baik-baik, katanya.", "Oleh sebab itu, warga diminta waspada.", "Masuk tahap akhir, peserta dites.",
    "Polisi mengamankan 3 orang (Foto tersangka belum dirilis).", "Iklan kampanye dilarang di masa tenang.",
    "Red notice diterbitkan Interpol.",
]  # fmt: skip


@pytest.mark.parametrize("line", SENTENCES)
def test_sentences_stay_wherever_they_stand(line: str, knowledge: Knowledge) -> None:
    assert tidied(knowledge, LEAD, line, NEXT).lines == (LEAD, line, NEXT)
    assert tidied(knowledge, LEAD, NEXT, line).lines == (LEAD, NEXT, line)


def test_what_stands_before_the_dateline(knowledge: Knowledge) -> None:
    before = ["Daerah", "Andi Saputra", "Peserta rapat koordinasi di Kendari", "Peserta rapat koordinasi di Kendari"]
    assert tidied(knowledge, *before, LEAD, NEXT).lines == (LEAD, NEXT)


def test_a_caption_printed_twice_goes_and_a_paragraph_printed_twice_stays_once(knowledge: Knowledge) -> None:
    assert tidied(knowledge, LEAD, "Peserta rapat koordinasi", "Peserta rapat koordinasi (Ist)", NEXT, NEXT).lines == (LEAD, NEXT)


def test_comments_go_with_their_sentences_but_a_link_to_them_above_takes_nothing_along(knowledge: Knowledge) -> None:
    assert tidied(knowledge, LEAD, NEXT, "Tinggalkan Balasan", "Mantap sekali beritanya.").lines == (LEAD, NEXT)
    assert tidied(knowledge, "Tinggalkan Komentar", LEAD, NEXT).lines == (LEAD, NEXT)


PIECES = [
    LEAD,
    NEXT,
    *FURNITURE[:30],
    *SENTENCES[:6],
    f"{LAST} (Red)",
    f"{LAST} *** (Adv)",
    "Tags:",
    "Kendari",
    "Related Posts",
    "Baca juga: A B",
]


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=60), max_size=20))
def test_a_tidy_text_stays_as_it_is(knowledge: Knowledge, lines: list[str]) -> None:
    once = tidied(knowledge, *lines).lines
    assert tidied(knowledge, *once).lines == once


@given(st.permutations(SENTENCES), st.lists(st.sampled_from(FURNITURE), min_size=len(SENTENCES), max_size=len(SENTENCES)))
def test_every_sentence_stays_in_order(knowledge: Knowledge, sentences: list[str], furniture: list[str]) -> None:
    mixed = [line for pair in zip(sentences, furniture, strict=True) for line in pair]
    assert [line for line in tidied(knowledge, LEAD, *mixed, LAST).lines if line in sentences] == sentences

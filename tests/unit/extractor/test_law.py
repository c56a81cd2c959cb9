from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.extractor.event.law import find_law
from services.extractor.event.text import Text
from services.extractor.knowledge import Knowledge
from shared.documents import LegalRef, Span


def law(body: str, knowledge: Knowledge) -> tuple[LegalRef, ...]:
    return find_law(Text("", body, None, date(2026, 1, 1)), knowledge.event.law, knowledge.event.gazetteer)


@pytest.mark.parametrize(
    ("body", "ids"),
    [
        ("sesuai UU Nomor 7 Tahun 2017 tentang Pemilihan Umum.", ["UU 7/2017"]),
        ("Undang-Undang Nomor 10 Tahun 2016 mengatur itu.", ["UU 10/2016"]),
        ("UU No. 23/2014", ["UU 23/2014"]),
        ("menegakkan Perda No.2/2014.", ["Perda 2/2014"]),
        ("Perda yang disosialisasikan yaitu Perda Provinsi Lampung Nomor 4 Tahun 2023", ["Perda Provinsi Lampung 4/2023"]),
        ("dalam UU Pemilu no 7 Tahun 2017, yaitu", ["UU 7/2017"]),
        ("Undang-undang Republik Indonesia (RI) Nomor 35 Tahun 2009", ["UU 35/2009"]),
        ("UU ITE Nomor 11 Tahun 2008 sebagaimana diubah dengan UU Nomor 19 Tahun 2016", ["UU 11/2008", "UU 19/2016"]),
        ("Perppu Nomor 1 Tahun 2022 dan Inpres No 1 Tahun 2025", ["Perpu 1/2022", "Inpres 1/2025"]),
        ("Perbawaslu Nomor 7 dan 8 Tahun 2022", ["Perbawaslu 7/2022", "Perbawaslu 8/2022"]),
        ("Peraturan KPU (PKPU) Nomor 15 Tahun 2023", ["PKPU 15/2023"]),
        ("SKB 2/2022, PP 94/2021 dan Perpres 12/2025", ["SKB 2/2022", "PP 94/2021", "Perpres 12/2025"]),
        ("Surat Keputusan Bersama (SKB) Nomor 2 Tahun 2022", ["SKB 2/2022"]),
        ("Peraturan Menteri Dalam Negeri (Permendagri) Nomor 18 tahun 2020", ["Permendagri 18/2020"]),
        ("Perda Kabupaten Alor Nomor 3 Tahun 2020 tentang RPJMD", ["Perda Kabupaten Alor 3/2020"]),
        ("Peraturan Daerah (Perda) Provinsi Bengkulu Nomor 1 Tahun 2024", ["Perda Provinsi Bengkulu 1/2024"]),
        ("Perda Ketertiban Umum Nomor 3 Tahun 2015", ["Perda 3/2015"]),
        ("Qanun Aceh Nomor 6 Tahun 2014", ["Qanun Aceh 6/2014"]),
        ("Pergub Jawa Timur Nomor 10 Tahun 2023", ["Pergub Jawa Timur 10/2023"]),
        ("Surat Keputusan Jaksa Agung Republik Indonesia Nomor 352 Tahun 2025", ["SK Jaksa Agung RI 352/2025"]),
        ("Surat Edaran (SE) Badan Pengawas Pemilihan Umum RI Nomor 38 Tahun 2023", ["SE Bawaslu RI 38/2023"]),
        ("Instruksi Wali Kota Tual Nomor : 900/260/BPKAD.AKUN tentang laporan", ["Instruksi Wali Kota Tual 900/260/BPKAD.AKUN"]),
        ("TAP MPR Nomor XX/MPRS/1966", ["TAP MPR XX/MPRS/1966"]),
        ("Pasal 363 KUHP dan Pasal 5 UU 12/2022", ["KUHP", "UU 12/2022"]),
        ("nilai Pancasila dan UUD 1945", []),
        ("PP Muhammadiyah Nomor 5", []),
        ("SK nomor 5 dan Keputusan Nomor 237/PL.02 itu", []),
        ("pada 14/11/2023 di Kodim 0411/KM, nomor 7 tahun 2023", []),
        ("Rancangan Peraturan Daerah (Raperda) APBD Tahun Anggaran 2025", []),
        ("KUHP baru berlaku tahun depan", []),
    ],
)
def test_ids(body: str, ids: list[str], knowledge: Knowledge) -> None:
    assert [ref.id for ref in law(body, knowledge)] == ids


@pytest.mark.parametrize(
    ("body", "articles"),
    [
        ("Pasal 280 ayat (1) UU Nomor 7 Tahun 2017", ["Pasal 280 ayat (1)"]),
        ("pasal 3 Ayat 7 PKPU Nomor 5 Tahun 2019", ["Pasal 3 ayat (7)"]),
        ("UU Nomor 7 Tahun 2017 tentang Pemilihan Umum Pasal 280 ayat (2) huruf f", ["Pasal 280 ayat (2) huruf f"]),
        ("Pasal 114 ayat (2) jo Pasal 112 ayat (2) UU RI Nomor 35 Tahun 2009", ["Pasal 114 ayat (2)", "Pasal 112 ayat (2)"]),
        ("KUHP Pasal 363", ["Pasal 363"]),
        ("Pasal 363 ayat (1) ke-3 KUHP", ["Pasal 363 ayat (1) ke-3"]),
        ("Pasal 33 ayat (3) UUD 1945", ["Pasal 33 ayat (3)"]),
        ("UU 7/2017, Pasal 6 PP 10/2016", [None, "Pasal 6"]),
        ("Pasal 5 UU 7/2017. Menurut UU 7/2017 itu wajib.", ["Pasal 5"]),
    ],
)
def test_articles(body: str, articles: list[str | None], knowledge: Knowledge) -> None:
    assert [ref.article for ref in law(body, knowledge)] == articles


@pytest.mark.parametrize(
    ("body", "title"),
    [
        ("UU No 23 Tahun 2014 tentang Pemerintahan Daerah terutama urusan laut", "Pemerintahan Daerah"),
        ("SKB Nomor 2 Tahun 2022 tentang Pedoman Pembinaan dan Pengawasan Pegawai dalam Pemilihan Umum,” ujarnya",
         "Pedoman Pembinaan dan Pengawasan Pegawai dalam Pemilihan Umum"),
        ("PP 94/2021 tentang disiplin pegawai yang berlaku", "disiplin pegawai"),
        ("PP 94/2021 berlaku", None),
    ],
)  # fmt: skip
def test_titles(body: str, title: str | None, knowledge: Knowledge) -> None:
    assert [ref.title for ref in law(body, knowledge)] == [title]


PIECES = ["Pasal 5 ", "ayat (1) ", "UU ", "KUHP", " Nomor 7", " Tahun 2017", "/2017", " tentang Pemilu", ", ", "jo ", "SK Bupati", "\n\n"]


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join) | st.text(max_size=80))
def test_evidence_is_exact(knowledge: Knowledge, body: str) -> None:
    for ref in law(body, knowledge):
        assert isinstance(ref.evidence, Span)
        assert body[ref.evidence.start : ref.evidence.end] == ref.evidence.exact != ""

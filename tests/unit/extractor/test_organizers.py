"""Which organisations a page names, and which of them hold the event."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.extractor.event.organizations import find_organizations, listed
from services.extractor.event.organizers import find_organizers
from services.extractor.event.shape import shape_of
from services.extractor.knowledge import Knowledge
from shared.documents import Organization, Organizer, Source, Span


def read(knowledge: Knowledge, body: str, title: str = "") -> tuple[tuple[Organization, ...], tuple[Organizer, ...]]:
    event = knowledge.event
    shaped, heading = (shape_of(text, event.vocabulary, event.gazetteer) for text in (body, title))
    found = find_organizations(shaped, event.vocabulary)
    return listed(shaped, found), find_organizers(shaped, found, (), heading, event.vocabulary, event.holding, event.gazetteer)


@pytest.mark.parametrize(
    ("body", "name", "kind"),
    [
        ("Hadir Polres dan Kodim 1509/Labuha pagi itu.", "Kodim 1509/Labuha", "police_military"),
        ("Santan itu dari PT Transkontinen Raya Gorontalo.", "PT Transkontinen Raya Gorontalo", "company"),
        (
            "Kepala Badan Keuangan dan Aset Daerah (BKAD) Kota Bekasi hadir.",
            "Badan Keuangan dan Aset Daerah (BKAD) Kota Bekasi",
            "government",
        ),
        ("Menurut Bawaslu Provinsi Lampung, itu rawan.", "Bawaslu Provinsi Lampung", "bawaslu"),
        ("Ia lulusan Universitas Cenderawasih tahun lalu.", "Universitas Cenderawasih", "school"),
        ("Sidang di Pengadilan Negeri Tanjungkarang ditunda.", "Pengadilan Negeri Tanjungkarang", "judiciary"),
    ],
)
def test_organisations_with_their_kind(body: str, name: str, kind: str, knowledge: Knowledge) -> None:
    assert (name, kind) in [(each.name, each.kind.value) for each in read(knowledge, body)[0]]


def test_a_head_alone_names_none(knowledge: Knowledge) -> None:
    assert read(knowledge, "Dinas dan Badan itu bekerja sama dengan Partai.")[0] == ()


def test_the_fullest_form_stands_for_all(knowledge: Knowledge) -> None:
    named = read(knowledge, "Bawaslu Kota Madiun hadir. Kata Bawaslu, semua aman. Bawaslu Kota Madiun pulang.")[0]
    assert [each.name for each in named] == ["Bawaslu Kota Madiun"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Bawaslu Kota Madiun menggelar sosialisasi.", ["Bawaslu Kota Madiun"]),
        ("DPRD Kabupaten Mimika (Timika), kembali menggelar rapat.", ["DPRD Kabupaten Mimika (Timika)"]),
        ("Sosialisasi yang digelar oleh Badan Kesbangpol Kabupaten Boyolali itu ramai.", ["Badan Kesbangpol Kabupaten Boyolali"]),
        ("Upacara HUT RI dilaksanakan Pemkab Mukomuko.", ["Pemkab Mukomuko"]),
        ("Rapat paripurna DPRD Kabupaten Wajo digelar di ruang rapat utama.", ["DPRD Kabupaten Wajo"]),
        ("Pengadilan Negeri Kefamenanu menjatuhkan vonis lima tahun penjara.", ["Pengadilan Negeri Kefamenanu"]),
        ("Bawaslu Kota Madiun menerima laporan warga.", []),
        ("DKUPP Kabupaten Probolinggo menggelar pasar murah.", ["DKUPP Kabupaten Probolinggo"]),
        ("Pemerintah Desa Tanjung Sari, Kecamatan Natar, menyalurkan bantuan.", ["Pemerintah Desa Tanjung Sari"]),
        ("RSUD dr. Soedarso Pontianak meluncurkan layanan jantung.", ["RSUD dr. Soedarso Pontianak"]),
        ("Pelatihan itu digelar Dinas Koperasi dan UKM Kabupaten Alor.", ["Dinas Koperasi dan UKM Kabupaten Alor"]),
        (
            "Pemerintah Kabupaten Muara Enim melalui Dinas Pendidikan menggelar pelatihan.",
            ["Pemerintah Kabupaten Muara Enim", "Dinas Pendidikan"],
        ),
        ("KPU Kota Batu bersama Bawaslu Kota Batu mengadakan rapat.", ["KPU Kota Batu", "Bawaslu Kota Batu"]),
        ("Panwaslu Kecamatan Wonosobo melakukan pengawasan melekat.", ["Panwaslu Kecamatan Wonosobo"]),
        ("Kunjungan Kerja Spesifik Komisi II DPR-RI berlangsung.", ["Komisi II DPR-RI"]),
        ("Kegiatan itu dihadiri Bawaslu Kota Madiun.", []),
        ('"Polres Bengkulu Utara melaksanakan pengamanan," katanya.', []),
        ("Polres Bengkulu Utara siap melaksanakan pengamanan.", []),
    ],
)
def test_who_holds_it(body: str, expected: list[str], knowledge: Knowledge) -> None:
    assert [each.name for each in read(knowledge, body)[1]] == expected


def test_a_title_tells_where_the_body_does_not(knowledge: Knowledge) -> None:
    (organizer,) = read(knowledge, "Acara itu ramai.\n\nBawaslu Kota Madiun hadir.", "BAWASLU KOTA MADIUN GELAR SOSIALISASI")[1]
    assert organizer.name == "Bawaslu Kota Madiun"
    assert isinstance(organizer.evidence, Source)


# fmt: off
WORDS = st.sampled_from([
    "Bawaslu", "Kota", "Madiun", "menggelar", "digelar", "oleh", ",", ".", "(", ")", "dan", "Dinas", "O", "PT", "Budi", "bersama",
])
# fmt: on


@given(st.lists(WORDS, max_size=60))
def test_evidence_is_exact(knowledge: Knowledge, words: list[str]) -> None:
    body = " ".join(words)
    named, organizers = read(knowledge, body)
    for evidence in (*(each.evidence for each in named), *(each.evidence for each in organizers)):
        assert isinstance(evidence, Span)
        assert body[evidence.start : evidence.end] == evidence.exact

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.extractor.event.figures import find_figures
from services.extractor.event.text import Text
from services.extractor.knowledge import Knowledge
from shared.documents import Figure, Span


def figures(body: str, knowledge: Knowledge) -> tuple[Figure, ...]:
    return find_figures(Text("", body, None, date(2026, 1, 1)), knowledge.event.figures)


@pytest.mark.parametrize(
    ("body", "value", "unit", "kind", "text"),
    [
        ("senilai Rp6 miliar untuk", 6e9, "rupiah", "money", "Rp6 miliar"),
        ("Rp 1,5 juta", 1.5e6, "rupiah", "money", "Rp 1,5 juta"),
        ("Rp 500.000,- per orang", 5e5, "rupiah", "money", "Rp 500.000"),
        ("Rp5.000.000.000,00", 5e9, "rupiah", "money", "Rp5.000.000.000,00"),
        ("Rp 5 M", 5e9, "rupiah", "money", "Rp 5 M"),
        ("5 juta dolar AS", 5e6, "dolar AS", "money", "5 juta dolar AS"),
        ("menduduki peringkat 7 nasional", 7, "peringkat", "rank", "peringkat 7"),
        ("meraih juara II lomba", 2, "juara", "rank", "juara II"),
        ("di urutan ke-5", 5, "urutan", "rank", "urutan ke-5"),
        ("peringkat pertama", 1, "peringkat", "rank", "peringkat pertama"),
        ("sebesar 45,6 persen", 45.6, "persen", "percentage", "45,6 persen"),
        ("naik 12%", 12, "persen", "percentage", "12%"),
        ("45.625 persen", 45.625, "persen", "percentage", "45.625 persen"),
        ("52 ton beras", 52, "ton", "measure", "52 ton"),
        ("luas 2,5 hektar", 2.5, "hektare", "measure", "2,5 hektar"),
        ("30 organisasi Perangkat Daerah (OPD) di", 30, "organisasi perangkat daerah", "count", "30 organisasi Perangkat Daerah (OPD)"),
        ("14 kepala UPTD Puskesmas dan", 14, "kepala uptd puskesmas", "count", "14 kepala UPTD Puskesmas"),
        ("diikuti 1.500 peserta", 1500, "peserta", "count", "1.500 peserta"),
        ("1,2 juta jiwa", 1.2e6, "jiwa", "count", "1,2 juta jiwa"),
        ("5 unit mobil dinas", 5, "unit mobil", "count", "5 unit mobil"),
        ("2 (dua) orang tersangka", 2, "orang", "count", "2 (dua) orang"),
        ("dua orang meninggal", 2, "orang", "count", "dua orang"),
        ("dua puluh lima ribu rumah", 25000, "rumah", "count", "dua puluh lima ribu rumah"),
        ("tiga ratus dua belas ribu lima ratus orang", 312500, "orang", "count", "tiga ratus dua belas ribu lima ratus orang"),
        ("lima belas desa", 15, "desa", "count", "lima belas desa"),
    ],
)  # fmt: skip
def test_one(body: str, value: float, unit: str, kind: str, text: str, knowledge: Knowledge) -> None:
    (figure, *more) = figures(body, knowledge)
    assert (figure.value, figure.unit, figure.kind, figure.text) == (value, unit, kind, text)
    assert all(other.kind == "count" for other in more)


@pytest.mark.parametrize(
    "body",
    [
        "Senin 14 November 2023 pukul 13.30 WIB",
        "Selasa (14/11/2023)",
        "Kodim 0411/KM",
        "COVID-19 orang",
        "Pemilu 2024 peserta",
        "salah satu anggota",
        "telepon 0812 3456 7890",
        "siswa SMAN 1 siswa",
        "hukuman 5 tahun penjara",
        "berusia 25 tahun",
        "puluhan orang",
        "Nomor 7 desa",
    ],
)
def test_none(body: str, knowledge: Knowledge) -> None:
    assert figures(body, knowledge) == ()


def test_each_is_given_once(knowledge: Knowledge) -> None:
    assert [figure.text for figure in figures("200 orang hadir. Sebanyak 200 orang dan 3 desa.", knowledge)] == ["200 orang", "3 desa"]


def test_what_is_taken_is_no_figure(knowledge: Knowledge) -> None:
    body = "PP 12 orang dan 3 orang"
    found = find_figures(Text("", body, None, date(2026, 1, 1)), knowledge.event.figures, [(0, 5)])
    assert [figure.text for figure in found] == ["3 orang"]


PIECES = ["Rp", "12", ".500", ",5", " juta", " orang", " persen", "%", "dua ", "puluh ", "ribu ", "juara II ", "(dua)", " OPD", "\n\n", "/"]


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join) | st.text(max_size=80))
def test_evidence_is_exact(knowledge: Knowledge, body: str) -> None:
    for figure in figures(body, knowledge):
        assert isinstance(figure.evidence, Span)
        assert body[figure.evidence.start : figure.evidence.end] == figure.evidence.exact != ""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.extractor.event.dates import find_dates
from services.extractor.event.places import event_place
from services.extractor.event.text import Text
from services.extractor.knowledge import Knowledge
from shared.documents import Place, PlacePrecision, Region, Source, SourceName, Span

SENTENCES = [line.split("\t") for line in (Path(__file__).parent / "places.tsv").read_text(encoding="utf-8").splitlines() if line[0] != "#"]


def read(
    knowledge: Knowledge, body: str, *, title: str = "", day: date | None = None, dateline: str | None = None, home: str | None = None
) -> Place | None:
    """The place as the event's reading has it: its date is the first that the body states."""
    text = Text(title, body, None, date(2025, 6, 1))
    dates = find_dates(text, knowledge.event.calendar)
    focus = text.span(dates[0].start, dates[0].end) if dates else None
    return event_place(text, focus, day, dateline, home, knowledge.event.gazetteer, knowledge.event.places)


def shown(region: Region | None) -> str:
    return (region.code or region.name) if region else ""


@pytest.mark.parametrize(("body", "venue", "desa", "kecamatan", "region"), SENTENCES)
def test_what_a_sentence_says(body: str, venue: str, desa: str, kecamatan: str, region: str, knowledge: Knowledge) -> None:
    place = read(knowledge, body.replace("\\n", "\n"))
    assert place is not None
    found = (place.venue or "", shown(place.desa), shown(place.kecamatan), shown(place.kabkota) or shown(place.provinsi))
    assert found == (venue, desa, kecamatan, region)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("Sosialisasi berlangsung di Hotel Grand Skuntum Kota Metro.", "18.72"),
        ("Bawaslu Kota Madiun menggelar rakor di Aston Hotel Madiun.", "35.77"),
        ("Bupati Madiun melantik camat di Caruban.", "35.19"),
        ("Rakor dihadiri perwakilan OPD Pemkab Halsel di Hotel Buana.", "82.04"),
        ("Bupati Tanjabtim berkunjung ke Kecamatan Nipah Panjang.", "15.07"),
        ("Apel siaga digelar di Bandarlampung.", "18.71"),
        ("Sekda dilantik di Gedung Serbaguna VIP Bandara Kualanamu, Deliserdang.", "12.07"),
        ("Banjir melanda Kampung Hiripau, Distrik Mimika Timur, Kabupaten Mimika, Papua Tengah.", "94.04"),
        ("Truk menabrak motor di Desa Trutup, Kecamatan Plumpang, KabupatenTuban.", "35.23"),
        ("Bocah tenggelam di Desa Tamanjaya, Kecamatan Ciemas, Sukabumi.", "32.02"),  # the kecamatan tells which Sukabumi
        ("Santan dilepas di Kecamatan Tibawa, Kabupaten Gorontalo, Provinsi Gorontalo.", "75.01"),
        ("Wali Kota Gorontalo membuka festival.", "75.71"),
        ("Rapat digelar di Kecamatan Wonosobo, Kabupaten Tanggamus.", "18.06"),  # a kecamatan of the same name elsewhere
        ("Pemkab Kepulauan Tanimbar menyalurkan bantuan di Saumlaki.", "81.03"),
        ("Pelatihan dibuka di Kota Palangka Raya.", "62.71"),
        ("Festival digelar di Pulau Morotai.", "82.07"),
        ("Warga asal Kota Metro tampil di Kota Mataram.", "52.71"),
    ],
)
def test_kabupaten_and_kota(body: str, code: str, knowledge: Knowledge) -> None:
    place = read(knowledge, body)
    assert place is not None and place.kabkota is not None and place.provinsi is not None
    assert (place.kabkota.code, place.provinsi.code) == (code, code[:2])
    assert place.kabkota.name == knowledge.event.gazetteer.regions[code].name
    assert place.point is not None


@pytest.mark.parametrize(
    "body",
    [
        "Malang benar nasib warga itu.",
        "Batu besar jatuh menimpa rumah.",
        "Ia kuliah di Universitas Lampung.",
        "Mereka menyusuri Sungai Siak.",
        "Rapat digelar di aula.",
    ],
)
def test_no_place_is_made_up(body: str, knowledge: Knowledge) -> None:
    place = read(knowledge, body)
    assert place is None or place.inferred


@pytest.mark.parametrize(
    ("body", "precision", "of", "exact"),
    [
        ("Acara berlangsung di Hotel Melati Kota Metro.", "venue", "kabkota", "Hotel Melati Kota Metro"),
        ("Apel digelar di Kabupaten Kudus (Jawa Tengah).", "kabkota", "kabkota", "Kabupaten Kudus (Jawa Tengah)"),
        ("Banjir melanda Desa Trutup, Kecamatan Plumpang, Tuban.", "desa", "desa", "Desa Trutup, Kecamatan Plumpang, Tuban"),
        ("Bupati berkunjung ke Kecamatan Nipah Panjang.", "kecamatan", "kecamatan", "Kecamatan Nipah Panjang"),
    ],
)
def test_precision_point_and_evidence(body: str, precision: str, of: str, exact: str, knowledge: Knowledge) -> None:
    place = read(knowledge, body)
    assert place is not None and place.point is not None and isinstance(place.evidence, Span)
    assert (place.precision, place.point.of, place.evidence.exact) == (precision, of, exact)


def test_a_kecamatan_that_only_one_has_tells_the_kabupaten(knowledge: Knowledge) -> None:
    place = read(knowledge, "Bantuan diserahkan di Kecamatan Nipah Panjang.")
    assert place is not None and (shown(place.kabkota), place.inferred) == ("15.07", True)


def test_other_phrases_complete_the_events_own(knowledge: Knowledge) -> None:
    place = read(
        knowledge,
        "Banjir melanda Kecamatan Segah, Kabupaten Berau, Jumat (30/5/2025).\n\n"
        "Warga di Kampung Long Ayap dan Long Laai, Kecamatan Segah, mengungsi.\n\nSeorang warga Desa Gunung Sari dirawat di RSUD Berau.",
    )
    assert place is not None and (place.venue, shown(place.desa), shown(place.kecamatan)) == (None, "64.03.04.2003", "64.03.04")


@pytest.mark.parametrize(
    "body",
    [
        "Korban dilarikan ke RSUD Kudus, Senin (3/2/2025).",
        "Bupati Kudus yang ditemui wartawan di Gedung DPRD Kudus, Senin (3/2/2025), membenarkan.",
        "Pelaku, warga Jalan Melati, Kudus, menyerahkan diri, Senin (3/2/2025).",
        "Rapat tahunan digelar, Senin (3/2/2025).\n\n“Dulu rapat kami digelar di Hotel Melati Kudus,” ujarnya.",
    ],
)
def test_a_place_merely_mentioned_is_no_venue(body: str, knowledge: Knowledge) -> None:
    place = read(knowledge, body)
    assert place is None or place.venue is None


def test_the_code_in_force_on_the_day(knowledge: Knowledge) -> None:
    body = "Rapat digelar di Timika, Kabupaten Mimika, Papua."
    place = read(knowledge, body, day=date(2021, 10, 4))
    assert place is not None and place.kabkota is not None and place.provinsi is not None
    assert (place.kabkota.code, place.kabkota.code_then) == ("94.04", "91.09")
    assert (place.provinsi.name, place.provinsi.code_then) == ("Papua Tengah", "91")
    today = read(knowledge, body, day=date(2024, 10, 4))
    assert today is not None and today.kabkota is not None and today.kabkota.code_then is None


def test_a_province_alone(knowledge: Knowledge) -> None:
    place = read(knowledge, "Dua atlet asal Kota Metro meraih emas pada Fornas yang berlangsung di Provinsi Nusa Tenggara Barat.")
    assert place is not None and place.kabkota is None and place.provinsi is not None
    assert (place.provinsi.code, place.provinsi.iso, place.precision) == ("52", "ID-NB", PlacePrecision.provinsi)


def test_the_dateline_and_the_home_region_only_fill_in(knowledge: Knowledge) -> None:
    by_dateline = read(knowledge, "Warga bergotong royong.", dateline="Liwa", home="35.77")
    assert by_dateline is not None and by_dateline.kabkota is not None and by_dateline.inferred
    assert (by_dateline.kabkota.code, by_dateline.evidence) == ("18.04", Source(source=SourceName.dateline))
    by_home = read(knowledge, "Warga bergotong royong.", home="35.77")
    assert by_home is not None and by_home.kabkota is not None and by_home.inferred
    assert (by_home.kabkota.code, by_home.evidence) == ("35.77", Source(source=SourceName.site))
    stated = read(knowledge, "Apel digelar di Kabupaten Kudus.", dateline="Liwa", home="35.77")
    assert stated is not None and stated.kabkota is not None and (stated.kabkota.code, stated.inferred) == ("33.19", False)


def test_a_homonym_is_the_sites_own(knowledge: Knowledge) -> None:
    for home in ("35.77", "35.19"):
        place = read(knowledge, "Ratusan warga Madiun mengikuti lomba.", home=home)
        assert place is not None and place.kabkota is not None and place.kabkota.code == home


@given(
    st.lists(
        st.sampled_from(
            [
                "Kota ",
                "Kudus",
                "di ",
                "Madiun",
                ", ",
                "Hotel ",
                "Aula ",
                "(",
                "Desa ",
                "Kecamatan ",
                "Metro",
                ". ",
                "\n\n",
                "Gorontalo",
                "İ",
            ]
        )
        | st.text(max_size=4),
        max_size=25,
    ).map("".join)
)
def test_spans_are_exact_on_any_text(knowledge: Knowledge, body: str) -> None:
    place = read(knowledge, body)
    if place and isinstance(place.evidence, Span):
        assert body[place.evidence.start : place.evidence.end] == place.evidence.exact != ""

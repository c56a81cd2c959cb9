from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.extractor.event.places import event_place
from services.extractor.event.text import Text
from services.extractor.knowledge import Knowledge
from shared.documents import Place, PlacePrecision, Source, SourceName, Span


def read(knowledge: Knowledge, body: str, *, title: str = "", dateline: str | None = None, home: str | None = None) -> Place | None:
    return event_place(Text(title, body, None, date(2025, 1, 1)), None, dateline, home, knowledge.event.gazetteer, knowledge.event.places)


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
    assert (place.kabkota.code, place.provinsi.code, place.precision) == (code, code[:2], PlacePrecision.kabkota)
    assert place.kabkota.name == knowledge.event.gazetteer.regions[code].name
    assert place.point is not None and place.point.of is PlacePrecision.kabkota


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
        st.sampled_from(["Kota ", "Kudus", "di ", "Madiun", ", ", "Kecamatan ", "Metro", ". ", "\n\n", "Gorontalo", "İ"])
        | st.text(max_size=4),
        max_size=25,
    ).map("".join)
)
def test_spans_are_exact_on_any_text(knowledge: Knowledge, body: str) -> None:
    place = read(knowledge, body)
    if place and isinstance(place.evidence, Span):
        assert body[place.evidence.start : place.evidence.end] == place.evidence.exact != ""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.extractor.gazetteer import build
from services.extractor.gazetteer.region import read_row
from services.extractor.knowledge import LANGUAGES, Knowledge


def test_every_level_is_there(knowledge: Knowledge) -> None:
    levels = [region.level for region in knowledge.event.gazetteer.regions.values()]
    assert {level: levels.count(level) for level in set(levels)} == {"provinsi": 38, "kabupaten": 416, "kota": 98, "kecamatan": 7285}
    assert set(knowledge.event.gazetteer.iso) == {code for code in knowledge.event.gazetteer.regions if len(code) == 2}


@pytest.mark.parametrize(
    ("name", "within", "codes"),
    [
        ("Keude Bakongan", "11.01", ["11.01.01.2001"]),
        ("keudebakongan", "11.01", ["11.01.01.2001"]),
        ("Nipah Panjang 1", "15.07", ["15.07.02.1001"]),  # the register has a Roman numeral
        ("Keude Bakongan", "35", []),
        (".*", "", []),
        ("", "", []),
    ],
)
def test_desa_is_looked_up_within_a_region(name: str, within: str, codes: list[str], knowledge: Knowledge) -> None:
    assert [row.code for row in knowledge.event.gazetteer.desa.named(name, within)] == codes


@given(st.data())
def test_every_desa_is_found_by_its_name(knowledge: Knowledge, data: st.DataObject) -> None:
    table = knowledge.event.gazetteer.desa
    at = data.draw(st.integers(0, len(table.rows) - 1))
    start = table.rows.rfind(b"\n", 0, at) + 1
    row = read_row(table.rows[start : table.rows.index(b"\n", start)].decode())
    assert row in table.named(row.name)


@pytest.mark.parametrize(
    ("code", "day", "then"),
    [
        ("94.04", date(2021, 10, 2), "91.09"),
        ("94.04", date(2022, 12, 19), None),
        ("96.71", date(2023, 5, 1), "92.71"),
        ("96.71", date(2025, 6, 16), None),
        ("18.72", date(2001, 1, 1), None),
        ("94.04", None, None),
    ],
)
def test_codes_of_other_days(code: str, day: date | None, then: str | None, knowledge: Knowledge) -> None:
    assert knowledge.event.gazetteer.former.then(code, day) == then


def test_aliases_are_sorted_and_known(knowledge: Knowledge) -> None:
    lines = (LANGUAGES / "id" / "region_aliases.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    assert [name for name, _, _ in rows] == sorted((name for name, _, _ in rows), key=str.casefold)
    assert {kind for _, _, kind in rows} == {"short", "seat", "old", "other"}
    assert {code for _, code, _ in rows} - set(knowledge.event.gazetteer.regions) == {"-"}


def test_names_are_found_as_whole_words_with_their_offsets(knowledge: Knowledge) -> None:
    text = "İni di Kudus dan BANDAR LAMPUNG, bukan kudusan, Kudusnya, Metro TV atau kudus."
    found = [(text[hit.start : hit.end], hit.codes) for hit in knowledge.event.gazetteer.find(text)]
    assert found == [("Kudus", ("33.19",)), ("BANDAR LAMPUNG", ("18.71",))]


def test_a_name_cut_in_two_by_its_abbreviation(knowledge: Knowledge) -> None:
    text = "Kabupaten Ogan Komering Ulu (OKU) Timur dan Ogan Komering Ulu (OKU) saja"
    assert [(text[hit.start : hit.end], hit.codes) for hit in knowledge.event.gazetteer.find(text)] == [
        ("Ogan Komering Ulu (OKU) Timur", ("16.08",)),
        ("Ogan Komering Ulu", ("16.01",)),
        ("OKU", ("16.01",)),
    ]


def test_building_is_reproducible_from_the_register(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    register = Path(__file__).resolve().parents[3] / "../shared/wilayah"
    if not register.is_dir():
        pytest.skip("the register of regions is not beside this project")
    monkeypatch.setattr(build, "HERE", tmp_path)
    assert build.main([str(register)]) == 0
    for name in ("regions.tsv.zst", "desa.tsv.zst", "former_codes.tsv"):
        assert (tmp_path / name).read_bytes() == (Path(build.__file__).parent / name).read_bytes()


def test_building_says_what_it_wants(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert build.main([str(tmp_path)]) == 2
    assert "wilayah.tsv" in capsys.readouterr().err

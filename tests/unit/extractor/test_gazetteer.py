from __future__ import annotations

from pathlib import Path

import pytest

from services.extractor.gazetteer import build
from services.extractor.knowledge import LANGUAGES, Knowledge


def test_every_level_is_there(knowledge: Knowledge) -> None:
    levels = [region.level for region in knowledge.event.gazetteer.regions.values()]
    assert {level: levels.count(level) for level in set(levels)} == {"provinsi": 38, "kabupaten": 416, "kota": 98, "kecamatan": 7285}
    assert set(knowledge.event.gazetteer.iso) == {code for code in knowledge.event.gazetteer.regions if len(code) == 2}


def test_desa_is_looked_up_within_a_region(knowledge: Knowledge) -> None:
    assert knowledge.event.gazetteer.desa("Keude Bakongan", "11.01") == "11.01.01.2001"
    assert knowledge.event.gazetteer.desa("Keude Bakongan", "35") is None
    assert knowledge.event.gazetteer.desa(".*", "11.01") is None


def test_aliases_are_sorted_and_known(knowledge: Knowledge) -> None:
    lines = (LANGUAGES / "id" / "region_aliases.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    assert [name for name, _, _ in rows] == sorted((name for name, _, _ in rows), key=str.casefold)
    assert {kind for _, _, kind in rows} == {"short", "seat", "old"}
    assert [code for _, code, _ in rows if code not in knowledge.event.gazetteer.regions] == []


def test_names_are_found_as_whole_words_with_their_offsets(knowledge: Knowledge) -> None:
    text = "İni di Kudus dan BANDAR LAMPUNG, bukan kudusan, Kudusnya atau kudus."
    found = [(text[hit.start : hit.end], hit.codes) for hit in knowledge.event.gazetteer.find(text)]
    assert found == [("Kudus", ("33.19",)), ("BANDAR LAMPUNG", ("18.71",))]


def test_building_is_reproducible_from_the_register(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    register = Path(__file__).resolve().parents[3] / "../shared/wilayah"
    if not register.is_dir():
        pytest.skip("the register of regions is not beside this project")
    monkeypatch.setattr(build, "HERE", tmp_path)
    assert build.main([str(register)]) == 0
    for name in ("regions.tsv.zst", "desa.tsv.zst"):
        assert (tmp_path / name).read_bytes() == (Path(build.__file__).parent / name).read_bytes()


def test_building_says_what_it_wants(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert build.main([str(tmp_path)]) == 2
    assert "wilayah.tsv" in capsys.readouterr().err

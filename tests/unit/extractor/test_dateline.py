from __future__ import annotations

import pytest

from services.extractor.dateline import read_dateline
from services.extractor.knowledge import Knowledge


@pytest.mark.parametrize(
    ("body", "place", "publisher"),
    [
        ("Labuha - Badan Pengawas", "Labuha", None),
        ("Liwa (Kabar.co) – Bupati", "Liwa", "Kabar.co"),
        ("PALEMBANG, Kabarnews.co – Longsor", "PALEMBANG", "Kabarnews.co"),
        ("KABARNEWS.ID (Bandar Lampung) – Sekretaris", "Bandar Lampung", "KABARNEWS.ID"),
        ("Kabarkalbar, Kubu Raya –Bawaslu", "Kubu Raya", "Kabarkalbar"),
        ("Kota Metro-(kabarnews)- Staf", "Kota Metro", "kabarnews"),
        ("Kabar6.com, Tuban -Truk", "Tuban", "Kabar6.com"),
        ("MIMIKA- Hujan deras", "MIMIKA", None),
        ("Boyolali-Pimpinan Anak Cabang", "Boyolali", None),
    ],
)
def test_datelines(body: str, place: str, publisher: str | None, knowledge: Knowledge) -> None:
    found = read_dateline(body, knowledge.event.gazetteer)
    assert found is not None and (found.place, found.publisher) == (place, publisher)


@pytest.mark.parametrize("body", ["Bupati melantik camat - dan lurah.", "Bawaslu se-Kudus bertemu.", "Tahun 2020 - 2035 direncanakan.", ""])
def test_no_dateline(body: str, knowledge: Knowledge) -> None:
    assert read_dateline(body, knowledge.event.gazetteer) is None

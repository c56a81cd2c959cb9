"""`kabar events` on a document store of its own, and what its formats make of nasty names."""

from __future__ import annotations

import asyncio
import csv
import io
import json

import pytest

from services.store.repository import open_repository
from shared.documents import Organizer, Place, PlacePrecision, Point, Region
from shared.settings import load_settings
from tests.unit.cli.conftest import Kabar
from tests.unit.store.test_search import LAMPUNG, METRO, event

SLY = event(
    1, "+Warga", name='=HYPERLINK("http://a.example")', theme="satu,\ndua",
    place=Place(
        venue="@Aula", provinsi=LAMPUNG, kabkota=METRO, precision=PlacePrecision.venue,
        point=Point(lat=-5.11, lon=105.31, of=PlacePrecision.kabkota),
    ),
    organizers=(Organizer(name="Bawaslu"), Organizer(name="KPU")),
)  # fmt: skip
PLAIN = event(
    2, "Rapat Digelar", name=None, place=Place(kabkota=Region(code="35.78", name="Kota Surabaya"), precision=PlacePrecision.kabkota)
)


@pytest.fixture(autouse=True)
def stored(store: str) -> None:
    async def keep() -> None:
        async with open_repository(store, load_settings().mongo_database) as repository:
            for saved in (SLY, PLAIN):
                assert await repository.put_event(saved, replacing=None)

    asyncio.run(keep())


def test_a_table_for_people(kabar: Kabar) -> None:
    code, out, err = kabar("events", "--region", "18.72")
    assert (code, err) == (0, "")
    assert out.splitlines()[0].strip() == "1 events"
    assert "@Aula, Kota Metro" in out
    assert "Rapat Digelar" in kabar("events", "--region", "35.78")[1]  # it has no name of its own
    assert kabar("events", "--limit", "1")[1].splitlines()[0].strip() == "The latest 1 events"


def test_jsonl_is_what_export_gives(kabar: Kabar) -> None:
    lines = kabar("events", "--format", "jsonl")[1].splitlines()
    assert sorted(lines) == sorted(kabar("export", "events")[1].splitlines())
    assert {json.loads(line)["id"] for line in lines} == {SLY.id, PLAIN.id}


def test_csv_has_no_formula(kabar: Kabar) -> None:
    _, out, _ = kabar("events", "--format", "csv")
    rows = {row["id"]: row for row in csv.DictReader(io.StringIO(out))}
    sly = rows[SLY.id]
    assert (sly["name"], sly["theme"], sly["venue"]) == ('\'=HYPERLINK("http://a.example")', "satu,\ndua", "'@Aula")
    assert (sly["title"], rows[PLAIN.id]["title"], rows[PLAIN.id]["name"]) == ("'+Warga", "Rapat Digelar", "")
    assert (sly["lat"], sly["lon"], sly["organizers"]) == ("-5.11", "105.31", "Bawaslu; KPU")
    assert (rows[PLAIN.id]["kabkota_code"], rows[PLAIN.id]["provinsi"], rows[PLAIN.id]["lat"]) == ("35.78", "", "")


def test_geojson(kabar: Kabar) -> None:
    made = json.loads(kabar("events", "--format", "geojson")[1])
    features = {feature["id"]: feature for feature in made["features"]}
    assert made["type"] == "FeatureCollection"
    assert features[SLY.id]["geometry"] == {"type": "Point", "coordinates": [105.31, -5.11]}
    assert features[PLAIN.id]["geometry"] is None
    assert features[SLY.id]["properties"]["place"]["kabkota"]["code"] == "18.72"
    assert json.loads(kabar("events", "--format", "geojson", "--topic", "tidak-ada")[1]) == {"type": "FeatureCollection", "features": []}


@pytest.mark.parametrize("words", [("--region", "Metro"), ("--type", "pesta"), ("--since", "kemarin"), ("--limit", "0")])
def test_a_wrong_call_is_said(kabar: Kabar, words: tuple[str, ...]) -> None:
    code, out, err = kabar("events", *words)
    assert (code, out) == (2, "")
    assert err.endswith("Try kabar --help.\n")

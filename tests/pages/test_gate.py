"""The accuracy gate holds, and its floors only rise."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.gate import COLLECTIONS, FLOORS, ROOT, Collection, Fall, Floors, falls, lowered, measure, raised, read_floors, scorer_is_there


@pytest.mark.timeout(300)
@pytest.mark.parametrize("collection", COLLECTIONS, ids=lambda collection: collection.name)
def test_no_figure_is_below_its_floor(collection: Collection) -> None:
    if not scorer_is_there():
        pytest.skip("no ../shared/gold beside the project: its score.py is what the pages are scored with")
    assert falls(collection.name, read_floors()[collection.name], measure(collection)) == ()


def test_every_collection_has_floors() -> None:
    floors = read_floors()
    assert set(floors) == {collection.name for collection in COLLECTIONS}
    assert all(0 <= floor <= 1 for figures in floors.values() for floor in figures.values())
    assert all("MEAN of the core fields" in figures for figures in floors.values())


def test_no_floor_is_lower_than_the_committed_one() -> None:
    assert lowered(_committed(), read_floors()) == ()


def _committed() -> Floors:
    """The floors of git's HEAD; skips where there is no git, no repository or no such file yet."""
    git = shutil.which("git")
    if git is None:
        pytest.skip("no git here to ask for the committed floors")
    name = FLOORS.relative_to(ROOT).as_posix()
    shown = subprocess.run([git, "show", f"HEAD:{name}"], cwd=ROOT, capture_output=True, check=False)
    if shown.returncode:
        pytest.skip(f"git has no {name} at HEAD")
    floors: Floors = json.loads(shown.stdout)
    return floors


@pytest.mark.parametrize(
    ("after", "fallen"),
    [
        ({"gold": {"date": 0.95, "quotes": 0.9}}, ()),
        ({"gold": {"date": 0.96, "quotes": 1.0, "new": 0.1}, "more": {"date": 0.1}}, ()),
        ({"gold": {"date": 0.949, "quotes": 0.9}}, (Fall("gold", "date", 0.95, 0.949),)),
        ({"gold": {"date": 0.95}}, (Fall("gold", "quotes", 0.9, None),)),
        ({}, (Fall("gold", "date", 0.95, None), Fall("gold", "quotes", 0.9, None))),
    ],
    ids=["the same", "higher and more", "lower", "a field dropped", "a collection dropped"],
)
def test_a_floor_that_sinks_is_named(after: Floors, fallen: tuple[Fall, ...]) -> None:
    assert lowered({"gold": {"date": 0.95, "quotes": 0.9}}, after) == fallen


def test_raising_never_lowers_and_rounds_down() -> None:
    floors: Floors = {"gold": {"date": 0.95, "quotes": 0.9}}
    measured: Floors = {"gold": {"date": 0.2, "quotes": 0.91299, "venue": 0.5555}}
    assert raised(floors, measured) == {"gold": {"date": 0.95, "quotes": 0.912, "venue": 0.555}}


def test_a_missing_file_has_no_floors(tmp_path: Path) -> None:
    assert read_floors(tmp_path / "gate.json") == {}

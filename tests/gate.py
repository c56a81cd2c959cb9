"""The accuracy gate: read the annotated pages as a user would, score them, and compare with floors that only rise.

usage: python -m tests.gate [--raise]

Five collections: `gold`, the real pages beside the project; `cases`, the first invented ones of tests/cases; `held_out`, those that were
held out until 2026-11-25; `modelled`, on real pages of many publishers; `unseen`, those that nobody tunes on now. Each is rendered to HTML,
read by `kabar extract --jsonl` and scored by ../shared/gold/score.py; a figure below its floor in tests/gate.json ends with exit 1.
`--raise` lifts every floor that is exceeded and adds the missing ones; it never lowers one.
"""

import argparse
import json
import math
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parents[1]
FLOORS = ROOT / "tests" / "gate.json"
GOLD = ROOT / "../shared/gold"
CASES = ROOT / "tests" / "cases"

Figures = dict[str, float]
"""Name of a field to its share of right answers or F1, 0 to 1."""
Floors = dict[str, Figures]
"""Name of a collection to its figures."""


@dataclass(frozen=True)
class Collection:
    """Annotated pages and what renders them: arguments of Python, printing records."""

    name: str
    folder: Path
    renderer: tuple[str, ...]


COLLECTIONS = (
    Collection("gold", GOLD, (str(GOLD / "render.py"),)),
    Collection("cases", CASES, ("-m", "tests.cases.render")),
    Collection("held_out", CASES / "held_out", ("-m", "tests.cases.render")),
    Collection("modelled", CASES / "modelled", ("-m", "tests.cases.render")),
    Collection("unseen", CASES / "unseen", ("-m", "tests.cases.render")),
)


@dataclass(frozen=True)
class Fall:
    """A figure below its floor; `measured` is None where the field is scored no more."""

    collection: str
    field: str
    floor: float
    measured: float | None


def scorer_is_there() -> bool:
    """The pages' publishers keep their texts: without ../shared nothing can be scored."""
    return (GOLD / "score.py").is_file()


def read_floors(path: Path = FLOORS) -> Floors:
    """The floors as committed; none where there is no file yet."""
    floors: Floors = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return floors


def measure(collection: Collection) -> Figures:
    """What the extractor makes of a collection, field by field. Raises CalledProcessError when a step fails."""
    records = _run([sys.executable, *collection.renderer, str(collection.folder / "pages")], b"")
    answers = _run([str(Path(sys.executable).with_name("kabar")), "extract", "--jsonl"], records)
    with tempfile.NamedTemporaryFile(suffix=".jsonl") as out:
        out.write(answers)
        out.flush()
        scored = _run([sys.executable, str(GOLD / "score.py"), str(collection.folder / "annotations"), out.name, "--json"], b"")
    return {field: figure["value"] for field, figure in json.loads(scored).items()}


def _run(command: list[str], given: bytes) -> bytes:
    return subprocess.run(command, input=given, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT, check=True).stdout


def falls(collection: str, floors: Mapping[str, float], measured: Mapping[str, float]) -> tuple[Fall, ...]:
    """Every floor of a collection that its figures do not reach, in the order of the floors."""
    found = ((field, floor, measured.get(field)) for field, floor in floors.items())
    return tuple(Fall(collection, field, floor, got) for field, floor, got in found if got is None or got < floor)


def raised(floors: Floors, measured: Floors) -> Floors:
    """The floors with what was measured, rounded down to three digits, wherever that is higher."""
    return {name: _raised(floors.get(name, {}), figures) for name, figures in measured.items()}


def _raised(floors: Figures, figures: Figures) -> Figures:
    return floors | {field: max(floors.get(field, 0.0), math.floor(value * 1000) / 1000) for field, value in figures.items()}


def lowered(before: Floors, after: Floors) -> tuple[Fall, ...]:
    """The floors that were higher, or there at all, in an earlier file."""
    return tuple(fall for name, floors in before.items() for fall in falls(name, floors, after.get(name, {})))


def table(measured: Floors, floors: Floors) -> Table:
    """Figures beside their floors, a row a field; what fell is marked."""
    shown = Table("", *measured, title="Accuracy (floor)", title_justify="left")
    for field in dict.fromkeys(field for figures in measured.values() for field in figures):
        shown.add_row(field, *(_cell(figures.get(field), floors.get(name, {}).get(field)) for name, figures in measured.items()))
    return shown


def _cell(value: float | None, floor: float | None) -> str:
    if value is None:
        return "" if floor is None else f"[red]gone ({floor:.3f})"
    mark = "red" if floor is not None and value < floor else "green"
    return f"[{mark}]{value:.3f}[/] ({floor:.3f})" if floor is not None else f"{value:.3f}"


def main() -> int:
    """Measure, show, compare; 0 when every floor holds or ../shared is not there, else 1."""
    parser = argparse.ArgumentParser(description="The accuracy gate.")
    parser.add_argument("--raise", action="store_true", dest="lift", help="lift the floors to what is measured")
    lift, console, floors = parser.parse_args().lift, Console(), read_floors()
    if not scorer_is_there():
        console.print("No ../shared/gold beside the project: there is nothing to score with, so the gate is left open.")
        return 0
    measured = {collection.name: measure(collection) for collection in COLLECTIONS}
    if lift:
        floors = raised(floors, measured)
        FLOORS.write_text(json.dumps(floors, indent=1) + "\n", encoding="utf-8")
    console.print(table(measured, floors))
    fallen = [fall for name, figures in measured.items() for fall in falls(name, floors.get(name, {}), figures)]
    for fall in fallen:
        console.print(f"[red]{fall.collection}: {fall.field} fell below {fall.floor:.3f}")
    return 1 if fallen else 0


if __name__ == "__main__":
    raise SystemExit(main())

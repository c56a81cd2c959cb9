"""What is published about the contract is what the code says (`make schemas` writes it)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from shared.envelope import SCHEMA_BASE
from shared.schemas import generated_parts, regenerate, schemas, with_part

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_published_schemas_are_those_of_the_code() -> None:
    published = {path.name: path.read_text(encoding="utf-8") for path in (DOCS / "schemas").iterdir()}
    assert published == schemas(), "run `make schemas` and commit what it changes"


@pytest.mark.parametrize("name", sorted(schemas()))
def test_schema_is_valid_and_names_itself(name: str) -> None:
    schema = json.loads(schemas()[name])
    Draft202012Validator.check_schema(schema)
    assert schema["$id"] == f"{SCHEMA_BASE}/{name}"


@pytest.mark.parametrize("page", sorted(generated_parts()))
def test_page_holds_what_the_code_says(page: str) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")
    assert text == with_part(text, generated_parts()[page]), "run `make schemas` and commit what it changes"


def test_regenerating_mends_what_differs(tmp_path: Path) -> None:
    for page, part in generated_parts().items():
        (tmp_path / page).write_text(with_part((DOCS / page).read_text(encoding="utf-8"), "| old |\n"), encoding="utf-8")
        assert part not in (tmp_path / page).read_text(encoding="utf-8")
    (tmp_path / "schemas").mkdir()
    (tmp_path / "schemas" / "Gone.v1.json").write_text("{}")
    regenerate(tmp_path)
    assert {path.name for path in (tmp_path / "schemas").iterdir()} == schemas().keys()
    for page, part in generated_parts().items():
        assert part in (tmp_path / page).read_text(encoding="utf-8")


def test_page_without_markers_is_refused() -> None:
    with pytest.raises(ValueError, match="markers"):
        with_part("# A page\n", "| x |\n")

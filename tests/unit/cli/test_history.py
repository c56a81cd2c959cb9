"""`kabar history` on a document store of its own."""

from __future__ import annotations

import asyncio
import json

import pytest

from services.store.repository import open_repository
from shared.settings import load_settings
from tests.merging.arriving import Arrivals
from tests.unit.cli.conftest import Kabar
from tests.unit.store.pages import page


@pytest.fixture
def stored(store: str) -> str:
    """An article of two versions. Returns its id."""

    async def keep() -> None:
        async with open_repository(store, load_settings().mongo_database) as repository:
            await Arrivals(repository).take([page("pagi", 1), page("sore", 2)])

    asyncio.run(keep())
    return page().id


def test_an_article_by_paragraph(kabar: Kabar, stored: str) -> None:
    code, out, err = kabar("history", stored)
    assert (code, err) == (0, "")
    first, second = out.split("revision 2")
    assert first.split()[:2] == ["revision", "1"]
    assert "- Apel siaga digelar Selasa (14/11/2023). pagi\n    + Apel siaga digelar Selasa (14/11/2023). sore\n" in second
    assert "  title\n    - Siaga: pagi\n    + Siaga: sore\n" in second
    assert "  event.name\n    - Apel pagi\n    + Apel sore\n" in second


def test_for_machines(kabar: Kabar, stored: str) -> None:
    code, out, err = kabar("history", stored, "--json")
    assert (code, err) == (0, "")
    first, second = map(json.loads, out.splitlines())
    assert (first["of"], first["revision"], first["changed_fields"], first["changes"]) == (stored, 1, [], [])
    assert (second["revision"], {"body", "event", "title"} <= set(second["changed_fields"])) == (2, True)
    assert {"field": "title", "removed": ["Siaga: pagi"], "added": ["Siaga: sore"]} in second["changes"]


@pytest.mark.usefixtures("store")
def test_one_nobody_knows(kabar: Kabar) -> None:
    code, _, err = kabar("history", "evt_entah")
    assert (code, err) == (1, "There is no event or article evt_entah: kabar events shows the events.\n")

"""What changed between two versions."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.store.history import Difference, differences
from services.store.repository import Database, Repository
from tests.merging.arriving import Arrivals
from tests.unit.store.pages import NO_EVENT, page
from tests.unit.store.test_moves import BRIDGE, ONE, TWO, evt

ROSITA = {"name": "Rosita", "evidence": {"start": 0, "end": 6, "exact": "Rosita"}}
HANS: dict[str, Any] = {"name": "Hans", "evidence": None}
DAY = {"start": "2023-11-14", "evidence": {"start": 3, "end": 9, "exact": "Selasa"}}
EVENT: dict[str, Any] = {"type": "apel", "date": DAY, "participants": [ROSITA, HANS]}
BEFORE: dict[str, Any] = {"title": "Apel siaga", "body": "Satu.\n\nDua.\n\nTiga.", "tags": ["Pemilu"], "content_hash": "a", "event": EVENT}
BARE = {"type": "apel", "date": {"start": "2023-11-14"}, "participants": [{"name": "Rosita"}, {"name": "Hans"}]}


def changed(**fields: Any) -> tuple[Difference, ...]:
    return differences(BEFORE, BEFORE | fields)


def test_what_only_moved_or_was_fetched_again_is_no_change() -> None:
    date = DAY | {"evidence": {"start": 30, "end": 36, "exact": "Selasa"}}
    assert changed(event=EVENT | {"date": date}, content_hash="b", revision=7, fetched_at="2024") == ()


@pytest.mark.parametrize(
    ("fields", "difference"),
    [
        ({"title": "Apel siaga batal"}, Difference("title", ("Apel siaga",), ("Apel siaga batal",))),
        ({"body": "Satu.\n\nDua, diralat.\n\nTiga."}, Difference("body", ("Dua.",), ("Dua, diralat.",))),
        ({"body": "Nol.\n\nSatu.\n\nDua.\n\nTiga."}, Difference("body", (), ("Nol.",))),
        ({"tags": ["Pemilu", "Metro"]}, Difference("tags", (), ("Metro",))),
        ({"section": "Daerah"}, Difference("section", (), ("Daerah",))),
        ({"event": EVENT | {"participants": [HANS]}}, Difference("event.participants", ({"name": "Rosita"},), ())),
        ({"event": None}, Difference("event", (BARE,), ())),
    ],
)  # fmt: skip
def test_by_paragraph_item_and_value(fields: dict[str, Any], difference: Difference) -> None:
    assert changed(**fields) == (difference,)


def test_a_paragraph_that_moved_went_and_came() -> None:
    (moved,) = changed(body="Satu.\n\nTiga.\n\nDua.")
    assert moved.field == "body"
    assert moved.removed == moved.added
    assert moved.added in {("Dua.",), ("Tiga.",)}


PARAGRAPHS = st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=8)


@given(PARAGRAPHS, PARAGRAPHS)
def test_what_went_and_what_came_make_the_one_of_the_other(old: list[str], new: list[str]) -> None:
    made = differences({"body": "\n\n".join(old)}, {"body": "\n\n".join(new)})
    removed, added = (made[0].removed, made[0].added) if made else ((), ())
    assert sorted([*old, *added]) == sorted([*new, *removed])
    assert bool(made) == (old != new)


@pytest.mark.integration
async def test_every_version_the_world_was_told_is_kept(database: Database, repository: Repository) -> None:
    """Of an event two became, and of one that was taken back; nothing twice, however often it is delivered."""
    arrivals = Arrivals(repository)
    for _ in range(2):
        await arrivals.take([ONE, TWO, BRIDGE, page("a", 1), page(NO_EVENT, 2)])
    kept = [(kept["of"], kept["revision"], kept["change"]) async for kept in database["event_revisions"].find()]
    assert len(kept) == len(set(kept))
    for name in ("satu", "dua"):
        assert [one[1:] for one in kept if one[0] == evt(name)] == [(1, "created"), (2, "merged")]
    assert {(event, change) for change, event in arrivals.changes} == {(event, change) for event, _, change in kept}

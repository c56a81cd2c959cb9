"""A second run is held to adding nothing, and to asking conditionally."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from demo.expected import Expected
from demo.second_run import Documents, is_complete, second_run_differences
from demo.serve import Asked

RECIPE = Expected("http://lampungraya.example/resep", "stored", frozenset({"none"}), None, None, frozenset())
TOO_BIG = Expected("http://lampungraya.example/besar", "dead:page_too_big", frozenset(), None, None, frozenset())
ROWS = (RECIPE, TOO_BIG)
ARTICLE = {"id": "art_1", "revision": 1, "canonical_url": RECIPE.url, "flags": [], "event": None}
LETTER = {"id": "ded_1", "url": TOO_BIG.url, "reason": "page_too_big"}
BEFORE = Documents((ARTICLE,), ({"id": "evt_1", "revision": 1},), (LETTER,), revisions=1)
UNCHANGED = (Asked("lampungraya.example", "/resep", 304, True),)


def test_a_second_run_that_changes_nothing_is_right() -> None:
    assert second_run_differences(ROWS, BEFORE, dataclasses.replace(BEFORE), UNCHANGED) == []


def test_only_a_complete_earlier_run_is_a_measure() -> None:
    assert is_complete(ROWS, BEFORE)
    assert not is_complete(ROWS, Documents())
    assert not is_complete(ROWS, dataclasses.replace(BEFORE, dead_letters=()))


@pytest.mark.parametrize(
    ("after", "said"),
    [
        ({"articles": (ARTICLE, {**ARTICLE, "id": "art_2"})}, "articles: art_2 was at revision None, is at 1"),
        ({"articles": ({**ARTICLE, "revision": 2},)}, "articles: art_1 was at revision 1, is at 2"),
        ({"events": ()}, "events: evt_1 was at revision 1, is at None"),
        ({"dead_letters": (LETTER, {**LETTER, "id": "ded_2"})}, "dead_letters: ded_2 was at revision None, is at 1"),
        ({"revisions": 2}, "1 revisions before this run, 2 after it"),
    ],
)
def test_whatever_came_went_or_changed_is_said(after: dict[str, Any], said: str) -> None:
    assert second_run_differences(ROWS, BEFORE, dataclasses.replace(BEFORE, **after), UNCHANGED) == [said]


@pytest.mark.parametrize(
    "asked", [(), (Asked("lampungraya.example", "/resep", 200, False),), (Asked("lampungraya.example", "/lain", 304, True),)]
)
def test_a_page_fetched_whole_again_is_said(asked: tuple[Asked, ...]) -> None:
    assert second_run_differences(ROWS, BEFORE, BEFORE, asked) == [f"{RECIPE.url}: not asked for conditionally"]

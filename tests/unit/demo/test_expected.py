"""The comparison finds every kind of difference, and none where there is none."""

from __future__ import annotations

from typing import Any

import pytest

from demo.expected import Expected, Outcome, differences, load_expected

HOME = "http://lampungraya.example/"
STORED = Expected(HOME + "apel", "stored", frozenset({"apel"}), "2025-07-21", "34.02", frozenset({"weekday_mismatch"}))
RECIPE = Expected(HOME + "resep", "stored", frozenset({"none"}), None, None, frozenset())
DEAD = Expected(HOME + "besar", "dead:page_too_big|too_long", frozenset(), None, None, frozenset())
NEVER = Expected(HOME + "premium", "never", frozenset(), None, None, frozenset())
ROWS = (STORED, RECIPE, DEAD, NEVER)


def article(url: str, **event: Any) -> dict[str, Any]:
    return {"id": "art_" + url, "canonical_url": url, "flags": ["weekday_mismatch"] if event else [], "event": event or None}


APEL = article(STORED.url, type="apel", date={"start": "2025-07-21"}, place={"kabkota": {"code": "34.02", "name": "Kabupaten Bantul"}})
PLAIN = article(RECIPE.url)
LETTER = {"id": "ded_1", "url": DEAD.url, "reason": "page_too_big"}
GOOD = Outcome((APEL, PLAIN), (LETTER,), (STORED.url, RECIPE.url, DEAD.url))


def test_the_expected_outcome_has_no_differences() -> None:
    assert differences(ROWS, GOOD) == []


def test_an_empty_outcome_differs_in_every_page_but_the_forbidden() -> None:
    assert len(differences(ROWS, Outcome((), (), ()))) == 3
    rows = load_expected()
    assert len(differences(rows, Outcome((), (), ()))) == sum(row.outcome != "never" for row in rows)


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (Outcome((PLAIN,), (LETTER,), ()), "apel: not stored"),
        (Outcome(({**APEL, "flags": []}, PLAIN), (LETTER,), ()), "apel: flags [], expected ['weekday_mismatch']"),
        (Outcome(({**APEL, "event": {**APEL["event"], "type": "sidang"}}, PLAIN), (LETTER,), ()), "apel: type sidang, expected apel"),
        (Outcome(({**APEL, "event": {**APEL["event"], "date": None}}, PLAIN), (LETTER,), ()), "apel: date None, expected 2025-07-21"),
        (Outcome(({**APEL, "event": {**APEL["event"], "place": {}}}, PLAIN), (LETTER,), ()), "apel: kabupaten/kota None, expected 34.02"),
        (Outcome((APEL, {**PLAIN, "event": {"type": "lainnya"}}), (LETTER,), ()), "resep: type lainnya, expected none"),
        (Outcome((APEL, PLAIN), (), ()), "besar: expected dead:page_too_big|too_long, but there is no dead letter"),
        (
            Outcome((APEL, PLAIN), ({**LETTER, "reason": "no_article"},), ()),
            "besar: dead-lettered as no_article, expected dead:page_too_big|too_long",
        ),
        (Outcome((APEL, PLAIN, article(DEAD.url)), (LETTER,), ()), "besar: stored, expected dead:page_too_big|too_long"),
        (Outcome((APEL, PLAIN), (LETTER,), (NEVER.url,)), "premium: was asked for, though robots.txt forbids it"),
        (Outcome((APEL, PLAIN, article(NEVER.url)), (LETTER,), ()), "premium: stored, expected never"),
        (Outcome((APEL, PLAIN, article(HOME + "lain")), (LETTER,), ()), "lain: stored, but not expected"),
        (Outcome((APEL, PLAIN), (LETTER, {**LETTER, "url": HOME + "x"}), ()), "x: dead-lettered (page_too_big), but not expected"),
        (Outcome((APEL, PLAIN, {**APEL, "id": "art_2"}), (LETTER,), ()), "1 articles are stored twice"),
    ],
)
def test_a_difference_is_said_in_one_sentence(outcome: Outcome, said: str) -> None:
    assert [line.removeprefix(HOME) for line in differences(ROWS, outcome)] == [said]

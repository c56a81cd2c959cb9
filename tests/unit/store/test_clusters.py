"""What is remembered of pairs of reports."""

from __future__ import annotations

from itertools import combinations

import pytest

from services.store import clusters
from services.store.clusters import Evidence
from services.store.revisions import decide
from services.store.similarity import Traits, similarity
from services.store.told import Told
from shared.documents import Participant
from tests.merging.generator import generate
from tests.unit.store.telling import told_by
from tests.unit.store.test_merged import told

REPORTS = [told_by(decide(None, report.article).article) for report in generate(3, articles=6, happenings=2)]
PAIRS = list(combinations(REPORTS, 2))


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[frozenset[str]]:
    """The pairs that were compared, in order, by ids; only four are remembered, and four before them."""
    seen: list[frozenset[str]] = []

    def noted(one: Traits, other: Traits) -> float:
        seen.append(frozenset({one.told.id, other.told.id}))
        return similarity(one, other)

    monkeypatch.setattr(clusters, "similarity", noted)
    monkeypatch.setattr(clusters, "_REMEMBERED", 4)
    return seen


def ask(evidence: Evidence, pairs: list[tuple[Told, Told]]) -> list[float]:
    return [evidence.between(one, other) for one, other in pairs]


def test_one_pair_too_many_does_not_make_all_forgotten(compared: list[frozenset[str]]) -> None:
    evidence = Evidence()
    ask(evidence, PAIRS[:5])
    assert len(compared) == 5
    ask(evidence, PAIRS[:3])
    assert len(compared) == 5


def test_what_is_not_asked_for_any_more_goes(compared: list[frozenset[str]]) -> None:
    evidence = Evidence()
    ask(evidence, PAIRS)
    one, other = PAIRS[0]
    evidence.between(other, one)
    assert compared.count(frozenset({one.id, other.id})) == 2


def test_forgetting_changes_no_answer(compared: list[frozenset[str]]) -> None:
    true = [similarity(Traits(one), Traits(other)) for one, other in PAIRS]
    evidence = Evidence()
    assert ask(evidence, PAIRS) == ask(evidence, PAIRS) == true
    assert len(compared) > len(PAIRS)


def test_two_reports_are_as_like_whichever_is_named_first() -> None:
    """One name of the one is in two of the other's."""
    one = told("a", participants=(Participant(name="Rosita Dewi"), Participant(name="Budi Halim")))
    other = told("b", participants=(Participant(name="Rosita Dewi Lestari"), Participant(name="Rosita Dewi Kusuma")))
    assert Evidence().between(one, other) == Evidence().between(other, one)

"""Evidence of pairs, whoever asks."""

from __future__ import annotations

from services.store.clusters import Evidence
from shared.documents import Participant
from tests.unit.store.test_merged import told


def test_two_reports_are_as_like_whichever_is_named_first() -> None:
    """One name of the one is in two of the other's."""
    one = told("a", participants=(Participant(name="Rosita Dewi"), Participant(name="Budi Halim")))
    other = told("b", participants=(Participant(name="Rosita Dewi Lestari"), Participant(name="Rosita Dewi Kusuma")))
    assert Evidence().between(one, other) == Evidence().between(other, one)

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.backoff import Backoff
from shared.settings import Settings

seconds = st.floats(0.001, 1_000)


@pytest.mark.parametrize(
    ("random", "waits"),
    [(0.0, [0.5, 1.0, 2.0, 2.5, 2.5]), (0.5, [0.75, 1.5, 3.0, 3.75, 3.75]), (1.0, [1.0, 2.0, 4.0, 5.0, 5.0])],
)
def test_waits_double_up_to_the_most(random: float, waits: list[float]) -> None:
    backoff = Backoff(1.0, 5.0, lambda: random)
    assert [backoff.next() for _ in waits] == waits


@given(seconds, seconds, st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_every_wait_is_more_than_none_and_at_most_the_most(first: float, most: float, draws: list[float]) -> None:
    left = iter(draws)
    backoff = Backoff(first, most, lambda: next(left))
    assert all(min(first, most) / 2 <= backoff.next() <= most for _ in draws)


def test_first_and_most_come_from_the_settings() -> None:
    backoff = Backoff.of(Settings(deliver_backoff_seconds=3, deliver_backoff_max_seconds=4), lambda: 1.0)
    assert [backoff.next(), backoff.next()] == [3, 4]

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.crawler.pace import before_retry, rest_after, retry_after, wait_before

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("asked_at", "now", "gap", "wait"),
    [(None, 100.0, 2.0, 0.0), (100.0, 100.0, 2.0, 2.0), (100.0, 101.5, 2.0, 0.5), (100.0, 109.0, 2.0, 0.0)],
)
def test_a_host_is_asked_again_after_its_gap(asked_at: float | None, now: float, gap: float, wait: float) -> None:
    assert wait_before(asked_at, now, gap=gap) == wait


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, 0), ("", 0), ("120", 120), (" 5 ", 5), ("-5", 0), ("1.5", 0), ("soon", 0), ("99999999999999", 86_400), ("²", 0),
        ("Mon, 23 Nov 2026 04:01:30 GMT", 90), ("Mon, 23 Nov 2026 03:00:00 GMT", 0), ("Mon, 23 Nov 2036 03:00:00 GMT", 86_400),
        ("Mon, 99 Nov 9999 99:99:99 GMT", 0),
    ],
)  # fmt: skip
def test_retry_after_in_both_forms(header: str | None, seconds: float) -> None:
    assert retry_after(header, NOW) == seconds


@given(st.text(max_size=60))
def test_any_retry_after_is_bounded(header: str) -> None:
    assert 0 <= retry_after(header, NOW) <= 86_400


@given(st.integers(1, 10_000), st.floats(0, 1, exclude_max=True))
def test_rests_and_retries_grow_and_are_bounded(times: int, random: float) -> None:
    assert rest_after(times, 0, random) <= rest_after(times + 1, 0, random) <= 86_400
    assert before_retry(times, 0, random) <= before_retry(times + 1, 0, random) <= 8


def test_what_the_host_asked_for_is_the_least() -> None:
    assert rest_after(1, 3_600, 0.5) == 3_600
    assert before_retry(1, 20, 0.5) == 20

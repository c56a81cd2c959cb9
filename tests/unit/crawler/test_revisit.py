from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.crawler.revisit import Revisits

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
USUAL = Revisits((3_600.0, 86_400.0, 604_800.0), 900.0, 300.0, 21_600.0)
WAITS = st.floats(0, 1e6)
REVISITS = st.builds(Revisits, st.lists(st.floats(1, 1e6)).map(tuple), WAITS, WAITS, WAITS)


@pytest.mark.parametrize(
    ("age", "due"),
    [
        pytest.param(timedelta(0), HOUR, id="new"),
        pytest.param(HOUR, DAY, id="looked at after an hour"),
        pytest.param(3 * HOUR, DAY, id="looked at late"),
        pytest.param(DAY, 7 * DAY, id="looked at after a day"),
        pytest.param(3 * DAY, 7 * DAY, id="the day missed"),
        pytest.param(7 * DAY, None, id="left alone"),
    ],
)
def test_looks_at_an_article(age: timedelta, due: timedelta | None) -> None:
    assert USUAL.article(NOW, None, NOW + age) == (None if due is None else NOW + due)


def test_an_old_article_out_of_an_archive_is_looked_at_once_more() -> None:
    assert USUAL.article(NOW, NOW - 30 * DAY, NOW) == NOW + 7 * DAY
    assert USUAL.article(NOW, NOW - 2 * DAY, NOW) == NOW + HOUR


def test_an_article_never_published_has_no_next_look() -> None:
    assert USUAL.article(None, None, NOW) is None
    assert Revisits((), 900.0, 300.0, 21_600.0).article(NOW, None, NOW) is None


@given(REVISITS, st.timedeltas(timedelta(0), timedelta(days=20)))
def test_the_next_look_lies_ahead_and_there_is_an_end(revisits: Revisits, age: timedelta) -> None:
    due = revisits.article(NOW, None, NOW + age)
    assert due is None or NOW + age < due <= NOW + timedelta(seconds=max(revisits.articles))
    # Looking when it is due uses up the looks, one after another.
    looks, at = 0, NOW
    while (next_look := revisits.article(NOW, None, at)) is not None:
        looks, at = looks + 1, next_look
    assert looks <= len(revisits.articles)


@given(REVISITS, st.none() | WAITS, st.booleans(), st.integers(0, 500))
def test_a_source_is_always_looked_at_within_bounds(revisits: Revisits, wait: float | None, changed: bool, new: int) -> None:
    bounds = min(revisits.least, revisits.start), max(revisits.most, revisits.start)
    assert bounds[0] <= revisits.source(wait, changed=changed, new=new) <= bounds[1]


@given(REVISITS, WAITS, WAITS, st.booleans(), st.integers(0, 500))
def test_who_waited_longer_waits_no_shorter(revisits: Revisits, one: float, other: float, changed: bool, new: int) -> None:
    short, long = (revisits.source(wait, changed=changed, new=new) for wait in sorted((one, other)))
    assert short <= long


@given(REVISITS, st.none() | WAITS, st.integers(1, 500))
def test_who_brings_more_is_looked_at_no_later(revisits: Revisits, wait: float | None, new: int) -> None:
    brought, changed = revisits.source(wait, changed=True, new=new), revisits.source(wait, changed=True, new=0)
    assert brought <= changed <= revisits.source(wait, changed=False, new=0)


def test_a_quiet_source_comes_to_the_most_and_a_busy_one_to_the_least() -> None:
    quiet = busy = USUAL.source(None, changed=True, new=0)
    assert quiet == 900.0
    for _ in range(10):
        quiet, busy = USUAL.source(quiet, changed=False, new=0), USUAL.source(busy, changed=True, new=3)
    assert (quiet, busy) == (21_600.0, 300.0)

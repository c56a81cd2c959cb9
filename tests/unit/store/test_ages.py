"""How old an article was: measured, or left out by name."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from services.store.ages import ages_of
from shared.documents import PublishedAt, SourceName, TimePrecision
from shared.metric_names import AGES
from tests.unit.store.pages import WIB, page

PUBLISHED = datetime(2023, 11, 14, 10, 0, tzinfo=WIB)
HOUR = timedelta(hours=1)


def ages(published: datetime | None, precision: TimePrecision, seen: datetime, stored: datetime) -> dict[str, float | str]:
    stated = None if published is None else PublishedAt(value=published, precision=precision, source=SourceName.meta)
    return dict(ages_of(page().model_copy(update={"published_at": stated, "fetched_at": seen}), stored))


@pytest.mark.parametrize("precision", [TimePrecision.minute, TimePrecision.second])
def test_the_three_legs(precision: TimePrecision) -> None:
    told = ages(PUBLISHED, precision, PUBLISHED + HOUR, PUBLISHED + HOUR + timedelta(seconds=20))
    assert told == {"published_seen": 3_600, "seen_stored": 20, "published_stored": 3_620}


@pytest.mark.parametrize(
    ("published", "precision", "reason"),
    [
        (None, TimePrecision.minute, "undated"),
        (PUBLISHED, TimePrecision.day, "day_only"),
        (PUBLISHED, TimePrecision.month, "day_only"),
        (PUBLISHED, TimePrecision.year, "day_only"),
        (PUBLISHED - timedelta(days=400), TimePrecision.minute, "too_old"),
        (datetime(1970, 1, 1, tzinfo=WIB), TimePrecision.second, "too_old"),
        (PUBLISHED + timedelta(days=9_000), TimePrecision.minute, "future"),
    ],
)
def test_a_page_that_does_not_tell_is_left_out_by_name(published: datetime | None, precision: TimePrecision, reason: str) -> None:
    told = ages(published, precision, PUBLISHED + HOUR, PUBLISHED + HOUR + timedelta(seconds=20))
    assert told == {"published_seen": reason, "seen_stored": 20, "published_stored": reason}


def test_a_page_kept_for_long_and_read_again_says_nothing_of_our_speed() -> None:
    told = ages(PUBLISHED, TimePrecision.minute, PUBLISHED + HOUR, PUBLISHED + timedelta(days=30))
    assert told == {"published_seen": 3_600, "seen_stored": "too_old", "published_stored": "too_old"}


def test_clocks_a_little_apart_are_no_time_and_far_apart_are_named() -> None:
    near = ages(PUBLISHED, TimePrecision.minute, PUBLISHED - timedelta(minutes=2), PUBLISHED - timedelta(minutes=3))
    assert near == {"published_seen": 0, "seen_stored": 0, "published_stored": 0}
    far = ages(PUBLISHED, TimePrecision.minute, PUBLISHED + HOUR, PUBLISHED)
    assert far["seen_stored"] == "future"


def test_the_buckets_reach_from_seconds_to_what_counts_as_news() -> None:
    assert list(AGES) == sorted(AGES)
    assert AGES[-1] == timedelta(days=7).total_seconds()

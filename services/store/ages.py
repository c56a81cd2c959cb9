"""How old a new article was when the crawler saw it, and when it was stored. Pure.

Only what is measured counts: a page that states a day and no time has no age in minutes, and what was found in an archive tells
nothing of our speed. Such ages are left out, by name.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from shared.documents import Article, TimePrecision

PUBLISHED_SEEN, SEEN_STORED, PUBLISHED_STORED = "published_seen", "seen_stored", "published_stored"
LONGEST = timedelta(days=7)
"""What is older is no news: the first pass over a site and every backfill bring years."""
_AHEAD = timedelta(minutes=5)
"""Clocks of sites, and of machines of ours, may differ by so much; it counts as no time at all."""
_MEASURED = {TimePrecision.second, TimePrecision.minute}


def ages_of(article: Article, stored_at: datetime) -> Iterator[tuple[str, float | str]]:
    """Leg, and its seconds or why it is left out: `undated`, `day_only`, `too_old`, `future`."""
    yield SEEN_STORED, _between(article.fetched_at, stored_at)
    for leg, until in ((PUBLISHED_SEEN, article.fetched_at), (PUBLISHED_STORED, stored_at)):
        published = article.published_at
        if published is None:
            yield leg, "undated"
        elif published.precision not in _MEASURED:
            yield leg, "day_only"
        else:
            yield leg, _between(published.value, until)


def _between(begin: datetime, end: datetime) -> float | str:
    age = end - begin
    if age < -_AHEAD:
        return "future"
    return "too_old" if age > LONGEST else max(0.0, age.total_seconds())

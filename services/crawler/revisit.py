"""When a URL is to be looked at again: an article soon after it appeared, a source as often as it brings something. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

_RARER, _OFTENER = 1.5, 0.5
"""Of the wait for a source: after a look that brought nothing, and after one that brought new articles."""


@dataclass(frozen=True)
class Revisits:
    """All in seconds. `articles` counts from the first publication; a source starts with `start` and stays between `least` and `most`."""

    articles: tuple[float, ...]
    start: float
    least: float
    most: float

    def article(self, published_at: datetime | None, dated: datetime | None, now: datetime) -> datetime | None:
        """The next look at an article that we first published then: the first that lies ahead, so that one missed is not made up for.

        `dated` is what its source says; one that was old already, found in an archive, is looked at the last time only.
        """
        if published_at is None or not self.articles:
            return None
        last = max(self.articles)
        old = dated is not None and (published_at - dated).total_seconds() > last
        looks = (published_at + timedelta(seconds=seconds) for seconds in ([last] if old else self.articles))
        return min((look for look in looks if look > now), default=None)

    def source(self, wait: float | None, *, changed: bool, new: int) -> float:
        """The seconds until a source is looked at again, if it was last looked at `wait` seconds before (`None`: never).

        `changed` says whether it answered with anything but what it said then, `new` how many articles nobody had heard of.
        """
        before = self.start if wait is None else wait
        if new:
            return self._bounded(before * _OFTENER)
        return self._bounded(before if changed else before * _RARER)

    def first(self) -> timedelta:
        """The wait before a source is looked at a second time, and before a doubt is settled."""
        return timedelta(seconds=self.start)

    def _bounded(self, wait: float) -> float:
        """Who starts outside of the bounds means it."""
        return min(max(wait, min(self.least, self.start)), max(self.most, self.start))

"""Where we have looked: for each site and day, what could be seen of it and what could not, counted URL by URL."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from services.crawler.discover.links import Kind
from services.crawler.known import NEVER_CHECKED, Known, Names

NO_LINKS = "no_links"
"""Of a source that answers and names nothing: its page is made by scripts, has moved, or is empty."""
Days = Mapping[tuple[str, str], "Day"]
"""By site id and day, as `2026-11-23`: UTC, by the crawlers' clock."""


@dataclass
class Day:
    """Of one site, each time it was asked. `sources`: feeds, sitemaps and listings that answered and name articles; `pages`: articles
    that were there, `new` of them for the first time. By reason, `unseen`: sources that could not be read; `refused`: articles that
    came to nothing, of those never published. `seen_at` is when the last of the sources was counted, `lost_at` when the last of the
    unseen, and `lost_for` why; they are no part of what is counted."""

    sources: int = 0
    pages: int = 0
    new: int = 0
    unseen: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    seen_at: datetime | None = field(default=None, compare=False)
    lost_at: datetime | None = field(default=None, compare=False)
    lost_for: str = field(default="", compare=False)

    def see(self, now: datetime) -> None:
        """A source that names articles."""
        self.sources, self.seen_at = self.sources + 1, now

    def lose(self, reason: str, now: datetime) -> None:
        """A source that could not be read, or names nothing."""
        self.unseen[reason] += 1
        self.lost_at, self.lost_for = now, reason

    def moments(self) -> dict[str, datetime]:
        """Those there are, by the name they are kept under."""
        return {name: at for name, at in (("seen_at", self.seen_at), ("lost_at", self.lost_at)) if at}

    def counts(self) -> dict[str, int]:
        """What is not nothing, by the name it is kept under. Names are ours: fields and reasons, never page data."""
        fields = {"sources": self.sources, "pages": self.pages, "new": self.new}
        named = {f"{kind}.{name}": count for kind in ("unseen", "refused") for name, count in sorted(getattr(self, kind).items())}
        return {name: count for name, count in {**fields, **named}.items() if count}


def day_of(found: Mapping[str, Any]) -> Day:
    """As the frontier keeps it."""
    return Day(
        **{name: found.get(name, 0) for name in ("sources", "pages", "new")},
        unseen=Counter(found.get("unseen", {})),
        refused=Counter(found.get("refused", {})),
        seen_at=found.get("seen_at"),  # this and the next two are not there in what was stored before
        lost_at=found.get("lost_at"),
        lost_for=found.get("lost_for", ""),
    )


class Ledger:
    """Of one visit. Archives are left out: they tell nothing of today. So are articles that we have and could not look at again."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._days: dict[tuple[str, str], Day] = {}

    @property
    def days(self) -> Days:
        return self._days

    def used(self, before: Known, after: Known) -> None:
        """An answer was used, or is as it was when last used."""
        if before.kind is Kind.archive or after.checked_at == NEVER_CHECKED:  # the latter will be asked for once more, as a whole
            return
        day, now = self._day(before.site)
        if before.is_article:
            day.pages += 1
            day.new += before.published_at is None
        elif after.names is Names.articles:
            day.see(now)
        elif after.names is Names.nothing:
            day.lose(NO_LINKS, now)

    def lost(self, known: Known, reason: str) -> None:
        """It came to nothing, this time."""
        if known.kind is Kind.archive or known.published_at is not None:
            return
        day, now = self._day(known.site)
        if known.is_article:
            day.refused[reason] += 1
        else:
            day.lose(reason, now)

    def away(self, sites: Iterable[str], reason: str) -> None:
        """The host was left before its sites' turn came: those of them that nothing is known of in this visit could not be seen."""
        noted = {site for site, _ in self._days}
        for site in sites:
            if site not in noted:
                day, now = self._day(site)
                day.lose(reason, now)

    def _day(self, site: str) -> tuple[Day, datetime]:
        """Of today, and how late it is."""
        now = self._now()
        return self._days.setdefault((site, now.date().isoformat()), Day()), now

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
    came to nothing, of those never published."""

    sources: int = 0
    pages: int = 0
    new: int = 0
    unseen: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)

    def counts(self) -> dict[str, int]:
        """What is not nothing, by the name it is kept under. Names are ours: fields and reasons, never page data."""
        fields = {"sources": self.sources, "pages": self.pages, "new": self.new}
        named = {f"{kind}.{name}": count for kind in ("unseen", "refused") for name, count in sorted(getattr(self, kind).items())}
        return {name: count for name, count in {**fields, **named}.items() if count}


def day_of(found: Mapping[str, Any]) -> Day:
    """As the frontier keeps it."""
    numbers = {name: found.get(name, 0) for name in ("sources", "pages", "new")}
    return Day(**numbers, unseen=Counter(found.get("unseen", {})), refused=Counter(found.get("refused", {})))


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
        day = self._day(before.site)
        if before.is_article:
            day.pages += 1
            day.new += before.published_at is None
        elif after.names is Names.articles:
            day.sources += 1
        elif after.names is Names.nothing:
            day.unseen[NO_LINKS] += 1

    def lost(self, known: Known, reason: str) -> None:
        """It came to nothing, this time."""
        if known.kind is not Kind.archive and known.published_at is None:
            day = self._day(known.site)
            (day.refused if known.is_article else day.unseen)[reason] += 1

    def away(self, sites: Iterable[str], reason: str) -> None:
        """The host was left before its sites' turn came: those of them that nothing is known of in this visit could not be seen."""
        noted = {site for site, _ in self._days}
        for site in sites:
            if site not in noted:
                self._day(site).unseen[reason] += 1

    def _day(self, site: str) -> Day:
        return self._days.setdefault((site, self._now().date().isoformat()), Day())

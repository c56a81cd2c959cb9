"""How sites fare: when a source of each was last seen, and why not since. Pure; from the crawler's ledger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from cli.verdict import Counts, Verdict, judge
from services.crawler.ledger import Day, Days


class Standing(IntEnum):
    """The best first."""

    well = 0
    """Its sources answer and name articles."""
    partly = 1
    """Some of its sources do, or it did until its last failure."""
    not_looked_at = 2
    """Nobody has asked a source of it in these days."""
    failing = 3
    """Nothing of it could be seen on the last day anybody looked."""
    blocked = 4
    """The same, and because we are not let in."""


@dataclass(frozen=True)
class Fare:
    """`seen` and `lost`: when a source was last there, and last not, as a moment or (noted by an older crawler) a day; empty: not in these
    days. `reason`: why it was last not there. `since`: the first day in a row on which nothing could be seen."""

    site: str
    standing: Standing
    seen: str = ""
    lost: str = ""
    reason: str = ""
    since: str = ""


def fares(sites: Iterable[str], ledger: Days) -> list[Fare]:
    """Of each of these sites (ids), the worst first, and of those alike the one that has failed for longest."""
    by_site: dict[str, dict[str, Day]] = {site: {} for site in sites}
    for (site, day), seen in ledger.items():
        if site in by_site:
            by_site[site][day] = seen
    every = (_fare(site, dict(sorted(days.items()))) for site, days in by_site.items())
    return sorted(every, key=lambda fare: (-fare.standing, fare.since or fare.seen, fare.site))


def _fare(site: str, days: Mapping[str, Day]) -> Fare:
    looked = {day: seen for day, seen in days.items() if seen.sources or seen.unseen}
    if not looked:
        return Fare(site, Standing.not_looked_at)
    last = looked[max(looked)]
    seen = _latest((day, one.seen_at) for day, one in looked.items() if one.sources)
    lost = _latest((day, one.lost_at) for day, one in looked.items() if one.unseen)
    reason = next((_reason(one) for one in reversed(looked.values()) if one.unseen), "")
    blind = not last.sources
    return Fare(site, _standing(last, blind=blind), seen, lost, reason, _since(looked) if blind else "")


def _standing(last: Day, *, blind: bool) -> Standing:
    if blind:
        verdict = judge(Counts(sources=last.sources, unseen=last.unseen))
        return Standing.blocked if verdict is Verdict.blocked else Standing.failing
    later = last.seen_at is not None and last.lost_at is not None and last.lost_at > last.seen_at
    return Standing.partly if later or last.unseen.total() > last.sources else Standing.well


def _since(looked: Mapping[str, Day]) -> str:
    """Days are in order."""
    since = ""
    for day, one in looked.items():
        since = "" if one.sources else since or day
    return since


def _reason(day: Day) -> str:
    """The last one; of what an older crawler noted the most frequent."""
    return day.lost_for or max(sorted(day.unseen), key=Counter(day.unseen).__getitem__)


def _latest(moments: Iterable[tuple[str, datetime | None]]) -> str:
    """As 2026-11-23T04:00:00Z, or 2026-11-23 where the moment is not known."""
    day, at = max(moments, key=lambda moment: moment[0], default=("", None))
    return day if at is None else f"{at:%Y-%m-%dT%H:%M:%SZ}"

"""What crawler and store know of sites and days → what is known of each site and each kabupaten/kota. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from cli.verdict import REASONED, Counts, Verdict, judge, judge_region, total, why
from services.crawler.ledger import Day, Days
from services.extractor.gazetteer.region import Region
from services.store.reader import Arrivals
from shared.sites import Site

_KABKOTA = 5
"""Length of the code of a kabupaten or kota."""


@dataclass(frozen=True)
class Unit:
    """A site, or a kabupaten/kota with the sites at home in it. `key` is the site's id or the code, `region` the code of the site's own
    region, of whatever level; `None` for one that has none, or is no longer in the registry."""

    key: str
    name: str
    region: str | None
    sites: tuple[str, ...]
    is_region: bool = False


@dataclass(frozen=True)
class Look:
    """What some days of a unit come to. A region's `counts` are its sites', but the events are those that lie in it; `reasons` are those
    of the sites that have its verdict, if that is a failure."""

    verdict: Verdict
    counts: Counts
    reasons: Counter[str]


@dataclass(frozen=True)
class Seen:
    """All that is known of the days."""

    ledger: Days
    arrivals: Arrivals

    def at(self, unit: Unit, days: Iterable[str]) -> Look:
        """These days of a unit together."""
        asked = list(days)
        each = [self._site(site, asked) for site in unit.sites]
        counts, verdicts = total(each), [judge(one) for one in each]
        if unit.is_region:
            counts = replace(counts, events=sum(self.arrivals.events_in.get((unit.key, day), 0) for day in asked))
        verdict = judge_region(counts.events, verdicts) if unit.is_region else verdicts[0]
        told = (why(one) for one, own in zip(each, verdicts, strict=True) if own is verdict in REASONED)
        return Look(verdict, counts, sum(told, Counter[str]()))

    def _site(self, site: str, days: Iterable[str]) -> Counts:
        known = ((site, day) for day in days)
        return total([self._day(key) for key in known if self._has(key)])

    def _has(self, key: tuple[str, str]) -> bool:
        of_store = (self.arrivals.articles, self.arrivals.events, self.arrivals.refused)
        return key in self.ledger or any(key in known for known in of_store)

    def _day(self, key: tuple[str, str]) -> Counts:
        day = self.ledger.get(key) or Day()
        articles, events = self.arrivals.articles.get(key, 0), self.arrivals.events.get(key, 0)
        rejected = Counter(self.arrivals.refused.get(key, {}))
        return Counts(day.sources, day.pages, day.new, articles, events, day.unseen, day.refused, rejected)


def days_of(since: date, until: date) -> list[str]:
    """Both included, as `2026-11-23`."""
    return [(since + timedelta(days=number)).isoformat() for number in range((until - since).days + 1)]


def site_units(sites: Sequence[Site], seen: Seen) -> list[Unit]:
    """Every site of the registry, and those that are no longer in it but have been seen, by id."""
    arrivals = seen.arrivals
    registered = {site.id: Unit(site.id, site.name, site.region, (site.id,)) for site in sites}
    known = {site for keys in (seen.ledger, arrivals.articles, arrivals.events, arrivals.refused) for site, _ in keys}
    others = {site: Unit(site, "", None, (site,)) for site in known - registered.keys()}
    return [unit for _, unit in sorted({**registered, **others}.items())]


def region_units(sites: Sequence[Site], regions: Mapping[str, Region], seen: Seen) -> list[Unit]:
    """Every kabupaten/kota of the register, and those besides in which events lie, by code. A site of a province or of the whole country
    is at home in none of them."""
    at_home: dict[str, tuple[str, ...]] = {}
    for site in sites:
        if site.region and len(site.region) >= _KABKOTA:
            code = site.region[:_KABKOTA]
            at_home[code] = (*at_home.get(code, ()), site.id)
    codes = {code for code in regions if len(code) == _KABKOTA} | {code for code, _ in seen.arrivals.events_in} | at_home.keys()
    names = {code: regions[code].name for code in codes if code in regions}
    return [Unit(code, names.get(code, ""), code, at_home.get(code, ()), is_region=True) for code in sorted(codes)]


def lies_in(unit: Unit, region: str) -> bool:
    """Is it in the region of this code."""
    return unit.region is not None and f"{unit.region}.".startswith(f"{region}.")

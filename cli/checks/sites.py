"""The sites: their files, and how they fare. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from cli.checks.finding import Finding, failure, listed, ok, warning
from cli.fares import Fare, Standing
from services.crawler.hosts import host_key
from shared.sites import Site

_LOOK = "See `kabar coverage --site ID` and `kabar sites check ID --live`"


def judge_registry(sites: Sequence[Site], regions: Collection[str]) -> Iterator[Finding]:
    """The entries by themselves; `regions` are the codes there are."""
    unknown = [f"{site.id} ({site.region})" for site in sites if site.region is not None and site.region not in regions]
    if not sites:
        yield failure("site files", "There is no site to read.", "Write an entry with `kabar sites probe URL --write FILE`.")
    if unknown:
        yield failure("site files", f"Sites with a region that does not exist: {listed(unknown)}.", "Mend their entries.")
    for host, ids in sorted(_shared_homes(sites).items()):
        says = f"{host} is the home of several sites: {listed(ids)}."
        yield warning("site files", says, "Leave one of them, unless they read different parts of the host.")
    if sites and not unknown:
        bare = sum(not (site.feeds or site.sitemaps or site.listings) for site in sites)
        yield ok("site files", f"Sites that can be read: {len(sites)}; of these {bare} name no source, which is then looked for from home.")


def judge_fares(fares: Sequence[Fare], days: int) -> Iterator[Finding]:
    """`days`: how many the crawler's ledger was asked for."""
    by_standing = {standing: [fare for fare in fares if fare.standing is standing] for standing in Standing}
    blocked, failing = by_standing[Standing.blocked], by_standing[Standing.failing]
    unknown, well = by_standing[Standing.not_looked_at], len(by_standing[Standing.well]) + len(by_standing[Standing.partly])
    if fares and len(unknown) == len(fares):
        yield warning("sites", f"Nobody has looked at any site in {days} days.", "Start the crawler.")
        return
    # At the crawler's start only few have been looked at, which says little of this machine.
    if len(blocked) + len(failing) > len(unknown) and not well:
        says = f"No site could be seen when last looked at: {_told([*blocked, *failing])}."
        yield failure("sites", says, f"See whether this machine reaches the web and resolves names. {_LOOK}.")
        return
    if blocked:
        says = f"Sites that do not let us in, {len(blocked)}: {_told(blocked)}."
        yield warning("sites", says, f"{_LOOK}; ask the site, or take it out of the site files.")
    if failing:
        yield warning("sites", f"Sites that cannot be seen, {len(failing)}: {_told(failing)}.", f"{_LOOK}.")
    if unknown:
        says = f"Sites not looked at in {days} days, {len(unknown)}: {listed(fare.site for fare in unknown)}."
        yield warning("sites", says, "See whether the crawler has the same site files, and whether it keeps up.")
    if well:
        yield ok("sites", f"Sites seen when last looked at: {well} of {len(fares)}.")


def _shared_homes(sites: Iterable[Site]) -> Mapping[str, list[str]]:
    homes: dict[str, list[str]] = {}
    for site in sites:
        homes.setdefault(host_key(site.home), []).append(site.id)
    return {host: ids for host, ids in homes.items() if len(ids) > 1}


def _told(fares: Iterable[Fare]) -> str:
    return listed(f"{fare.site} ({fare.reason} since {fare.since})" for fare in fares)

"""Which reports are of one happening: the whole partition, whatever order they came in. Pure.

Reports that are similar enough are linked; what hangs together so is cut again by average linkage, so that one doubtful report does not
make one of two happenings. Where a bridge goes, they come apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import combinations

from services.store.similarity import NEVER, SAME, Traits, copies, similarity
from services.store.told import Told

_MOST = 50
"""Reports that hang together beyond this many are one happening: an earthquake, or somebody who floods us; to cut them takes too long."""
_COMPARED = 5
"""Reports of one publisher that are compared with those of others: they are one source anyway."""
_REMEMBERED = 100_000
"""Pairs, some 20 MB."""

_Version = tuple[str, int]
_Between = Callable[[str, str], float]


class Evidence:
    """`similarity` of pairs of reports, remembered by their ids and revisions: each is asked for again at every arrival nearby."""

    def __init__(self) -> None:
        self._traits: dict[_Version, Traits] = {}
        self._pairs: dict[tuple[_Version, _Version], float] = {}

    def between(self, one: Told, other: Told) -> float:
        """See `services/store/similarity.py`."""
        # One of two names may be in both of the other's: which report is compared with which must not hang on who asks.
        first, second = sorted((one, other), key=lambda told: (told.id, told.revision))
        pair = (first.id, first.revision), (second.id, second.revision)
        if pair not in self._pairs:
            if len(self._pairs) >= _REMEMBERED:
                self._pairs.clear()
                self._traits.clear()
            self._pairs[pair] = similarity(self._traits_of(first), self._traits_of(second))
        return self._pairs[pair]

    def _traits_of(self, told: Told) -> Traits:
        version = told.id, told.revision
        if version not in self._traits:
            self._traits[version] = Traits(told)
        return self._traits[version]


def happenings(reports: Iterable[Told], evidence: Evidence) -> list[list[Told]]:
    """The reports by happening, each in order of first sight, the earliest first: it founds the event."""
    told = {one.id: one for one in sorted(reports, key=lambda one: one.id)}

    def between(one: str, other: str) -> float:
        return evidence.between(told[one], told[other])

    groups = [group for linked in _linked(list(told), between) for group in _average_linkage(linked, between)]
    return sorted((sorted((told[key] for key in group), key=order) for group in groups), key=lambda group: order(group[0]))


def linked_with(report: Told, others: Iterable[Told], evidence: Evidence) -> list[Told]:
    """Those of the others that are similar enough to be of one happening with the report."""
    return [other for other in others if other.id != report.id and evidence.between(report, other) >= SAME]


def independent(reports: Sequence[Told]) -> list[list[Told]]:
    """The reports by source: those of one publisher, and copies of one release, are one. In order of first sight."""
    by_site: dict[str, list[Told]] = {}
    for one in sorted(reports, key=order):
        by_site.setdefault(one.site.id, []).append(one)
    traits = {site: [Traits(one) for one in group[:_COMPARED]] for site, group in by_site.items()}

    def one_source(mine: str, theirs: str) -> float:
        alike = any(copies(one, other) for one in traits[mine] for other in traits[theirs])
        return SAME if alike else NEVER

    return [sorted((one for site in sites for one in by_site[site]), key=order) for sites in _linked(list(by_site), one_source)]


def order(report: Told) -> tuple[object, str]:
    """First seen first; the id settles ties."""
    return report.first_seen_at, report.id


def _linked(keys: Sequence[str], between: _Between) -> list[list[str]]:
    """What hangs together, in the order of its first."""
    left, groups = list(keys), []
    while left:
        group = [left.pop(0)]
        for key in group:
            near = {other for other in left if between(key, other) >= SAME}
            group.extend(other for other in left if other in near)
            left = [other for other in left if other not in near]
        groups.append(group)
    return groups


def _average_linkage(keys: Sequence[str], between: _Between) -> list[list[str]]:
    """The two groups with the best evidence between them on average become one, as long as that is enough; ties by name."""
    if len(keys) > _MOST:
        return [sorted(keys)]
    groups = [[key] for key in sorted(keys)]
    while len(groups) > 1:
        best, pair = min((-_on_average(one, other, between), (one, other)) for one, other in combinations(groups, 2))
        if -best < SAME:
            break
        groups = sorted([*(group for group in groups if group not in pair), sorted(pair[0] + pair[1])])
    return groups


def _on_average(one: Sequence[str], other: Sequence[str], between: _Between) -> float:
    found = [between(mine, theirs) for mine in one for theirs in other]
    return NEVER if min(found) <= NEVER else sum(found) / len(found)

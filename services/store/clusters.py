"""Which reports are of one happening: the whole partition, whatever order they came in. Pure.

Reports that are similar enough are linked; what hangs together so is cut again by average linkage, so that one doubtful report does not
make one of two happenings. Where a bridge goes, they come apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

from services.store.similarity import NEVER, SAME, Traits, copies, similarity
from services.store.told import Told

Pairs = Mapping[frozenset[str], float]
"""Evidence for each pair of ids."""

_MOST = 100
"""Reports that hang together beyond this many are one happening: an earthquake, or somebody who floods us; to cut them takes too long."""


def happenings(reports: Iterable[Told]) -> list[list[Told]]:
    """The reports by happening, each in order of first sight, the earliest first: it founds the event."""
    told = {one.id: one for one in reports}
    traits = {key: Traits(told[key]) for key in sorted(told)}
    evidence = {frozenset(pair): similarity(traits[pair[0]], traits[pair[1]]) for pair in combinations(traits, 2)}
    groups = [group for linked in _linked(list(traits), evidence) for group in _average_linkage(linked, evidence)]
    return sorted((sorted((told[key] for key in group), key=order) for group in groups), key=lambda group: order(group[0]))


def linked_with(report: Told, others: Iterable[Told]) -> list[Told]:
    """Those of the others that are similar enough to be of one happening with the report."""
    mine = Traits(report)
    return [other for other in others if other.id != report.id and similarity(mine, Traits(other)) >= SAME]


def independent(reports: Sequence[Told]) -> list[list[Told]]:
    """The reports by source: those of one publisher, and copies of one release, are one. In order of first sight."""
    traits = [Traits(one) for one in sorted(reports, key=order)]
    one_source = {
        frozenset((mine.told.id, theirs.told.id)): SAME if mine.told.site.id == theirs.told.site.id or copies(mine, theirs) else NEVER
        for mine, theirs in combinations(traits, 2)
    }
    told = {one.told.id: one.told for one in traits}
    return [[told[key] for key in told if key in group] for group in _linked(list(told), one_source)]


def order(report: Told) -> tuple[object, str]:
    """First seen first; the id settles ties."""
    return report.first_seen_at, report.id


def _linked(keys: Sequence[str], evidence: Pairs) -> list[list[str]]:
    """What hangs together, in the order of its first."""
    left, groups = list(keys), []
    while left:
        group = [left.pop(0)]
        for key in group:
            near = [other for other in left if evidence[frozenset((key, other))] >= SAME]
            group.extend(near)
            left = [other for other in left if other not in set(near)]
        groups.append(group)
    return groups


def _average_linkage(keys: Sequence[str], evidence: Pairs) -> list[list[str]]:
    """The two groups with the best evidence between them on average become one, as long as that is enough; ties by name."""
    if len(keys) > _MOST:
        return [sorted(keys)]
    groups = [[key] for key in sorted(keys)]
    while len(groups) > 1:
        best, pair = min((-_between(one, other, evidence), (one, other)) for one, other in combinations(groups, 2))
        if -best < SAME:
            break
        groups = sorted([*(group for group in groups if group not in pair), sorted(pair[0] + pair[1])])
    return groups


def _between(one: Sequence[str], other: Sequence[str], evidence: Pairs) -> float:
    found = [evidence[frozenset((mine, theirs))] for mine in one for theirs in other]
    return NEVER if min(found) <= NEVER else sum(found) / len(found)

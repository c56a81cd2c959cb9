"""Which reports are of one happening: the whole partition, whatever order they came in. Pure.

Reports that are similar enough belong together, and what so hangs together is cut again (`services/store/linkage.py`): where a bridge
goes, they come apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import inf

from services.store.linkage import linked, partition
from services.store.similarity import NEVER, SAME, Traits, copies, similarity
from services.store.told import Told

_COMPARED = 5
"""Reports of one publisher that are compared with those of others: they are one source anyway."""
_REMEMBERED = 100_000
"""Pairs, some 20 MB, and as many that were asked for before these."""

_Version = tuple[str, int]
_Pair = tuple[_Version, _Version]


class Evidence:
    """`similarity` of pairs of reports, remembered by their ids and revisions: each is asked for again at every arrival nearby."""

    def __init__(self) -> None:
        self._traits: dict[_Version, Traits] = {}
        self._pairs: dict[_Pair, float] = {}
        self._older: dict[_Pair, float] = {}

    def between(self, one: Told, other: Told) -> float:
        """See `services/store/similarity.py`."""
        mine, theirs = (one.id, one.revision), (other.id, other.revision)
        if theirs < mine:
            # One of two names may be in both of the other's: which report is compared with which must not hang on who asks.
            return self.between(other, one)
        found = self._pairs.get((mine, theirs))
        return self._remembered(one, other, (mine, theirs)) if found is None else found

    def _remembered(self, one: Told, other: Told, pair: _Pair) -> float:
        """What is not asked for any more is forgotten; all at once would cost seconds where five hundred report of one town and day."""
        if len(self._pairs) >= _REMEMBERED:
            self._older, self._pairs = self._pairs, {}
            self._traits.clear()
        found = self._older.get(pair)
        self._pairs[pair] = similarity(self._traits_of(one), self._traits_of(other)) if found is None else found
        return self._pairs[pair]

    def _traits_of(self, told: Told) -> Traits:
        version = told.id, told.revision
        if version not in self._traits:
            self._traits[version] = Traits(told)
        return self._traits[version]


def happenings(reports: Iterable[Told], evidence: Evidence) -> list[list[Told]]:
    """The reports by happening, each in order of first sight, the earliest first: it founds the event."""
    told = {one.id: one for one in sorted(reports, key=lambda one: one.id)}

    def likeness(one: str, other: str) -> float:
        found = evidence.between(told[one], told[other])
        return -inf if found <= NEVER else found

    groups = [sorted((told[key] for key in group), key=order) for group in partition(list(told), likeness, SAME)]
    return sorted(groups, key=lambda group: order(group[0]))


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
        return float(any(copies(one, other) for one in traits[mine] for other in traits[theirs]))

    return [sorted((one for site in sites for one in by_site[site]), key=order) for sites in linked(list(by_site), one_source, 1.0)]


def order(report: Told) -> tuple[object, str]:
    """First seen first; the id settles ties."""
    return report.first_seen_at, report.id

"""What belongs together, of things that are more or less alike. Pure, and the same whatever order they come in.

Whatever hangs together, however far, is cut again by average linkage, so that one doubtful likeness does not make one of two.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations

MOST_CUT = 300
"""Average linkage takes the square of their number: no more than so many."""
_STRICTEST = 5.0
"""So much more than enough are two copies alike, and hardly anything else."""

Likeness = Callable[[str, str], float]
"""How far two are alike, by their names; `-inf`: they never belong together, whatever else does."""


def partition(keys: Sequence[str], likeness: Likeness, least: float, stricter: float = 0.0) -> list[list[str]]:
    """The groups that are alike by `least` on average. Where too many hang together, only those do that are more alike: among the
    hundreds of reports of a big city's day, chance links all with all. A flood of copies stays one, however big."""
    groups: list[list[str]] = []
    for group in linked(keys, likeness, least + stricter):
        if len(group) <= MOST_CUT:
            groups += average_linkage(group, likeness, least)
        elif stricter < _STRICTEST:
            groups += partition(group, likeness, least, stricter + 1.0)
        else:
            groups.append(group)
    return groups


def linked(keys: Sequence[str], likeness: Likeness, least: float) -> list[list[str]]:
    """What hangs together, in the order of its first."""
    left, groups = list(keys), []
    while left:
        group = [left.pop(0)]
        for key in group:
            near = {other for other in left if likeness(key, other) >= least}
            group.extend(other for other in left if other in near)
            left = [other for other in left if other not in near]
        groups.append(group)
    return groups


def average_linkage(keys: Sequence[str], likeness: Likeness, least: float) -> list[list[str]]:
    """Two groups that are each other's nearest become one, as long as they are alike enough on average.

    By a chain from each to its nearest (Murtagh 1983): to join two brings neither nearer to a third, so it is the same as to join the
    nearest of all first, in the square of their number instead of the cube.
    """
    if all(likeness(one, other) >= least for one, other in combinations(keys, 2)):  # most are so, and whatever is a flood
        return [sorted(keys)]
    groups, chain, made = _Groups(sorted(keys), likeness), list[str](), list[list[str]]()
    while groups.members:
        chain = chain or [next(iter(groups.members))]
        last = chain[-1]
        near = groups.nearest(last)
        if near is None or groups.alike(last, near) < least:
            made.append(sorted(groups.take_out(chain.pop())))
        elif len(chain) > 1 and groups.alike(last, chain[-2]) >= groups.alike(last, near):
            groups.join(chain[-2], last)
            del chain[-2:]
        else:
            chain.append(near)
    return made


class _Groups:
    """The groups so far, by their first member, and for any two the sum of the likenesses of their members."""

    def __init__(self, keys: Sequence[str], likeness: Likeness) -> None:
        self.members = {key: [key] for key in keys}
        self._sums: dict[str, dict[str, float]] = {key: {} for key in keys}
        for one, other in combinations(keys, 2):
            self._sums[one][other] = self._sums[other][one] = likeness(one, other)

    def alike(self, one: str, other: str) -> float:
        """On average."""
        return self._sums[one][other] / (len(self.members[one]) * len(self.members[other]))

    def nearest(self, one: str) -> str | None:
        """Of equals, the first by name."""
        return max(self._sums[one], key=lambda other: self._sums[one][other] / len(self.members[other]), default=None)

    def join(self, one: str, other: str) -> None:
        for third, more in self._sums[other].items():
            if third != one:
                self._sums[one][third] += more
                self._sums[third][one] = self._sums[one][third]
        self.members[one] += self.take_out(other)

    def take_out(self, one: str) -> list[str]:
        for other in self._sums.pop(one):
            del self._sums[other][one]
        return self.members.pop(one)

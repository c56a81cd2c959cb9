"""Groups of things more or less alike: the same in any order, and as joining the nearest first would have them."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping
from itertools import combinations
from math import inf

from hypothesis import given
from hypothesis import strategies as st

from services.store import linkage
from services.store.linkage import average_linkage, partition

Pairs = Mapping[frozenset[str], float]
LEAST = 3.0


def measured(pairs: Pairs) -> Callable[[str, str], float]:
    return lambda one, other: pairs[frozenset((one, other))]


@st.composite
def things(draw: st.DrawFn) -> Pairs:
    """Drawn from a seed: of two averages hardly ever any are equal, so there is one answer."""
    chance = random.Random(draw(st.integers(0, 2**32)))
    keys = "abcdefghijkl"[: draw(st.integers(2, 12))]
    return {frozenset(pair): -inf if chance.random() < 0.2 else chance.uniform(-4, 9) for pair in combinations(keys, 2)}


def names(pairs: Pairs) -> list[str]:
    return sorted(frozenset().union(*pairs))


def on_average(one: Iterable[str], other: Iterable[str], pairs: Pairs) -> float:
    found = [pairs[frozenset((mine, theirs))] for mine in one for theirs in other]
    return sum(found) / len(found)


def nearest_first(pairs: Pairs) -> set[frozenset[str]]:
    """By the book, in the cube of their number."""
    groups = {frozenset(key) for key in names(pairs)}
    while len(groups) > 1:
        one, other = max(combinations(groups, 2), key=lambda pair: on_average(pair[0], pair[1], pairs))
        if on_average(one, other, pairs) < LEAST:
            break
        groups = groups - {one, other} | {one | other}
    return groups


@given(things())
def test_it_is_what_joining_the_nearest_first_comes_to(pairs: Pairs) -> None:
    found = average_linkage(names(pairs), measured(pairs), LEAST)
    assert {frozenset(group) for group in found} == nearest_first(pairs)
    assert sorted(key for group in found for key in group) == names(pairs)


@given(things(), st.randoms())
def test_the_order_does_not_matter(pairs: Pairs, chance: random.Random) -> None:
    keys = names(pairs)
    shuffled = chance.sample(keys, len(keys))
    assert {frozenset(group) for group in partition(shuffled, measured(pairs), LEAST)} == {
        frozenset(group) for group in partition(keys, measured(pairs), LEAST)
    }


def test_one_doubtful_likeness_does_not_make_one_of_two() -> None:
    pairs = {frozenset(pair): 5.0 if pair[0][0] == pair[1][0] else -1.0 for pair in combinations(["a1", "a2", "a3", "b1", "b2", "b3"], 2)}
    pairs[frozenset(("a3", "b1"))] = 3.5
    assert sorted(partition(names(pairs), measured(pairs), LEAST)) == [["a1", "a2", "a3"], ["b1", "b2", "b3"]]


def test_what_excludes_one_another_is_never_together() -> None:
    pairs = {frozenset("ab"): 9.0, frozenset("bc"): 8.0, frozenset("ac"): -inf}
    assert sorted(partition(["a", "b", "c"], measured(pairs), LEAST)) == [["a", "b"], ["c"]]


def test_hundreds_that_chance_links_come_apart() -> None:
    """A hundred happenings of five reports, and each report is linked with one of the next happening."""
    keys = [f"{number:03d}{report}" for number in range(100) for report in range(5)]

    def likeness(one: str, other: str) -> float:
        if one[:3] == other[:3]:
            return 6.0
        return 3.2 if one[3] == other[3] and abs(int(one[:3]) - int(other[:3])) == 1 else -2.0

    assert len(keys) > linkage.MOST_CUT
    found = partition(keys, likeness, LEAST)
    assert sorted(map(sorted, found)) == [keys[at : at + 5] for at in range(0, 500, 5)]


def test_a_flood_of_copies_is_one_however_big() -> None:
    keys = [f"{number:04d}" for number in range(linkage.MOST_CUT + 100)]
    assert partition(keys, lambda _one, _other: 11.0, LEAST) == [keys]

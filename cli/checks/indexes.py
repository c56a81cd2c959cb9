"""The indexes that the store and the crawler read by: are they there, and as they should be. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cli.checks.finding import Finding, failure, listed, ok, warning

Keys = tuple[tuple[str, Any], ...]
_AGAIN = "Start the store and the crawler anew: each makes its own at its start."


def wanted_indexes(*declared: Mapping[str, Sequence[Any]]) -> dict[str, dict[str, Keys]]:
    """Collection → name → fields and directions, of pymongo's `IndexModel`s."""
    every = [(collection, index.document) for one in declared for collection, indexes in one.items() for index in indexes]
    out: dict[str, dict[str, Keys]] = {}
    for collection, index in every:
        out.setdefault(collection, {})[index["name"]] = tuple(index["key"].items())
    return out


def judge_indexes(wanted: Mapping[str, Mapping[str, Keys]], seen: Mapping[str, Mapping[str, Keys]]) -> Iterator[Finding]:
    """Without one of ours a query goes through the whole collection; one of somebody else's makes every write dearer."""
    ours = {(collection, name): keys for collection, names in wanted.items() for name, keys in names.items()}
    there = {(collection, name): keys for collection, names in seen.items() for name, keys in names.items()}
    missing = [_told(key) for key in sorted(ours.keys() - there.keys())]
    other = [_told(key) for key in sorted(ours.keys() & there.keys()) if ours[key] != there[key]]
    foreign = [_told(key) for key in sorted(there.keys() - ours.keys()) if key[0] in wanted]
    if missing and not ours.keys() & there.keys():
        yield warning("indexes", "None of the indexes is there yet.", _AGAIN)
    elif missing:
        yield failure("indexes", f"Missing indexes, {len(missing)} of {len(ours)}: {listed(missing)}.", _AGAIN)
    if other:
        yield failure("indexes", f"Indexes with other fields than they should have: {listed(other)}.", f"Drop them. {_AGAIN}")
    if foreign:
        yield warning("indexes", f"Indexes that are not Kabar's: {listed(foreign)}.", "Drop those that nobody uses.")
    if not (missing or other or foreign):
        yield ok("indexes", f"All {len(ours)} indexes are there.")


def _told(key: tuple[str, str]) -> str:
    return ".".join(key)

"""The 84,000 desa and kelurahan of the register, looked up by name where they lie: one block of lines, sorted by name."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from services.extractor.gazetteer.names import name_key
from services.extractor.gazetteer.region import Region, read_row

# Bytes between two milestones of the search: some 40 lines.
_STRIDE = 2_000


@dataclass(frozen=True)
class DesaTable:
    """`rows`: lines of code, name, latitude and longitude, in the order of their name's key. A line costs nothing until it is asked for."""

    rows: bytes

    def named(self, name: str, within: str = "") -> tuple[Region, ...]:
        """Every desa of that name whose code begins with `within`, by code."""
        key = name_key(name)
        return tuple(region for region in self._from(key) if region.code.startswith(within)) if key else ()

    def _from(self, key: str) -> Iterator[Region]:
        at = self._first(key)
        while at < len(self.rows):
            region = read_row(self._line(at))
            if name_key(region.name) != key:
                return
            yield region
            at = self.rows.index(b"\n", at) + 1

    @cached_property
    def _milestones(self) -> tuple[list[str], list[int]]:
        """The key and the start of every line at which a search may begin, in order, and the end."""
        starts, at = [0], 0
        while (at := self.rows.find(b"\n", at + _STRIDE) + 1) > 0:
            starts.append(at)
        starts = [start for start in starts if start < len(self.rows)]
        return [self._key(start) for start in starts], [*starts, len(self.rows)]

    def _first(self, key: str) -> int:
        """Where the first line stands whose key is not before this one: a binary search over the starts of lines."""
        keys, starts = self._milestones
        after = bisect_left(keys, key)
        low, high = starts[max(0, after - 1)], starts[after]
        while low < high:
            at = self.rows.rfind(b"\n", 0, (low + high) // 2) + 1
            if self._key(at) < key:
                low = self.rows.index(b"\n", at) + 1
            else:
                high = at
        return low

    def _key(self, at: int) -> str:
        return name_key(self._line(at).split("\t", 2)[1])

    def _line(self, at: int) -> str:
        return self.rows[at : self.rows.index(b"\n", at)].decode()

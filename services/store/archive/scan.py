"""A WARC file → the pages in it, and where they lie. Pure: reads a file it is given.

Whatever cut a file off (a kill, a full disk, a lost block), what is whole before and after is found: a member that cannot be unzipped
is skipped, and a page counts only with its metadata and all its bodies before them.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from pydantic import ValidationError

from services.store.archive.kept import About
from services.store.archive.records import Warc, read_record
from shared.outcomes import Reject

# More than any record of ours; what is called a member and unzips to more is none.
MOST_BYTES = 65_000_000
_CHUNK = 16_384
_MAGIC = b"\x1f\x8b\x08"


@dataclass(frozen=True)
class Place:
    """Bytes of a file: from `start`, `length` of them."""

    start: int
    length: int

    @property
    def end(self) -> int:
        return self.start + self.length


@dataclass(frozen=True)
class Found:
    """A whole page: what it is, where its records lie, and the bodies among them that are no revisits."""

    about: About
    place: Place
    bodies: tuple[tuple[str, Place], ...]


class Scan:
    """Iterate over the pages from `start` on. Afterwards `end` is where the last whole page (or the head) ends, `skipped` how many bytes
    in between were of no use, and `size` where the file ended."""

    def __init__(self, file: BinaryIO, start: int = 0) -> None:
        self._file, self.end, self.skipped, self.size = file, start, 0, start

    def __iter__(self) -> Iterator[Found]:
        group: list[tuple[Warc, Place]] = []
        for record, place in self._records(self.end):
            if group and group[-1][1].end != place.start:
                group = []
            if record.kind in ("response", "revisit"):
                group.append((record, place))
                continue
            if record.kind == "metadata" and (found := _found(group, record, place)):
                yield found
            self.skipped += (group[0][1].start if group else place.start) - self.end
            self.end, group = place.end, []

    def _records(self, start: int) -> Iterator[tuple[Warc, Place]]:
        self.size = self._file.seek(0, 2)
        while start < self.size:
            member = read_member(self._file, start)
            if member is None:
                start = self._next_magic(start + 1)
                continue
            data, length = member
            record = _record(data)
            if record:
                yield record, Place(start, length)
            start += length

    def _next_magic(self, start: int) -> int:
        """Where something like a member begins, at `start` or later; the end of the file if nowhere."""
        while start < self.size:
            self._file.seek(start)
            block = self._file.read(_CHUNK)
            if (at := block.find(_MAGIC)) >= 0:
                return start + at
            start += max(len(block) - len(_MAGIC) + 1, 1)
        return self.size


def read_member(file: BinaryIO, start: int) -> tuple[bytes, int] | None:
    """The gzip member at `start`, unzipped, and its length in the file. None if there is no whole one."""
    file.seek(start)
    unzip, size, taken, pieces = zlib.decompressobj(zlib.MAX_WBITS + 16), 0, 0, []
    while not unzip.eof:
        chunk = file.read(_CHUNK)
        try:
            piece = unzip.decompress(chunk, MOST_BYTES - size + 1)
        except zlib.error:
            return None
        size, taken = size + len(piece), taken + len(chunk)
        if not chunk or size > MOST_BYTES:
            return None
        pieces.append(piece)
    return b"".join(pieces), taken - len(unzip.unused_data)


def _record(data: bytes) -> Warc | None:
    try:
        return read_record(data)
    except Reject:
        return None


def _found(group: list[tuple[Warc, Place]], ending: Warc, place: Place) -> Found | None:
    try:
        about = About.model_validate_json(ending.payload)
        parts = about.head.parts
    except (ValidationError, ValueError):
        return None
    if [record.digest for record, _ in group] != list(about.bodies) or len(group) != 1 + len(parts):
        return None
    start = group[0][1].start
    bodies = tuple((record.digest, at) for record, at in group if record.kind == "response")
    return Found(about, Place(start, place.end - start), bodies)

"""Log files → their lines in the order of time, and what is added to them. Whatever their size, one line of each is in memory."""

from __future__ import annotations

import heapq
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from cli.logs_read import Line, Reader

LONGEST = 200_000
"""Bytes of a line that are read; a longer one is cut, for a service writes none so long."""
_LOOK_SECONDS = 0.25


def raw_lines(file: BinaryIO) -> Iterator[bytes]:
    """Until its end, which of a pipe is when nobody writes to it any more."""
    while piece := file.readline(LONGEST):
        yield piece
        while not piece.endswith(b"\n") and (piece := file.readline(LONGEST)):
            """The rest of a line too long: let go."""


class Growing:
    """A log file that is written to, put aside and begun anew by a service that does not wait for us."""

    def __init__(self, path: Path) -> None:
        self.path, self._reader, self._half = path, Reader(), b""
        self._file: BinaryIO = path.open("rb")

    def lines(self) -> Iterator[Line]:
        """Those that have come since the last look."""
        yield from self._whole()
        if self._begun_anew():
            self._file.close()
            self._file, self._half = self.path.open("rb"), b""
            yield from self._whole()

    def all(self) -> Iterator[Line]:
        """Those there are, also a last one without an end; another file that has taken its place is not looked at."""
        yield from self._whole()
        if self._half:
            yield self._reader.read(self._half)

    def close(self) -> None:
        self._file.close()

    def _whole(self) -> Iterator[Line]:
        while piece := self._file.readline(LONGEST):
            held, self._half = self._half, (self._half + piece)[:LONGEST]
            if piece.endswith(b"\n"):
                self._half = b""
                yield self._reader.read((held + piece)[:LONGEST])

    def _begun_anew(self) -> bool:
        ours = os.fstat(self._file.fileno())
        with suppress(OSError):
            there = self.path.stat()
            return there.st_ino != ours.st_ino or there.st_size < self._file.tell()
        return False


def merged(paths: list[Path]) -> Iterator[Line]:
    """All lines of the files, by time. Raises `OSError`."""
    files = [Growing(path) for path in paths]
    try:
        yield from heapq.merge(*(file.all() for file in files), key=lambda line: line.moment)
    finally:
        _close(files)


def followed(ended: list[Path], find: Callable[[], list[Path]], sleep: Callable[[float], None]) -> Iterator[Line]:
    """The same, and for ever what is added. Those of `ended` are read once; `find` tells again and again which others there are.
    Raises `OSError`."""
    past = [Growing(path) for path in ended]
    files: dict[Path, Growing] = {}
    try:
        while True:
            files |= {path: Growing(path) for path in find() if path not in files}
            ways = [file.all() for file in past] + [file.lines() for file in files.values()]
            yield from heapq.merge(*ways, key=lambda line: line.moment)
            _close(past)
            past = []
            sleep(_LOOK_SECONDS)
    finally:
        _close((*past, *files.values()))


def piped(file: BinaryIO) -> Iterator[Line]:
    """The lines of a pipe, as they come."""
    reader = Reader()
    yield from map(reader.read, raw_lines(file))


def _close(files: Iterable[Growing]) -> None:
    for file in files:
        file.close()

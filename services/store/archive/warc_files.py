"""The WARC files of one folder: written one after the other by this process, ended by size and day.

A file is `….warc.gz.open` while its writer lives, and holds a lock on it; ended it is `….warc.gz` and never changes again. What a killed
writer left open is nobody's to append to: whoever gets its lock cuts off what is not whole and ends it. Names are made of the time and a
random word.
"""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO

ENDED, OPEN = ".warc.gz", ".warc.gz.open"


class Writer:
    """Writes at a given place of a file of its own. Methods raise `OSError`; what was written then counts for nothing."""

    def __init__(self, folder: Path, most_bytes: int, token: Callable[[], str]) -> None:
        self._folder, self._most, self._token = folder, most_bytes, token
        self._file: BinaryIO | None = None
        self._day: date | None = None
        self.name = ""

    def ready(self, now: datetime, end: int, more: int) -> bool:
        """Have a file that may take `more` bytes at `end`. True if it is a new one, which is empty."""
        # Somebody may have taken the folder away under us: then the new file cannot be begun.
        there = self._file is not None and _is_at(self._file, self._folder / f"{self.name}{OPEN}")
        fits = there and self._day == now.date() and (end + more <= self._most or end == 0)
        if not fits:
            self.finish()
            self._begin(now)
        return not fits

    def write(self, end: int, content: bytes) -> None:
        """Put it there and have the disk say so. Whatever lay behind `end` is gone."""
        assert self._file is not None
        number = self._file.fileno()
        try:
            os.ftruncate(number, end)
            view, at = memoryview(content), end
            while view:
                written = os.pwrite(number, view, at)
                view, at = view[written:], at + written
            os.fsync(number)
        except OSError:
            with suppress(OSError):
                os.ftruncate(number, end)
            raise

    def finish(self) -> None:
        """End the file there is, if any."""
        if self._file is None:
            return
        file, self._file = self._file, None
        with file:
            path = self._folder / f"{self.name}{OPEN}"
            if _is_at(file, path):
                end_file(path)

    def drop(self) -> None:
        """Leave the file as it is, to whoever comes next."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _begin(self, now: datetime) -> None:
        name = f"kabar-{now:%Y%m%dT%H%M%S}-{self._token()}"
        path = self._folder / f"{name}{OPEN}"
        if path.with_name(name + ENDED).exists():
            raise FileExistsError(errno.EEXIST, "the name is taken", str(path))
        file = path.open("xb+", buffering=0)
        if not _locked(file, path):
            file.close()
            raise FileExistsError(errno.EEXIST, "somebody else took the file", str(path))
        sync_folder(self._folder)
        self._file, self._day, self.name = file, now.date(), name


@contextmanager
def abandoned(path: Path) -> Iterator[BinaryIO | None]:
    """A file left open, locked, to be read and cut; None while its writer lives, or if somebody else has seen to it."""
    try:
        file = path.open("rb+")
    except FileNotFoundError:
        yield None
        return
    with file:
        yield file if _locked(file, path) else None


def end_file(path: Path) -> None:
    """It gets its last name; one with nothing in it goes."""
    if path.stat().st_size == 0:
        path.unlink()
    else:
        path.rename(path.with_name(name_of(path) + ENDED))
    sync_folder(path.parent)


def name_of(path: Path) -> str:
    """As the index has it: the same while the file is open and after."""
    return path.name.removesuffix(".open").removesuffix(ENDED)


def find_file(folder: Path, name: str) -> BinaryIO:
    """The file of that name, open or ended. Raises `FileNotFoundError`."""
    try:
        return (folder / f"{name}{ENDED}").open("rb")
    except FileNotFoundError:
        try:
            return (folder / f"{name}{OPEN}").open("rb")
        except FileNotFoundError:
            # It may just have been ended.
            return (folder / f"{name}{ENDED}").open("rb")


def sync_folder(folder: Path) -> None:
    """Names survive a power cut too."""
    number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _locked(file: BinaryIO, path: Path) -> bool:
    """Ours alone, and still the file of that name."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return _is_at(file, path)


def _is_at(file: BinaryIO, path: Path) -> bool:
    """Still the file of that name."""
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False

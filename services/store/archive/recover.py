"""What a kill, a power cut or a lost index left behind → a folder of whole, known files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from services.store.archive.index import Index
from services.store.archive.scan import Scan
from services.store.archive.warc_files import ENDED, OPEN, abandoned, end_file, name_of


@dataclass(frozen=True)
class Recovered:
    """What was done to one file: pages found that were not known, bytes in it that are of no use, bytes cut off its end."""

    file: str
    pages: int
    skipped: int
    cut: int


def recover(folder: Path, index: Index, *, anew: bool = False) -> Iterator[Recovered]:
    """Bring the index up to the files, and end those whose writer is dead; `anew` believes nothing of the index.

    A file that is being written is left to its writer. Raises `OSError` and `sqlite3.Error`.
    """
    for path in sorted(folder.glob(f"*{ENDED}")):
        if anew or index.done(name_of(path)) != path.stat().st_size:
            yield _known(path, index, anew)
    for path in sorted(folder.glob(f"*{OPEN}")):
        with abandoned(path) as left:
            if left is not None:
                yield _ended(left, path, index, anew)


def _known(path: Path, index: Index, anew: bool) -> Recovered:
    """An ended file is read on from where it is known, and known as a whole then."""
    with path.open("rb") as file, index.writing():
        scan, pages = _scanned(file, path, index, anew)
        index.set_done(name_of(path), scan.size)
    return Recovered(name_of(path), pages, scan.skipped + scan.size - scan.end, 0)


def _ended(file: BinaryIO, path: Path, index: Index, anew: bool) -> Recovered:
    """What is behind its last whole page was acknowledged to nobody: Kafka delivers it again."""
    with index.writing():
        scan, pages = _scanned(file, path, index, anew)
        file.truncate(scan.end)
        os.fsync(file.fileno())
    end_file(path)
    return Recovered(name_of(path), pages, scan.skipped, scan.size - scan.end)


def _scanned(file: BinaryIO, path: Path, index: Index, anew: bool) -> tuple[Scan, int]:
    """One that is shorter than it is known to be was put back from somewhere: nothing of it is believed."""
    name, size = name_of(path), path.stat().st_size
    done = index.done(name) or 0
    if anew or done > size:
        index.forget(name)
        done = 0
    scan = Scan(file, done)
    index.set_done(name, done)
    pages = sum(index.add(name, found) for found in scan)
    index.set_done(name, scan.end)
    return scan, pages

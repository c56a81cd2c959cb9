"""The kept pages of one folder: put in, once each, and taken out again."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import accumulate
from pathlib import Path

from services.store.archive.index import Choice, Index, Spot, open_index
from services.store.archive.kept import About, about_of, answers_of, page_of
from services.store.archive.records import Answer, Warc, file_head, metadata, read_record, response, revisit
from services.store.archive.scan import Found, Place, read_member
from services.store.archive.warc_files import Writer, find_file
from shared.messages import PageFetched
from shared.outcomes import Outage, Reject

INDEX = "index.sqlite"


class Archive:
    """Reads. Methods raise `Outage` (`archive_full`, `archive_away`) for what the disk says, and `Reject("record_damaged")` for bytes that
    are not what they were. Not for two threads."""

    def __init__(self, folder: Path, index: Index) -> None:
        self.folder, self.index = folder, index

    def page(self, page_id: str) -> PageFetched | None:
        """A kept page as it was published."""
        with archive_errors():
            group = self._group(page_id)
            return None if group is None else page_of(group[0], [record.payload for record, _ in group[1]])

    def spots(self, page_id: str) -> list[Spot]:
        """Where the bytes of each of its bodies lie; none if it is not kept."""
        with archive_errors():
            group = self._group(page_id)
            return [] if group is None else [spot for _, spot in group[1]]

    def chosen(self, choice: Choice) -> Iterator[list[str]]:
        """The chosen pages' ids, those of one URL together, the latest first."""
        with archive_errors():
            yield from self.index.by_url(choice)

    def _group(self, page_id: str) -> tuple[About, list[tuple[Warc, Spot]]] | None:
        """What is kept of a page, and each of its bodies with where it lies."""
        spot = self.index.page(page_id)
        if spot is None:
            return None
        *bodies, (ending, _) = self._records(spot)
        about = About.model_validate_json(ending.payload) if ending.kind == "metadata" else None
        if about is None or about.head.page_id != page_id:
            raise Reject("record_damaged", f"{spot.file} holds another page at {spot.place.start}")
        return about, [self._original(record, Spot(spot.file, place)) for record, place in bodies]

    def _original(self, record: Warc, spot: Spot) -> tuple[Warc, Spot]:
        """The record itself, or that which it refers to."""
        if record.kind == "response":
            return record, spot
        held = self.index.body(record.digest)
        if held is None:
            raise Reject("record_damaged", f"{record.id} refers to bytes that are nowhere")
        return self._response(record.digest, held), held

    def _response(self, digest: str, spot: Spot) -> Warc:
        """Raises `Reject("record_damaged")` where the bytes are not there, or are others."""
        (record, _), *_ = self._records(spot)
        if record.kind != "response" or record.digest != digest:
            raise Reject("record_damaged", f"{spot.file} holds another body at {spot.place.start}")
        return record

    def _records(self, spot: Spot) -> Iterator[tuple[Warc, Place]]:
        at = spot.place.start
        try:
            file = find_file(self.folder, spot.file)
        except FileNotFoundError:
            raise Reject("record_damaged", f"{spot.file} is not there any more") from None
        with file:
            while at < spot.place.end:
                member = read_member(file, at)
                if member is None:
                    raise Reject("record_damaged", f"{spot.file} cannot be read at {at}")
                yield read_record(member[0]), Place(at, member[1])
                at += member[1]


class Keeping(Archive):
    """Writes as well."""

    def __init__(self, folder: Path, index: Index, writer: Writer, now: Callable[[], datetime]) -> None:
        super().__init__(folder, index)
        self._writer, self._now = writer, now

    def keep(self, page: PageFetched) -> bool:
        """Put a page in, safe from kill and power cut. False if it was there.

        Raises `Reject` (`bad_page_body`, `page_too_big`) for a page nobody could read.
        """
        answers = answers_of(page)
        with archive_errors(), self.index.writing():
            if self.index.page(page.page_id) is not None:
                return False
            about = about_of(page, answers)
            held = [self._held(digest) for digest in about.bodies]
            pieces = _pieces(page, answers, about, held)
            start = self._placed(b"".join(pieces))
            return self.index.add(self._writer.name, _found(about, pieces, held, start))

    def close(self) -> None:
        """End the file there is."""
        with archive_errors():
            self._writer.finish()

    def _placed(self, group: bytes) -> int:
        """Write it behind what is known of the file, and say where it begins. Only the index knows how far that is."""
        now = self._now()
        new = self._writer.ready(now, self.index.done(self._writer.name) or 0, len(group))
        start = 0 if new else self.index.done(self._writer.name) or 0
        head = b"" if start else file_head(f"{self._writer.name}.warc.gz", now)
        self._writer.write(start, head + group)
        self.index.set_done(self._writer.name, start + len(head) + len(group))
        return start + len(head)

    def _held(self, digest: str) -> Warc | None:
        """The record that has these bytes, if it can still be read: else they are written once more."""
        spot = self.index.body(digest)
        try:
            return None if spot is None else self._response(digest, spot)
        except (Reject, ValueError):
            return None


def _pieces(page: PageFetched, answers: list[Answer], about: About, held: list[Warc | None]) -> list[bytes]:
    """The page's records, zipped, in order. Two equal bodies in one page are both written: it hardly happens."""
    bodies = [
        response(page.page_id, number, answer) if original is None else revisit(page.page_id, number, answer, original)
        for number, (answer, original) in enumerate(zip(answers, held, strict=True))
    ]
    return [*bodies, metadata(page.page_id, page.final_url, page.fetched_at, about.model_dump_json().encode())]


def _found(about: About, pieces: list[bytes], held: list[Warc | None], start: int) -> Found:
    ends = list(accumulate(map(len, pieces), initial=start))
    places = [Place(at, len(piece)) for at, piece in zip(ends, pieces, strict=False)]
    new = tuple((digest, place) for digest, place, original in zip(about.bodies, places, held, strict=False) if original is None)
    return Found(about, Place(start, ends[-1] - start), new)


@contextmanager
def open_archive(folder: Path) -> Iterator[Archive]:
    """The archive in `folder`, for reading. Raises `Outage("archive_away")` where there is none."""
    with archive_errors():
        if not (folder / INDEX).is_file():
            raise FileNotFoundError(2, "there are no kept pages", str(folder))
        with open_index(folder / INDEX) as index:
            yield Archive(folder, index)


@contextmanager
def archive_errors() -> Iterator[None]:
    """What disk and index have to say, as outcomes of the house."""
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        raise Outage("archive_full" if full else "archive_away", detail=str(error)[:300]) from error
    except sqlite3.Error as error:
        full = getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
        raise Outage("archive_full" if full else "archive_away", detail=f"{INDEX}: {error}"[:300]) from error

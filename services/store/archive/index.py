"""Which page lies where: a SQLite file beside the WARC files, shared by every process at them, made anew from them when it is lost.

A page is known once its transaction is committed, which is after its bytes are safely in the file; `done` of a file is where the last such
page ends, and whatever lies behind it is either scanned or written over. After a power cut the last commits may be missing: scanned, too.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from services.store.archive.kept import url_key
from services.store.archive.scan import Found, Place

_TABLES = """
CREATE TABLE IF NOT EXISTS files (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, done INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS pages (
    page_id TEXT PRIMARY KEY, site TEXT NOT NULL, url BLOB NOT NULL, fetched INTEGER NOT NULL,
    file INTEGER NOT NULL, start INTEGER NOT NULL, length INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS pages_by_url ON pages (url, fetched);
CREATE INDEX IF NOT EXISTS pages_by_site ON pages (site, url, fetched);
CREATE TABLE IF NOT EXISTS bodies (
    digest BLOB PRIMARY KEY, file INTEGER NOT NULL, start INTEGER NOT NULL, length INTEGER NOT NULL
) WITHOUT ROWID;
"""
_BATCH = 500
_PATIENCE = 15.0
_EPOCH, _DAY = datetime(1970, 1, 1, tzinfo=UTC), 86_400_000_000


@dataclass(frozen=True)
class Spot:
    """Where something lies: the name of the WARC file (without `.open`), and the place in it."""

    file: str
    place: Place


@dataclass(frozen=True)
class Choice:
    """Which pages: of this site, fetched on these days (UTC, both included), of this URL. None: any."""

    site: str | None = None
    since: date | None = None
    until: date | None = None
    url: str | None = None


class Index:
    """Methods raise `sqlite3.Error`. Not for two threads at a time."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Alone among all processes: what the block changes is kept if it ends well, else undone."""
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._database.execute("COMMIT")
        except BaseException:
            if self._database.in_transaction:
                self._database.execute("ROLLBACK")
            raise

    def page(self, page_id: str) -> Spot | None:
        return self._spot("SELECT name, start, length FROM pages JOIN files ON files.id = file WHERE page_id = ?", page_id)

    def body(self, digest: str) -> Spot | None:
        """Where the bytes with this digest lie as a `response`."""
        return self._spot("SELECT name, start, length FROM bodies JOIN files ON files.id = file WHERE digest = ?", _packed(digest))

    def done(self, name: str) -> int | None:
        """Up to where a file is known. None: it is not."""
        row = self._database.execute("SELECT done FROM files WHERE name = ?", (name,)).fetchone()
        return None if row is None else int(row[0])

    def set_done(self, name: str, end: int) -> None:
        self._database.execute(
            "INSERT INTO files (name, done) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET done = excluded.done", (name, end)
        )

    def add(self, name: str, found: Found) -> bool:
        """Note a page of a file that is known. False, and nothing is changed, if the page was known already."""
        (file,) = self._database.execute("SELECT id FROM files WHERE name = ?", (name,)).fetchone()
        head, place = found.about.head, found.place
        row = (head.page_id, head.site.id, url_key(head.url), _micros(head.fetched_at), file, place.start, place.length)
        if self._database.execute("INSERT OR IGNORE INTO pages VALUES (?, ?, ?, ?, ?, ?, ?)", row).rowcount == 0:
            return False
        for digest, at in found.bodies:
            # The later one: bytes are written a second time only where the first are lost.
            self._database.execute("INSERT OR REPLACE INTO bodies VALUES (?, ?, ?, ?)", (_packed(digest), file, at.start, at.length))
        return True

    def forget(self, name: str) -> None:
        """Nothing is known of a file any more."""
        for table in ("pages", "bodies"):
            self._database.execute(f"DELETE FROM {table} WHERE file = (SELECT id FROM files WHERE name = ?)", (name,))  # noqa: S608 — two names
        self._database.execute("DELETE FROM files WHERE name = ?", (name,))

    def files(self) -> list[tuple[str, int]]:
        """Name and known length of every file, by name."""
        return self._database.execute("SELECT name, done FROM files ORDER BY name").fetchall()

    def count(self) -> tuple[int, int]:
        """How many pages there are, and how many different bodies."""
        pages, bodies = self._database.execute("SELECT (SELECT count(*) FROM pages), (SELECT count(*) FROM bodies)").fetchone()
        return pages, bodies

    def by_url(self, choice: Choice) -> Iterator[list[str]]:
        """The chosen pages' ids, those of one URL together, the latest first. Reads a batch of URLs at a time, and holds no more."""
        where, values = _where(choice)
        after = b""
        while True:
            query = f"SELECT DISTINCT url FROM pages WHERE {where} AND url > ? ORDER BY url LIMIT {_BATCH}"  # noqa: S608 — our own words
            keys = [key for (key,) in self._database.execute(query, (*values, after))]
            for key in keys:
                query = f"SELECT page_id FROM pages WHERE {where} AND url = ? ORDER BY fetched DESC, page_id"  # noqa: S608
                yield [page_id for (page_id,) in self._database.execute(query, (*values, key))]
            if len(keys) < _BATCH:
                return
            after = keys[-1]

    def _spot(self, query: str, key: str | bytes) -> Spot | None:
        row = self._database.execute(query, (key,)).fetchone()
        return None if row is None else Spot(row[0], Place(row[1], row[2]))


@contextmanager
def open_index(path: Path) -> Iterator[Index]:
    """The index in this file, made if it is not there."""
    with closing(sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = NORMAL")
        database.executescript(_TABLES)
        yield Index(database)


def _where(choice: Choice) -> tuple[str, list[str | bytes | int]]:
    """The conditions and their values, in order. Names are ours; what is chosen is only ever a value."""
    first = None if choice.since is None else _micros(datetime.combine(choice.since, time(), UTC))
    past = None if choice.until is None else _micros(datetime.combine(choice.until, time(), UTC)) + _DAY
    key = None if choice.url is None else url_key(choice.url)
    wanted = (("site = ?", choice.site), ("fetched >= ?", first), ("fetched < ?", past), ("url = ?", key))
    said = [(words, value) for words, value in wanted if value is not None]
    return " AND ".join(["1", *(words for words, _ in said)]), [value for _, value in said]


def _micros(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)


def _packed(digest: str) -> bytes:
    return bytes.fromhex(digest.removeprefix("sha256:"))

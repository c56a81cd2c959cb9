"""Pages as the crawler sends them, and an archive to keep them in, for these tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from warcio.archiveiterator import ArchiveIterator

from services.store.archive.archive import Keeping
from services.store.archive.keeper import open_keeping
from services.store.archive.records import digest_of
from shared.envelope import pack_body
from shared.messages import PageFetched, PagePart, PageSite
from shared.urls import page_id

NOW = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
URL = "https://a.example/berita/1"


def fetched(
    body: bytes = b"<html>satu</html>",
    minute: int = 0,
    *,
    url: str = URL,
    site: str = "a.example",
    further: tuple[bytes, ...] = (),
    headers: Mapping[str, str] | None = None,
) -> PageFetched:
    at = NOW + timedelta(minutes=minute)
    return PageFetched(
        page_id=page_id(url, digest_of(body), at.isoformat()),
        site=PageSite(id=site, name=site),
        url=url,
        final_url=url,
        status=200,
        headers=dict(headers or {"content-type": "text/html; charset=utf-8"}),
        fetched_at=at,
        raw_digest=digest_of(body),
        body_zstd=pack_body(body),
        parts=tuple(
            PagePart(url=f"{url}?page={n}", raw_digest=digest_of(part), body_zstd=pack_body(part)) for n, part in enumerate(further, 2)
        ),
    )


@dataclass
class Folder:
    """A folder of kept pages; `now` may be moved."""

    path: Path
    now: datetime = NOW
    most: int = 1_000_000
    opened: int = field(default=0)

    @contextmanager
    def keeping(self) -> Iterator[Keeping]:
        """As a process at work; leaving it is its death: nothing is ended."""
        with open_keeping(self.path, self.most, lambda: self.now, self._random(), structlog.stdlib.get_logger()) as archive:
            yield archive

    def names(self) -> list[str]:
        return sorted(path.name.split("-", 2)[0] + path.name[path.name.index(".") :] for path in self.path.glob("kabar-*"))

    def files(self) -> list[Path]:
        return sorted(self.path.glob("kabar-*"))

    def _random(self) -> Callable[[], float]:
        def draw() -> float:
            self.opened += 1
            return self.opened / 1_000

        return draw


def read_back(path: Path) -> list[tuple[str, dict[str, str], bytes]]:
    """Every record of a file as another reader of WARC sees it, its digests checked: kind, headers, payload."""
    records: list[tuple[str, dict[str, str], bytes]] = []
    with path.open("rb") as file:
        for record in ArchiveIterator(file, check_digests="raise"):
            made: Any = record
            records.append((made.rec_type, dict(made.rec_headers.headers), made.content_stream().read()))
    return records

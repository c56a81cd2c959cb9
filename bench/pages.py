"""The 181 real pages beside the project, and the extractor reading one of them."""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from services.extractor.page import Page
from shared.messages import PageSite

FOLDER = Path(__file__).resolve().parents[2] / "shared/bench/article-extraction"
_FETCHED = datetime(2026, 11, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Annotated:
    """A page and the text its annotators took for its body."""

    name: str
    html: bytes
    url: str
    body: str

    def page(self) -> Page:
        site = PageSite(id="bench.example", name="bench.example")
        return Page(
            page_id=self.name, site=site, url=self.url, final_url=self.url, html=self.html, fetched_at=_FETCHED, raw_digest=self.name
        )


def read_pages() -> list[Annotated]:
    """All pages, by name. Where the folder is not there (the pages belong to others), says so and exits 0."""
    if not FOLDER.is_dir():
        sys.stdout.write(f"Nothing to measure: {FOLDER.name} is not beside the project.\n")
        raise SystemExit(0)
    return list(_pages())


def _pages() -> Iterator[Annotated]:
    for name, truth in sorted(json.loads((FOLDER / "ground-truth.json").read_text(encoding="utf-8")).items()):
        html = gzip.decompress((FOLDER / "html" / f"{name}.html.gz").read_bytes())
        yield Annotated(name, html, truth["url"], truth["articleBody"])

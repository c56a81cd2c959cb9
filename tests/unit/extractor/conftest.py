"""What reading needs, loaded once; a page made of paragraphs."""

from __future__ import annotations

import html
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from services.extractor.knowledge import Knowledge, load_knowledge
from services.extractor.page import Page
from shared.messages import PageSite

FETCHED = datetime(2024, 11, 7, 3, 0, tzinfo=UTC)
MakePage = Callable[..., Page]


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    return load_knowledge()


@pytest.fixture(scope="session")
def make_page() -> MakePage:
    def make(*paragraphs: str, title: str = "", head: str = "", region: str | None = None, raw: bytes | None = None) -> Page:
        body = "".join(f"<p>{html.escape(p)}</p>" for p in paragraphs)
        text = f"<html><head><title>{title}</title>{head}</head><body><article><h1>{title}</h1>{body}</article></body></html>"
        return Page(
            page_id="pag_1",
            site=PageSite(id="kabar.example", name="Kabar Contoh", region=region),
            url="https://kabar.example/berita/1",
            final_url="https://kabar.example/berita/1",
            html=text.encode() if raw is None else raw,
            fetched_at=FETCHED,
            raw_digest="sha256:0",
        )

    return make

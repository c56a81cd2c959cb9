"""Kept pages go through the workers a few at a time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import cast

import pytest

from cli.reread import Rereader
from services.extractor.pool import Pool
from services.store.archive.archive import Archive, open_archive
from services.store.archive.index import Choice
from services.store.repository import Repository
from shared.documents import Article
from shared.messages import PageFetched
from shared.outcomes import Outage, Reject
from tests.unit.store.archive.fetched import Folder, fetched

URLS = 60


class Refusing:
    """A pool of two workers that finds no article anywhere, or cannot work."""

    size = 2

    def __init__(self, error: Exception) -> None:
        self.error = error

    def read(self, request: bytes) -> Article:
        assert PageFetched.model_validate_json(request)
        raise self.error


class Empty:
    async def articles_at(self, url: str) -> list[Article]:
        return []


class Counting(Archive):
    taken = 0

    def page(self, page_id: str) -> PageFetched | None:
        self.taken += 1
        return super().page(page_id)


def rereader(archive: Archive, error: Exception) -> Rereader:
    return Rereader(archive, cast(Repository, Empty()), cast(Pool, Refusing(error)), ThreadPoolExecutor(2))


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    made = Folder(tmp_path / "kept")
    with made.keeping() as archive:
        for number in range(URLS):
            archive.keep(fetched(b"x", url=f"https://a.example/{number}"))
        archive.close()
    return made


async def test_no_more_pages_are_in_hand_than_the_workers_need(folder: Folder) -> None:
    with open_archive(folder.path) as opened:
        archive = Counting(folder.path, opened.index)
        most, seen = 0, 0
        async for outcome in rereader(archive, Reject("no_text")).outcomes(Choice()):
            assert outcome.refused == "no_text"
            seen += 1
            most = max(most, archive.taken - seen + 1)
    assert seen == URLS
    assert 0 < most <= 2 * 2 + 1


async def test_an_outage_ends_it(folder: Folder) -> None:
    with open_archive(folder.path) as archive, pytest.raises(Outage, match="no_worker"):
        async for _ in rereader(archive, Outage("no_worker")).outcomes(Choice()):
            pass

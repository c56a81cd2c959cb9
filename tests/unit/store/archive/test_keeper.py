"""The handler: kept once, and an outage of the disk is waited out."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import structlog

from services.store.archive.archive import open_archive
from services.store.archive.keeper import Keeper, keeping
from services.store.archive.warc_files import ENDED
from shared.broker import Delivered
from shared.lifecycle import Runtime
from shared.messages import PageFetched
from shared.outcomes import Outage
from shared.settings import Settings
from shared.telemetry import Metrics
from tests.unit.store.archive.fetched import NOW, fetched

LOG = structlog.stdlib.get_logger()


def runtime(folder: Path | None) -> Runtime:
    return Runtime("store", Settings(archive_dir=folder), LOG, Metrics("store"), now=lambda: NOW)


def saved(run: Runtime, change: str) -> float:
    labels = {"service": "store", "collection": "pages", "change": change}
    return run.metrics.registry.get_sample_value("kabar_documents_saved_total", labels) or 0.0


async def give(keeper: Keeper, *pages: PageFetched) -> None:
    for page in pages:
        assert await keeper.on_page(Delivered(page, "cor_1")) == ()


async def test_off_without_a_folder() -> None:
    async with keeping(runtime(None)) as keeper:
        assert keeper is None


async def test_each_page_once_and_the_file_is_ended(tmp_path: Path) -> None:
    run = runtime(tmp_path / "kept")
    broken = fetched(b"x", 9).model_copy(update={"body_zstd": "AAAA"})
    async with keeping(run) as keeper:
        assert keeper is not None
        await give(keeper, fetched(b"satu", 0), fetched(b"dua", 1), fetched(b"satu", 0), broken)
        assert await keeper.ping()
    assert (saved(run, "created"), saved(run, "refused")) == (2, 1)
    assert len(list((tmp_path / "kept").glob(f"*{ENDED}"))) == 1


async def test_a_folder_that_is_away_is_an_outage_until_it_is_back(tmp_path: Path) -> None:
    away = tmp_path / "disk"
    async with keeping(runtime(away / "kept")) as keeper:
        assert keeper is not None
        with pytest.raises(Outage, match="archive_away"):
            await give(keeper, fetched())
        assert not await keeper.ping()
        away.mkdir()
        await give(keeper, fetched())
        assert await keeper.ping()
    with open_archive(away / "kept") as archive:
        assert archive.page(fetched().page_id) == fetched()


@pytest.mark.parametrize("away", [shutil.rmtree, lambda folder: folder.rename(folder.with_name("elsewhere"))], ids=["removed", "moved"])
async def test_a_folder_taken_away_under_it_is_noticed(tmp_path: Path, away: Callable[[Path], object]) -> None:
    folder = tmp_path / "kept"
    async with keeping(runtime(folder)) as keeper:
        assert keeper is not None
        await give(keeper, fetched(b"satu", 0))
        away(folder)
        with pytest.raises(Outage):
            await give(keeper, fetched(b"dua", 1))
        await give(keeper, fetched(b"dua", 1))
    with open_archive(folder) as archive:
        assert archive.page(fetched(b"dua", 1).page_id) == fetched(b"dua", 1)


async def test_after_an_outage_the_file_goes_on_with_whole_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sync, failing = os.fsync, [True]

    def broken(number: int) -> None:
        if failing[0]:
            raise OSError(5, "Input/output error")
        sync(number)

    async with keeping(runtime(tmp_path / "kept")) as keeper:
        assert keeper is not None
        await give(keeper, fetched(b"satu", 0))
        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", broken)
            with pytest.raises(Outage, match="archive_away"):
                await give(keeper, fetched(b"dua", 1))
            assert not await keeper.ping()
            failing[0] = False
            await give(keeper, fetched(b"dua", 1))
    with open_archive(tmp_path / "kept") as archive:
        for page in (fetched(b"satu", 0), fetched(b"dua", 1)):
            assert archive.page(page.page_id) == page

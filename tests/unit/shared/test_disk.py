"""Room on a disk: told while it can be known."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path
from threading import Event

import pytest

from shared.disk import watch_disk
from shared.telemetry import Metrics
from tests.unit.shared.samples import samples


class Over(Exception):
    """Enough was seen."""


def move(folder: Path, target: Path | None) -> None:
    """There, or back again."""
    if target is not None:
        folder.rename(target) if folder.exists() else target.rename(folder)


async def rooms(folder: Path, then: dict[int, Path | None]) -> list[tuple[float | None, float | None]]:
    """Free and in all, at each look; before each, what the folder is moved to."""
    metrics, seen = Metrics("store"), list[tuple[float | None, float | None]]()

    async def rest(_seconds: float) -> None:
        free, size = (samples(metrics, f"kabar_disk_{what}_bytes", "disk") for what in ("free", "size"))
        seen.append((free.get(("archive",)), size.get(("archive",))))
        if len(seen) == 3:
            raise Over
        move(folder, then.get(len(seen)))

    with pytest.raises(Over):
        await watch_disk("archive", folder, metrics, rest)
    return seen


async def test_the_room_of_a_folder_and_none_while_it_is_away(tmp_path: Path) -> None:
    folder, elsewhere = tmp_path / "kept", tmp_path / "elsewhere"
    folder.mkdir()
    first, away, back = await rooms(folder, {1: elsewhere, 2: elsewhere})
    assert first[1] == back[1] == shutil.disk_usage(tmp_path).total
    assert first[0] is not None
    assert 0 < first[0] <= shutil.disk_usage(tmp_path).total
    assert away == (None, None)


async def test_a_disk_that_hangs_is_asked_once_and_says_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    free, asked = Event(), list[object]()

    def hang(folder: object) -> object:
        asked.append(folder)
        free.wait(10)
        return shutil._ntuple_diskusage(3, 2, 1)

    monkeypatch.setattr("shared.disk._PATIENCE", 0.01)
    monkeypatch.setattr("shared.disk.shutil.disk_usage", hang)
    assert await rooms(tmp_path, {}) == [(None, None)] * 3
    assert len(asked) == 1
    free.set()
    await asyncio.sleep(0)

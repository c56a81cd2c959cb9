"""SIGKILL at random moments: what was said to be kept is kept, once, and every file can be read to its end."""

from __future__ import annotations

import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

from services.store.archive.archive import open_archive
from services.store.archive.warc_files import ENDED
from tests.unit.store.archive.fetched import Folder, fetched, read_back

ROOT = Path(__file__).resolve().parents[4]
KILLS = 8


def until_killed(folder: Path, after: int, extra: float) -> int:
    """How many pages it said it kept, being killed some moment after so many."""
    command = [sys.executable, "-m", "tests.unit.store.archive.writing", str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as writer:
        assert writer.stdout
        said = [writer.stdout.readline() for _ in range(after)]
        try:
            writer.wait(extra)
        except subprocess.TimeoutExpired:
            writer.kill()
        # Its last line may be cut off, too.
        said += writer.stdout.read().splitlines(keepends=True)
    return sum(line.endswith("\n") for line in said)


def test_killed_at_random_it_loses_nothing_and_keeps_nothing_twice(tmp_path: Path) -> None:
    folder, chance, kept = Folder(tmp_path / "kept"), random.Random(6), 0
    for _ in range(KILLS):
        kept = max(kept, until_killed(folder.path, kept + chance.randrange(1, 40), chance.random() / 50))
    with folder.keeping() as archive:
        archive.close()
    with open_archive(folder.path) as archive:
        for number in range(kept):
            page = fetched(random.Random(number % 50).randbytes(3_000), number)
            assert archive.page(page.page_id) == page
        pages, bodies = archive.index.count()
    assert kept <= pages <= kept + 1
    assert bodies == min(pages, 50)
    assert all(path.name.endswith(ENDED) for path in folder.files())
    records = [record for path in folder.files() for record in read_back(path)]
    ids = Counter(headers["WARC-Record-ID"] for kind, headers, _ in records if kind != "warcinfo")
    assert max(ids.values()) == 1
    assert sum(kind == "metadata" for kind, _, _ in records) == pages

"""Pages kept on the real broker and store, and read anew by a newer extractor: first to see, then for good."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from deploy.local.children import Child
from deploy.local.jars import ROOT
from deploy.local.servers import Servers
from services.extractor.read import EXTRACTOR
from services.store.archive.archive import open_archive
from services.store.archive.index import Choice
from shared.envelope import seal
from shared.messages import PageFetched
from shared.topics import ARTICLE_EXTRACTED, DEAD, PAGE_FETCHED
from tests.integration.loopback_site import many_articles
from tests.integration.pipeline import Pipeline
from tests.integration.topic_reading import lag, send
from tests.integration.waiting import until
from tests.unit.store.archive.fetched import fetched

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]

HOST = "situs-uji.example"
OLDER = "kabar/0.0.9"


def html(number: int, tag: str | None = None) -> bytes:
    plain = {path.rsplit("-", 1)[-1]: body for path, body in many_articles(3).items()}[str(number)]
    head = f'<meta property="article:tag" content="{tag}">' if tag else ""
    assert b"</head>" in plain
    return plain.replace(b"</head>", f"{head}</head>".encode(), 1)


def page(number: int, tag: str | None = None, minute: int = 0) -> PageFetched:
    return fetched(html(number, tag), minute, url=f"https://{HOST}/berita/{number}", site=HOST)


# Two articles that the older extractor read without their tags, the first of them fetched twice; one without; one that is none.
PAGES = (
    page(1, "Pemilu"),
    page(1, "Pemilu", 60),
    page(2, "Desa"),
    page(3),
    fetched(b"<html></html>", url=f"https://{HOST}/kosong", site=HOST),
)


@pytest.fixture
async def running(stack: Servers, tmp_path: Path) -> AsyncIterator[Pipeline]:
    """A store that keeps pages, and an older extractor."""
    environment = {
        **stack.environment(),
        "KABAR_MONGO_DATABASE": f"test_{uuid.uuid4().hex[:12]}",
        "KABAR_ARCHIVE_DIR": str(tmp_path / "kept"),
        "KABAR_EXTRACT_WORKERS": "1",
    }
    made = Pipeline(stack, tmp_path, environment, environment["KABAR_MONGO_DATABASE"])
    made.services["older"] = older_extractor(made)
    made.start("store")
    try:
        yield made
    finally:
        await made.end()


def older_extractor(made: Pipeline) -> Child:
    """This tree's own, with a lower version and no eye for tags."""
    tree = made.folder / "older"
    for package in ("services", "shared"):
        shutil.copytree(ROOT / package, tree / package, ignore=shutil.ignore_patterns("__pycache__"))
    read = tree / "services/extractor/read.py"
    text = read.read_text(encoding="utf-8")
    for now, then in ((f'"{EXTRACTOR}"', f'"{OLDER}"'), ("tags=meta.tags or tidied.tags", "tags=()")):
        assert text.count(now) == 1
        text = text.replace(now, then)
    read.write_text(text, encoding="utf-8")
    env = {**made.environment, "PYTHONPATH": str(tree)}
    return Child([sys.executable, "-m", "services.extractor"], made.folder / "older.jsonl", cwd=tree, env=env)


async def kabar(made: Pipeline, *words: str) -> tuple[bytes, str]:
    """What it wrote and said; it ended well."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "cli.app", *words, cwd=ROOT, env={**os.environ, **made.environment},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, said = await child.communicate()
    assert child.returncode == 0, said.decode()
    return out, said.decode()


async def report(made: Pipeline, *words: str) -> dict[str, Any]:
    return dict(json.loads((await kabar(made, "replay", "--json", *words))[0]))


async def publish(made: Pipeline, *pages: PageFetched) -> None:
    sealed = [seal(one, source="crawler", time=datetime.now(UTC), correlation_id="cor_1") for one in pages]
    await send(made.stack.kafka.servers, PAGE_FETCHED, [(one.key, one.value) for one in sealed])


async def settled(made: Pipeline) -> None:
    """Everything published is dealt with by everybody."""
    groups = (("kabar-extractor", PAGE_FETCHED), ("kabar-keeper", PAGE_FETCHED), ("kabar-store", ARTICLE_EXTRACTED), ("kabar-store", DEAD))

    async def empty() -> bool:
        return sum([await lag(made.stack.kafka.servers, group, topic) for group, topic in groups]) == 0

    await until(f"all groups at the end; logs in {made.folder}", empty, 90)


def kept(made: Pipeline) -> list[str]:
    with open_archive(Path(made.environment["KABAR_ARCHIVE_DIR"])) as archive:
        return sorted(page_id for ids in archive.chosen(Choice()) for page_id in ids)


async def test_a_newer_extractor_over_kept_pages_changes_what_the_dry_run_names(running: Pipeline) -> None:
    await publish(running, *PAGES[:3])
    await running.stored(2)
    await running.kill("store")
    await publish(running, *PAGES)  # all of them, so three a second time
    running.start("store")
    await running.stored(3)
    await settled(running)
    assert kept(running) == sorted(one.page_id for one in PAGES)
    before = await running.documents("articles")
    assert {one["provenance"]["extractor"] for one in before} == {OLDER}
    await running.services["older"].stop(40.0)

    told = await report(running)
    assert told["articles"] == {"changed": 2, "seen": 1}
    assert told["fields"] == {"tags": 2}
    assert sorted((one["old"], one["new"]) for one in told["examples"]["tags"]) == [([], ["Desa"]), ([], ["Pemilu"])]
    assert (sum(told["refused"].values()), told["refused_though_stored"], told["put_back"]) == (1, {}, 0)
    assert await running.documents("articles") == before
    assert (await report(running, "--until", "2026-11-24"))["articles"] == {}
    first = next(one for one in before if one["url"].endswith("/1"))
    assert (await report(running, "--article", first["id"]))["articles"] == {"changed": 1}

    running.start("extractor")
    assert (await report(running, "--for-good", "--site", HOST))["put_back"] == 2
    await settled(running)
    after = {one["url"]: one for one in await running.documents("articles")}
    for old in before:
        new = after[old["url"]]
        ours = {"tags", "revision", "provenance", "fetched_at", "last_seen_at"}
        changed = {name for name in old if old[name] != new[name]}
        assert changed <= ours
        assert ("tags" in changed) is not old["url"].endswith("/3")
    assert (await running.counts()).revisions == 5
    assert len(kept(running)) == len(PAGES)
    again = await report(running, "--for-good")
    assert (again["articles"], again["put_back"]) == ({"again": 2, "seen": 1}, 0)

    out, _ = await kabar(running, "pages", "show", first["id"], "--raw")
    assert out == html(1, "Pemilu")
    shown, _ = await kabar(running, "pages", "show", first["id"])
    assert first["provenance"]["raw_digest"].encode() in shown

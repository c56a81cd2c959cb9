"""A consumer that starts last holds what the store holds: `examples/follow_events.py`, as it is in the README."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from deploy.local.jars import ROOT
from deploy.local.servers import Servers
from tests.integration.loopback_site import TOWNS, LoopbackSite, article, many_articles
from tests.integration.pipeline import SERVICES, Pipeline, pipeline
from tests.integration.waiting import until

pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]
ARTICLES = 60
OPINION = (
    "Kejujuran adalah dasar dari setiap pemilu. Tanpa kejujuran, suara rakyat kehilangan arti, dan tanpa pengawasan, "
    "kejujuran kehilangan penjaga. "
    "Karena itu setiap warga ikut bertanggung jawab, bukan hanya penyelenggara."
)


async def held(stack: Servers) -> dict[str, Any]:
    """What the example prints, by event."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, ROOT / "examples/follow_events.py", "--once",
        env={"KABAR_KAFKA_SERVERS": stack.kafka.servers, "PYTHONIOENCODING": "utf-8"}, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, _ = await child.communicate()
    assert child.returncode == 0
    events = [json.loads(line) for line in out.splitlines()]
    return {event["id"]: event for event in events}


async def stored(made: Pipeline) -> dict[str, Any]:
    return {event["id"]: event for event in await made.documents("events")}


async def test_it_holds_exactly_the_events_of_the_store(stack: Servers, tmp_path: Path) -> None:
    """After a store killed in the middle, an article that has changed, and one that reports an event no more."""
    pages = many_articles(ARTICLES)
    changed, withdrawn = sorted(path for path in pages if path.startswith("/berita/2023/"))[:2]
    with LoopbackSite("situs-uji.example", pages).serving() as site:
        async with pipeline(stack, site, tmp_path) as made:
            made.start(*SERVICES)
            await made.stored(ARTICLES // 3)
            await made.kill("store")
            made.start("store")
            await made.stored(ARTICLES)
            await made.drained()
            first = await stored(made)
            assert await held(stack) == first

            site.pages[changed] = pages[changed].replace(b"Balai Kota", b"Hotel Aidia Grande")
            site.pages[withdrawn] = article("Pemilu yang Jujur", [OPINION] * 4, published="2023-11-14T10:00:00+07:00")
            await made.services["crawler"].stop(40.0)
            made.environment = {**made.environment, "KABAR_CRAWL_PASS": datetime.now(UTC).isoformat()}
            made.start("crawler")

            async def moved() -> bool:
                now = await stored(made)
                return len(now) == ARTICLES - 1 and any(now[key] != first[key] for key in now)

            await until("one event changed and one gone", moved)
            await made.drained()
            assert await held(stack) == await stored(made)


async def test_tail_prints_changes_until_it_is_interrupted(stack: Servers) -> None:
    """From the beginning: every event of the test before, one line each; and it ends by SIGINT without a word."""
    wanted = (await held(stack)).keys()
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "cli.app", "tail", "--from-beginning", cwd=ROOT, env={**os.environ, **stack.environment()},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert child.stdout is not None
    seen: set[str] = set()
    while not wanted <= seen:
        change, event, day, kind, region, *_ = (await child.stdout.readline()).decode().rstrip("\n").split("\t")
        assert change in ("created", "updated", "withdrawn")
        assert (day[:8], kind, region in TOWNS) == ("2023-11-", "rapat_koordinasi", True)
        seen.add(event)
    child.send_signal(signal.SIGINT)
    _, said = await child.communicate()
    assert (child.returncode, said) == (130, b"")

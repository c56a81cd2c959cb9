"""`kabar crawl` against the real broker and store: its display is interrupted, the crawler killed, and nothing is lost or asked twice."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from deploy.local.servers import Servers
from services.crawler.backfill import BackfillProgress
from services.crawler.standing import read_backfill
from tests.integration.loopback_site import LoopbackSite, article
from tests.integration.pipeline import Pipeline, pipeline
from tests.integration.waiting import until

pytestmark = [pytest.mark.integration, pytest.mark.timeout(240)]

ROOT = Path(__file__).resolve().parents[2]
HOST = "arsip-uji.example"
PAGES, EACH = 40, 10
SINCE, UNTIL = date(2023, 4, 1), date(2023, 12, 31)
DAYS = [date(2024, 2, 3) - timedelta(days=2 * number) for number in range(PAGES * EACH)]
PATHS = {f"/berita/{day:%Y/%m/%d}/warga-mengawasi-tahapan-{number}": day for number, day in enumerate(DAYS)}
IN_RANGE = {path for path, day in PATHS.items() if SINCE <= day <= UNTIL}


def newspaper() -> dict[str, bytes]:
    paths = list(PATHS)
    pages = {path: article("Warga Mengawasi", [f"Tahapan {path}."], published=day.isoformat()) for path, day in PATHS.items()}
    for number in range(1, PAGES + 1):
        items = "".join(f'<h2><a href="{path}">Warga</a></h2>' for path in paths[(number - 1) * EACH : number * EACH])
        after = f'<a rel="next" href="/page/{number + 1}/">Selanjutnya</a>' if number < PAGES else ""
        pages["/" if number == 1 else f"/page/{number}/"] = f"<html><body><main>{items}</main>{after}</body></html>".encode()
    return pages | {"/feed.xml": b'<rss version="2.0"><channel></channel></rss>'}


def _with_a_feed(sites: Path) -> None:
    entry = f'[[site]]\nid = "{HOST}"\nname = "Arsip"\nhome = "http://{HOST}/"\nfeeds = ["http://{HOST}/feed.xml"]\npace = 0.01\n'
    sites.write_text(entry, encoding="utf-8")


@pytest.fixture
async def running(stack: Servers, tmp_path: Path) -> AsyncIterator[tuple[Pipeline, LoopbackSite]]:
    """The crawler, for ever, on a site whose feed is empty and whose front page leads back to 2021."""
    with LoopbackSite(HOST, newspaper()).serving() as site:
        async with pipeline(stack, site, tmp_path) as made:
            _with_a_feed(Path(made.environment["KABAR_SITES"]))
            made.environment = {name: value for name, value in made.environment.items() if name != "KABAR_CRAWL_PASS"}
            made.start("crawler")
            yield made, site


async def _kabar(made: Pipeline, *words: str) -> asyncio.subprocess.Process:
    command = (sys.executable, "-m", "cli.app", "crawl", *words)
    pipe = asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=os.environ | made.environment, stdout=pipe, stderr=pipe)


async def _progress(made: Pipeline) -> BackfillProgress:
    return await read_backfill(made.stack.documents.uri, made.database, f"{HOST}:{SINCE}:{UNTIL}")


async def test_going_back_survives_ctrl_c_and_a_kill(running: tuple[Pipeline, LoopbackSite]) -> None:
    made, site = running
    words = ("--site", HOST, "--since", SINCE.isoformat(), "--until", UNTIL.isoformat())

    async def in_the_middle() -> bool:
        return (await _progress(made)).articles_published >= 10

    first = await _kabar(made, *words)
    await until("some articles of the archives are published", in_the_middle)
    first.send_signal(signal.SIGINT)
    out, err = await first.communicate()
    assert (first.returncode, out) == (130, b"")
    assert b"Ctrl-C ends this display" in err
    await made.kill("crawler")
    assert not (await _progress(made)).done, "it must die in the middle"
    made.start("crawler")
    second = await _kabar(made, *words)
    out, err = await second.communicate()
    assert second.returncode == 0, err
    lines = [line.split() for line in out.decode().splitlines()]
    assert ["articles", "published", str(len(IN_RANGE))] in lines
    asked = {path: times for (path, _), times in site.asked.items()}
    assert {path for path in asked if path in PATHS} == IN_RANGE
    again = {path: times for path, times in asked.items() if times > 1 and (path in PATHS or path.startswith("/page/"))}
    assert sum(again.values()) <= 2, "only the one that was in hand"
    assert f"/page/{PAGES}/" not in asked


async def test_a_page_and_a_site_are_asked_for(running: tuple[Pipeline, LoopbackSite]) -> None:
    made, site = running
    path = next(iter(PATHS))

    async def asked() -> bool:
        return site.times(path, 200) == 1

    for words in ((f"http://{HOST}{path}",), ("--site", HOST)):
        process = await _kabar(made, *words)
        _, err = await process.communicate()
        assert (process.returncode, err.decode()) == (0, f"The crawler is asked for {words[-1]}.\n")
    await until("the page is asked for", asked)

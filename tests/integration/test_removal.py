"""An article that its site removes and puts back, through all three services."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from deploy.local.servers import Servers
from tests.integration.loopback_site import LoopbackSite, many_articles
from tests.integration.pipeline import SERVICES, Pipeline, pipeline
from tests.integration.waiting import until

PATH = "/berita/2023/11/rapat-koordinasi-pengawasan-tahap-3"


async def another_pass(made: Pipeline, site: LoopbackSite, status: int, times: int) -> None:
    """Until the article has been answered that often with that status."""
    await made.services["crawler"].stop(40.0)
    made.environment = {**made.environment, "KABAR_CRAWL_PASS": datetime.now(UTC).isoformat()}
    made.start("crawler")

    async def asked() -> bool:
        return site.times(PATH, status) >= times

    await until(f"{PATH} answered {status}; logs in {made.folder}", asked, 60.0)


async def the_article(made: Pipeline, *, gone: bool) -> dict[str, Any]:
    """As it is stored, once it is marked, or no longer is."""
    found: list[dict[str, Any]] = []

    async def so() -> bool:
        found[:] = [article for article in await made.documents("articles") if article["url"].endswith(PATH)]
        return (found[0]["gone_at"] is not None) is gone

    await until(f"gone: {gone}; logs in {made.folder}", so, 60.0)
    return found[0]


async def test_it_is_kept_and_marked_until_it_comes_back(stack: Servers, tmp_path: Path) -> None:
    with LoopbackSite("hilang.example", many_articles(3)).serving() as site:
        async with pipeline(stack, site, tmp_path) as made:
            made.start(*SERVICES)
            await made.stored(3)
            page = site.pages.pop(PATH)
            for times in (1, 2):
                await another_pass(made, site, 404, times)
            lost = await the_article(made, gone=True)
            assert (lost["revision"], lost["gone_at"] > lost["last_seen_at"]) == (1, True)
            site.pages[PATH] = page
            await another_pass(made, site, 200, 2)
            back = await the_article(made, gone=False)
            assert (back["revision"], back["body"], back["last_seen_at"] > lost["gone_at"]) == (2, lost["body"], True)
            assert (await made.counts()).dead_letters == 0

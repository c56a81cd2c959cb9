"""Compose the crawler and run it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime

from services.crawler.clock import agreed_clock
from services.crawler.crawl import Crawl
from services.crawler.fetch import open_fetcher
from services.crawler.frontier import open_frontier
from services.crawler.requests import Requests
from services.crawler.standing import read_clock
from shared.broker import Broker
from shared.health import Check
from shared.lifecycle import Runtime, run_service
from shared.settings import Settings, SettingsError, load_settings
from shared.sites import Site, SitesError, load_sites
from shared.topics import CRAWL_REQUESTED


@asynccontextmanager
async def crawler(run: Runtime, sites: tuple[Site, ...], since: datetime | None) -> AsyncIterator[Mapping[str, Check]]:
    """The crawler at work on these sites; `since` is the instant of a pass, `None` crawls for ever."""
    settings = run.settings
    # A pass is compared with the wall clock's time it was begun at.
    now = run.now if since else await agreed_clock(run, lambda: read_clock(settings.mongo_uri, settings.mongo_database))
    async with open_frontier(settings, since, now) as frontier, open_fetcher(settings) as fetcher:
        broker = Broker(run)
        broker.subscribe(CRAWL_REQUESTED, Requests(run, sites, frontier).on_request)
        async with broker.running():
            work = asyncio.create_task(Crawl(run, sites, frontier, fetcher, broker, since).work())
            # A crawler that no longer crawls has to end, to be started again.
            work.add_done_callback(lambda _done: run.stopping.set())
            try:
                yield {"kafka": broker.ping, "store": frontier.ping}
            finally:
                await _finish(work, settings.stop_seconds)


async def _finish(work: asyncio.Task[None], seconds: float) -> None:
    """Let it finish what it holds; cut off what takes longer, to be fetched again another time."""
    await asyncio.wait([work], timeout=seconds)
    if not work.done():
        work.cancel()
        await asyncio.wait([work])
    if not work.cancelled() and (error := work.exception()):
        raise error


def pass_instant(settings: Settings) -> datetime | None:
    """The instant of the pass to make, if one is. Raises `SettingsError`."""
    if settings.crawl_pass is None:
        return None
    try:
        instant = datetime.fromisoformat(settings.crawl_pass)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise SettingsError("KABAR_CRAWL_PASS: write an instant with its zone, as 2026-11-23T04:00:00Z; see docs/settings.md.")
    return instant


def main() -> int:
    """Exit 0 after a clean stop, 2 for a setting or a site file that cannot be used."""
    try:
        settings = load_settings()
        since, sites = pass_instant(settings), load_sites(settings.sites)
    except (SettingsError, SitesError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return run_service("crawler", settings, lambda run: crawler(run, sites, since))

"""Compose the extractor and run it."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import partial

from services.extractor.pool import KILLS, open_pool
from services.extractor.router import Router
from shared.broker import Broker
from shared.health import Check
from shared.lifecycle import Runtime, run_service
from shared.settings import SettingsError, load_settings
from shared.topics import PAGE_FETCHED


@asynccontextmanager
async def extractor(run: Runtime) -> AsyncIterator[Mapping[str, Check]]:
    """The extractor at work; leaving it finishes the pages in hand, then ends the workers."""
    settings = run.settings
    for reason in KILLS:
        run.metrics.worker_killed(reason, 0)  # so that the first one is seen as one more
    with (
        open_pool(settings.extract_workers, settings.extract_seconds, settings.extract_memory_mb, partial(_killed, run)) as pool,
        ThreadPoolExecutor(pool.size) as threads,
    ):
        broker = Broker(run)
        broker.subscribe(PAGE_FETCHED, Router(pool, threads).on_page)
        async with broker.running():
            yield {"kafka": broker.ping}


def _killed(run: Runtime, reason: str) -> None:
    run.metrics.worker_killed(reason)
    run.log.warning("worker_killed", reason=reason)


def main() -> int:
    """Exit 0 after a clean stop, 2 for a setting that cannot be used."""
    try:
        settings = load_settings()
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return run_service("extractor", settings, extractor)

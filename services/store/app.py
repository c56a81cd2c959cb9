"""The store service, composed: ArticleExtracted → documents → EventChanged, the dead letters, and the pages kept."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from services.store.archive.keeper import GROUP, keeping
from services.store.clusters import Evidence
from services.store.repository import open_repository
from services.store.router import Router
from services.store.settle import Settler
from shared.broker import Broker
from shared.health import Check
from shared.lifecycle import Runtime, run_service
from shared.settings import SettingsError, load_settings
from shared.topics import ARTICLE_EXTRACTED, ARTICLE_GONE, DEAD, PAGE_FETCHED


@asynccontextmanager
async def store(run: Runtime) -> AsyncIterator[Mapping[str, Check]]:
    """The running service; yields what decides its readiness."""
    async with keeping(run) as keeper, open_repository(run.settings.mongo_uri, run.settings.mongo_database) as repository:
        await repository.prepare()
        broker = Broker(run)
        router = Router(repository, Settler(repository, broker.publish, run.metrics, Evidence(), run.fault), run.metrics, run.now)
        broker.subscribe(ARTICLE_EXTRACTED, router.on_article)
        broker.subscribe(ARTICLE_GONE, router.on_gone)
        broker.subscribe(DEAD, router.on_dead_letter)
        checks: dict[str, Check] = {"kafka": broker.ping, "store": repository.takes_writes}
        if keeper is not None:
            broker.subscribe(PAGE_FETCHED, keeper.on_page, group=GROUP)
            checks["archive"] = keeper.ping
        async with broker.running():
            yield checks


def main() -> int:
    """Run until told to stop. Returns the exit code: 2 for settings that cannot be used, said in one sentence."""
    try:
        return run_service("store", load_settings(), store)
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2

"""The store service, composed: ArticleExtracted → documents → EventChanged, and the dead letters."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from services.store.repository import open_repository
from services.store.router import Router
from shared.broker import Broker
from shared.health import Check
from shared.lifecycle import Runtime, run_service
from shared.settings import SettingsError, load_settings
from shared.topics import ARTICLE_EXTRACTED, ARTICLE_GONE, DEAD


@asynccontextmanager
async def store(run: Runtime) -> AsyncIterator[Mapping[str, Check]]:
    """The running service; yields what decides its readiness."""
    async with open_repository(run.settings.mongo_uri, run.settings.mongo_database) as repository:
        await repository.prepare()
        router, broker = Router(repository, run.metrics, run.fault), Broker(run)
        broker.subscribe(ARTICLE_EXTRACTED, router.on_article)
        broker.subscribe(ARTICLE_GONE, router.on_gone)
        broker.subscribe(DEAD, router.on_dead_letter)
        async with broker.running():
            yield {"kafka": broker.ping, "store": repository.ping}


def main() -> int:
    """Run until told to stop. Returns the exit code: 2 for settings that cannot be used, said in one sentence."""
    try:
        return run_service("store", load_settings(), store)
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2

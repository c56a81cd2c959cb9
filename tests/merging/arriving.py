"""Articles on their way through the store's own handlers, and what comes of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import Any

from services.store.clusters import Evidence
from services.store.repository import Repository
from services.store.router import Router
from services.store.settle import Settler
from shared.broker import Delivered
from shared.documents import Article
from shared.messages import ArticleExtracted, ArticleGone, EventChanged, Message
from shared.telemetry import Metrics

Pair = frozenset[str]


class Arrivals:
    """The store's way for articles into `repository`; keeps the last announcement of each event, as the compacted topic does."""

    def __init__(self, repository: Repository, evidence: Evidence | None = None) -> None:
        metrics = Metrics("store")
        self.announced: dict[str, EventChanged] = {}
        self.changes: list[tuple[str, str]] = []
        self._router = Router(repository, Settler(repository, self._hear, metrics, evidence or Evidence()), metrics)

    async def take(self, articles: Iterable[Article]) -> None:
        for article in articles:
            await self._router.on_article(Delivered(ArticleExtracted(article=article), "cor_1"))

    async def lose(self, gone: ArticleGone) -> None:
        await self._router.on_gone(Delivered(gone, "cor_1"))

    def live(self) -> dict[str, dict[str, Any]]:
        """What a consumer of the topic holds, but for how often each event changed on the way."""
        return {key: content(told.event.model_dump(mode="json")) for key, told in self.announced.items() if told.event.articles}

    async def _hear(self, message: Message, _correlation_id: str) -> None:
        assert isinstance(message, EventChanged)
        self.announced[message.event.id] = message
        self.changes.append((message.change.value, message.event.id))


def content(event: dict[str, Any]) -> dict[str, Any]:
    """An event without the number of its version: how many there were depends on the way."""
    return {name: value for name, value in event.items() if name not in ("_id", "revision", "store", "withdrawn_at")}


def pairs(groups: Iterable[Sequence[str]]) -> set[Pair]:
    """Who is together with whom."""
    return {frozenset(pair) for group in groups for pair in combinations(group, 2)}


def f1(found: set[Pair], true: set[Pair]) -> float:
    """Of pairs: 1.0 where all and only those are found."""
    return 2 * len(found & true) / (len(found) + len(true)) if found or true else 1.0

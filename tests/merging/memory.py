"""The store's repository in memory, with the same guards, for as many orders of arrival as one likes; test_merging holds it against the
real one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from services.store.gone import Removal
from services.store.history import EventRevision
from services.store.moves import SavedEvent
from services.store.repository import Repository
from services.store.revisions import Revision, SavedArticle
from services.store.told import Told
from services.store.unfinished import Unfinished
from shared.urls import event_id


class Memory(Repository):
    """Holds what is put into it."""

    def __init__(self) -> None:
        self.articles: dict[str, SavedArticle] = {}
        self.events: dict[str, SavedEvent] = {}
        self.left: dict[str, Unfinished] = {}
        self._told: dict[str, Told] = {}  # type: ignore[assignment]
        self._blocks: defaultdict[str, set[str]] = defaultdict(set)
        self._holders: defaultdict[str, set[str]] = defaultdict(set)
        self._kept: set[str] = set()

    async def article(self, key: str) -> SavedArticle | None:
        return self.articles.get(key)

    async def event(self, key: str) -> SavedEvent | None:
        return self.events.get(key)

    async def put_article(self, article: SavedArticle, *, replacing: SavedArticle | None) -> bool:
        if self.articles.get(article.id) != replacing:
            return False
        for block in replacing.store.blocks if replacing else ():
            self._blocks[block].discard(article.id)
        self.articles[article.id] = article
        self._told.pop(article.id, None)
        if article.event is not None:
            self._told[article.id] = Told.model_validate(article.model_dump())
        for block in article.store.blocks:
            self._blocks[block].add(article.id)
        return True

    async def put_event(self, event: SavedEvent, *, replacing: SavedEvent | None) -> bool:
        if self.events.get(event.id) != replacing:
            return False
        for report in replacing.articles if replacing else ():
            self._holders[report.id].discard(event.id)
        self.events[event.id] = event
        for report in event.articles:
            self._holders[report.id].add(event.id)
        return True

    async def told(self, ids: Collection[str]) -> list[Told]:
        return [self._told[key] for key in ids if key in self._told]

    async def comparable(self, keys: Collection[str]) -> list[Told]:
        return [self._told[key] for key in set().union(*(self._blocks.get(block, ()) for block in keys))]

    async def events_with(self, articles: Collection[str]) -> list[SavedEvent]:
        ids = set().union(*(self._holders.get(key, ()) for key in articles)) | set(map(event_id, articles))
        return [self.events[key] for key in ids if key in self.events]

    async def unfinished(self, article: str) -> Unfinished | None:
        return self.left.get(article)

    async def begin(self, unfinished: Unfinished) -> None:
        self.left[unfinished.id] = unfinished

    async def finish(self, unfinished: Unfinished) -> None:
        self.left.pop(unfinished.id, None)

    async def keep(self, revision: Revision) -> bool:
        new = revision.id not in self._kept
        self._kept.add(revision.id)
        return new

    async def keep_event(self, revision: EventRevision) -> bool:
        new = revision.id not in self._kept
        self._kept.add(revision.id)
        return new

    async def removals(self, url: str) -> list[Removal]:
        return []

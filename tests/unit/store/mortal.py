"""A repository that a kill ends at any write."""

from __future__ import annotations

from services.store.history import EventRevision
from services.store.moves import SavedEvent
from services.store.repository import Database, Repository
from services.store.revisions import Revision, SavedArticle
from services.store.unfinished import Unfinished


class Killed(BaseException):
    """The process ends here. No handler may catch it."""


class Mortal(Repository):
    """Ends in place of write number `writes`; counts the writes it lived through."""

    def __init__(self, database: Database, writes: int) -> None:
        super().__init__(database)
        self.left = writes

    async def put_article(self, article: SavedArticle, *, replacing: SavedArticle | None) -> bool:
        self._live()
        return await super().put_article(article, replacing=replacing)

    async def put_event(self, event: SavedEvent, *, replacing: SavedEvent | None) -> bool:
        self._live()
        return await super().put_event(event, replacing=replacing)

    async def keep(self, revision: Revision) -> bool:
        self._live()
        return await super().keep(revision)

    async def keep_event(self, revision: EventRevision) -> bool:
        self._live()
        return await super().keep_event(revision)

    async def begin(self, unfinished: Unfinished) -> None:
        self._live()
        await super().begin(unfinished)

    async def finish(self, unfinished: Unfinished) -> None:
        self._live()
        await super().finish(unfinished)

    def _live(self) -> None:
        if self.left == 0:
            raise Killed
        self.left -= 1

"""One article and its event, for tests of what happens to a single one."""

from __future__ import annotations

from services.store.clusters import Evidence
from services.store.moves import SavedEvent, moves
from services.store.repository import Repository
from services.store.revisions import SavedArticle
from services.store.router import Router
from services.store.settle import Settler
from services.store.told import Told
from shared.messages import Message
from shared.telemetry import Metrics


def told_by(article: SavedArticle) -> Told:
    return Told.model_validate(article.model_dump(mode="json"))


def move(stored: SavedEvent | None, article: SavedArticle) -> SavedEvent | None:
    """The event as it must be stored now that this article says what it says; `None` where nothing has to be written."""
    happenings = [[told_by(article)]] if article.event is not None else []
    made = moves([stored] if stored is not None else [], happenings, article.fetched_at)
    assert len(made) <= 1
    return made[0].new if made else None


def silent(repository: Repository) -> Router:
    """A router whose announcements nobody hears."""

    async def announce(_message: Message, _correlation_id: str) -> None:
        """To nobody."""

    return Router(repository, Settler(repository, announce, Metrics("store"), Evidence()), Metrics("store"))


def kept_without_keys(article: SavedArticle) -> SavedArticle:
    """As a store kept it that did not merge yet: with nothing it could be compared by."""
    return article.model_copy(update={"store": article.store.model_copy(update={"blocks": (), "sketch": ""})})

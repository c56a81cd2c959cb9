"""From articles to events. Pure.

For now every article that reports a happening founds an event of its own; the event's id comes from the article's, so the
same pages give the same events in whatever order they arrive.
"""

from __future__ import annotations

from pydantic import AwareDatetime

from services.store.revisions import SavedArticle, changed_fields
from shared.documents import Document, Event, EventMention, Report
from shared.messages import Change, EventChanged
from shared.urls import event_id

# Which version this is and when it came about; the rest is what the event says.
_NOT_CONTENT = frozenset({"first_seen_at", "id", "revision", "schema_version", "updated_at"})


class EventNotes(Document):
    """How the stored version came about; enough to announce it again, word for word. And the title of the article that told it: most
    events have no name of their own."""

    change: Change
    changed_fields: tuple[str, ...] = ()
    title: str | None = None


class SavedEvent(Event):
    """An event as `events` holds it. One that no article reports any more stays, withdrawn, with what it last said."""

    withdrawn_at: AwareDatetime | None = None
    store: EventNotes


def move(stored: SavedEvent | None, article: SavedArticle) -> SavedEvent | None:
    """The event as it must be stored now that `article` says what it says; None where nothing has to be written."""
    told = _told(article)
    if told is None:
        return _withdrawn(stored, article)
    if stored is None:
        return _saved(told, 1, EventNotes(change=Change.created, title=article.title))
    changed = changed_fields(stored, told, frozenset(Event.model_fields) - _NOT_CONTENT)
    if not changed:
        return None
    change = Change.created if stored.withdrawn_at else Change.updated
    return _saved(told, stored.revision + 1, EventNotes(change=change, changed_fields=changed, title=article.title))


def announcement(event: SavedEvent) -> EventChanged:
    """What the world is told of the stored version: the same words, and so the same `ce_id`, however often."""
    bare = Event(**{name: getattr(event, name) for name in Event.model_fields})
    return EventChanged(change=event.store.change, event=bare, changed_fields=event.store.changed_fields)


def _told(article: SavedArticle) -> Event | None:
    """The event as this one article tells it. Times are the pages' own, never the store's clock."""
    if article.event is None:
        return None
    mention = {name: getattr(article.event, name) for name in EventMention.model_fields}
    return Event(
        **mention,
        id=event_id(article.id),
        articles=(_report(article),),
        sources=1,
        flags=article.flags,
        first_seen_at=article.first_seen_at,
        updated_at=article.fetched_at,
    )


def _report(article: SavedArticle) -> Report:
    published = article.published_at.value if article.published_at else None
    return Report(id=article.id, url=article.url, site=article.site, published_at=published, content_hash=article.content_hash)


def _withdrawn(stored: SavedEvent | None, article: SavedArticle) -> SavedEvent | None:
    if stored is None or stored.withdrawn_at:
        return None
    return stored.model_copy(
        update={
            "revision": stored.revision + 1,
            "articles": (),
            "sources": 0,
            "updated_at": article.fetched_at,
            "withdrawn_at": article.fetched_at,
            "store": EventNotes(change=Change.withdrawn, changed_fields=("articles", "sources"), title=stored.store.title),
        }
    )


def _saved(event: Event, revision: int, notes: EventNotes) -> SavedEvent:
    fields = {name: getattr(event, name) for name in Event.model_fields}
    return SavedEvent(**{**fields, "revision": revision, "store": notes})

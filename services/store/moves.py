"""What must be written so that the events are what the articles now tell. Pure.

The articles alone say which events there are; what is stored only says how they came to be so. Whatever was cut off half-way, the next
look brings it to the same end.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import AwareDatetime

from services.store.merge import merged
from services.store.revisions import changed_fields
from services.store.told import Told
from shared.documents import Document, Event
from shared.messages import Change, EventChanged

# Which version this is and when it came about; the rest is what the event says.
_NOT_CONTENT = frozenset({"first_seen_at", "id", "revision", "schema_version", "updated_at"})
_CONTENT = frozenset(Event.model_fields) - _NOT_CONTENT
Merge = Callable[[Sequence[Told]], Event]
"""Reports of one happening → their event."""


class EventNotes(Document):
    """How the stored version came about; enough to announce it again, word for word. And the titles of the articles that tell it: most
    events have no name of their own."""

    change: Change
    changed_fields: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()


class SavedEvent(Event):
    """An event as `events` holds it. One that no article reports any more, or that is part of another now (`replaced_by`), stays,
    withdrawn, with what it last said."""

    withdrawn_at: AwareDatetime | None = None
    store: EventNotes

    @property
    def is_live(self) -> bool:
        return self.withdrawn_at is None

    def bare(self) -> Event:
        """By the contract alone."""
        return Event(**{name: getattr(self, name) for name in Event.model_fields})


@dataclass(frozen=True)
class Move:
    """`new` is to be stored in place of `old` (`None`: nothing)."""

    old: SavedEvent | None
    new: SavedEvent


@dataclass(frozen=True)
class _Homes:
    """The event of each article, by the id of both: as stored, and as it is to be."""

    before: Mapping[str, str]
    now: Mapping[str, str]


def moves(stored: Sequence[SavedEvent], happenings: Sequence[Sequence[Told]], at: datetime, merge: Merge = merged) -> list[Move]:
    """What is to be written, in order: whoever takes an article in comes before whoever lets it go, so that a kill in between hides none.

    `happenings` are the reports of whole happenings; `stored` is what the store holds under the ids of their events, and every event that
    holds one of their articles; `at` is when the page that brings it about was fetched.
    """
    held = {event.id: event for event in stored}
    target = {event.id: (event, group) for group in happenings for event in [merge(group)]}
    homes = _Homes(
        {report.id: event.id for event in stored if event.is_live for report in event.articles},
        {report.id: event.id for event, _ in target.values() for report in event.articles},
    )
    made = [_told(held.get(event.id), event, group, homes) for event, group in target.values()]
    gone = [_no_longer(old, homes, at) for old in held.values() if old.is_live and old.id not in target]
    return sorted((move for move in (*made, *gone) if move is not None), key=lambda move: (_loses(move), move.new.id))


def announcement(event: SavedEvent) -> EventChanged:
    """What the world is told of the stored version: the same words, and so the same `ce_id`, however often."""
    return EventChanged(change=event.store.change, event=event.bare(), changed_fields=event.store.changed_fields)


def _told(old: SavedEvent | None, event: Event, group: Sequence[Told], homes: _Homes) -> Move | None:
    """An event that articles tell of; `None` if it is stored so."""
    titles = tuple(told.title for told in group)
    if old is None or not old.is_live:
        came_from = {homes.before[one.id] for one in event.articles if one.id in homes.before}
        still = came_from & set(homes.now.values())
        change = Change.split if still else Change.merged if came_from else Change.created
        return Move(old, _saved(event, 1 if old is None else old.revision + 1, EventNotes(change=change, titles=titles)))
    changed = changed_fields(old, event, _CONTENT)
    if not changed and (old.store.titles, old.first_seen_at) == (titles, event.first_seen_at):
        return None
    notes = EventNotes(change=_change(old, event, homes), changed_fields=changed, titles=titles)
    return Move(old, _saved(event, old.revision + 1, notes))


def _change(old: SavedEvent, event: Event, homes: _Homes) -> Change:
    had, has = {one.id for one in old.articles}, {one.id for one in event.articles}
    if any(homes.before.get(key, old.id) != old.id for key in has - had):
        return Change.merged
    return Change.split if any(key in homes.now for key in had - has) else Change.updated


def _no_longer(old: SavedEvent, homes: _Homes, at: datetime) -> Move:
    """An event that nobody tells of any more, or only as part of another: where the first of its articles is now."""
    replaced_by = next((homes.now[one.id] for one in old.articles if one.id in homes.now), None)
    fields = ("articles", "replaced_by", "sources") if replaced_by else ("articles", "sources")
    change = Change.merged if replaced_by else Change.withdrawn
    notes = EventNotes(change=change, changed_fields=fields, titles=old.store.titles)
    gone = {"revision": old.revision + 1, "articles": (), "sources": 0, "agreement": (), "replaced_by": replaced_by}
    return Move(old, old.model_copy(update={**gone, "updated_at": at, "withdrawn_at": at, "store": notes}))


def _loses(move: Move) -> bool:
    """Does an article leave it."""
    return move.old is not None and bool({one.id for one in move.old.articles} - {one.id for one in move.new.articles})


def _saved(event: Event, revision: int, notes: EventNotes) -> SavedEvent:
    fields = {name: getattr(event, name) for name in Event.model_fields}
    return SavedEvent(**{**fields, "revision": revision, "store": notes})

"""What changed from one version of a document to the next: of a text by paragraph, of a list by item. Pure.

Evidence moves with every word written before it, and provenance with every fetch: neither is a change of what is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from pydantic import AwareDatetime

from services.store.moves import SavedEvent
from shared.documents import Document, Event
from shared.messages import Change

_UNSAID = frozenset({"content_hash", "evidence", "fetched_at", "fingerprint", "provenance", "revision", "schema_version", "updated_at"})


class EventRevision(Document):
    """One version of an event, whole. `id` is `evt_…:N`."""

    id: str
    of: str
    revision: int
    at: AwareDatetime
    """When the page that brought it about was fetched."""
    change: Change
    changed_fields: tuple[str, ...]
    document: Event


@dataclass(frozen=True)
class Difference:
    """Of one field: what it no longer says, and what it says now. A text is its paragraphs, a list its items, anything else one value;
    nothing stands for `null`."""

    field: str
    removed: tuple[Any, ...]
    added: tuple[Any, ...]


def event_revision(event: SavedEvent) -> EventRevision:
    """The entry of the event's present version in its history."""
    return EventRevision(
        id=f"{event.id}:{event.revision}",
        of=event.id,
        revision=event.revision,
        at=event.updated_at,
        change=event.store.change,
        changed_fields=event.store.changed_fields,
        document=event.bare(),
    )


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Difference, ...]:
    """Between two versions of an article, or of an event, as the store holds them: by field, those of an article's mention as `event.…`."""
    return tuple(_by_field(before, after, ""))


def _by_field(before: Mapping[str, Any], after: Mapping[str, Any], prefix: str) -> Iterator[Difference]:
    for name in sorted((before.keys() | after.keys()) - _UNSAID):
        old, new = _said(before.get(name)), _said(after.get(name))
        if name == "event" and isinstance(old, Mapping) and isinstance(new, Mapping):
            yield from _by_field(old, new, "event.")
        elif old != new:
            yield Difference(prefix + name, *_parted(_pieces(name, old), _pieces(name, new)))


def _pieces(name: str, value: Any) -> Sequence[Any]:
    if value is None:
        return []
    if name == "body":
        return [paragraph for paragraph in value.split("\n\n") if paragraph]
    return value if isinstance(value, list) else [value]


def _parted(old: Sequence[Any], new: Sequence[Any]) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """What only the old has, and what only the new has, each in its order; what has only moved is in both."""
    removed: list[Any] = []
    added: list[Any] = []
    named = [repr(piece) for piece in old], [repr(piece) for piece in new]
    for change, start, end, other_start, other_end in SequenceMatcher(None, *named, autojunk=False).get_opcodes():
        if change != "equal":
            removed += old[start:end]
            added += new[other_start:other_end]
    return tuple(removed), tuple(added)


def _said(value: Any) -> Any:
    """Without evidence, however deep."""
    if isinstance(value, Mapping):
        return {name: _said(inner) for name, inner in value.items() if name != "evidence"}
    return [_said(inner) for inner in value] if isinstance(value, list | tuple) else value

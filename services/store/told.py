"""What one article tells of a happening, as merging reads it from the store: all but the body. Pure."""

from __future__ import annotations

from pydantic import AwareDatetime

from shared.documents import Document, EventMention, Flag, PublishedAt, SiteRef


class MergeNotes(Document):
    """See `services/store/blocking.py`."""

    blocks: tuple[str, ...] = ()
    """What it is found by."""
    sketch: str = ""
    """MinHash of the body."""


class Told(Document):
    """An article that reports a happening."""

    id: str
    revision: int
    url: str
    site: SiteRef
    title: str
    published_at: PublishedAt | None = None
    fetched_at: AwareDatetime
    first_seen_at: AwareDatetime
    gone_at: AwareDatetime | None = None
    content_hash: str
    event: EventMention
    flags: tuple[Flag, ...] = ()
    store: MergeNotes

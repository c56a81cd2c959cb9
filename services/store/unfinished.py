"""A delivery that moves more than the one event its article is in: what a kill in the middle must not leave behind. Pure."""

from __future__ import annotations

from shared.documents import Document


class Unfinished(Document):
    """`id` is the article's whose delivery it is. Kept until all these events are as they must be, and announced."""

    id: str
    articles: tuple[str, ...]
    """Whose events may have to be moved."""
    events: tuple[str, ...]
    """What may have to be announced."""

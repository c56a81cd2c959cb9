"""An article its site has removed: kept, and marked. Pure.

Every time it was looked for in vain is kept by itself, so whatever order pages and removals arrive in, the mark ends the same.
"""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import AwareDatetime

from services.store.revisions import SavedArticle
from shared.documents import Document
from shared.messages import ArticleGone


class Removal(Document):
    """One look at a URL that was no longer there, as `removals` holds it."""

    id: str
    url: str
    reason: str
    seen_at: AwareDatetime


def removal_of(message: ArticleGone) -> Removal:
    """What is kept of the message."""
    return Removal(id=message.id, url=message.url, reason=message.reason, seen_at=message.seen_at)


def marked(article: SavedArticle, removals: Iterable[Removal]) -> SavedArticle:
    """The article with `gone_at`: the first look in vain after the last one that found it. Removals before that say nothing any more."""
    later = [removal.seen_at for removal in removals if removal.url == article.url and removal.seen_at > article.last_seen_at]
    return article.model_copy(update={"gone_at": min(later, default=None)})

"""How a look at a URL ended, in a word, for the count of looks. Pure."""

from __future__ import annotations

from services.crawler.discover.links import Kind
from services.crawler.known import NEVER_CHECKED, Known

PUBLISHED, READ, UNCHANGED = "published", "read", "unchanged"
"""An article sent on; a source whose links are stored; either, as it was when it was last used. Any other end is the reason why not."""


def end_of(before: Known, after: Known) -> str | None:
    """Of a look whose answer was used; `None` if it will be asked for once more, as a whole, before it comes to an end."""
    if after.checked_at == NEVER_CHECKED:
        return None
    if before.kind is Kind.archive:
        return READ
    if (after.raw_digest, after.parts) == (before.raw_digest, before.parts):
        return UNCHANGED
    return PUBLISHED if before.is_article else READ

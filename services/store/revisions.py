"""What a page changes in the article we hold. Pure.

The store sees an article's pages in any order and more than once. A page is named by its fetch and the extractor that read
it; pages are ranked by fetch time, then extractor version. The answer depends only on what is stored and what comes in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pydantic import AwareDatetime

from services.store.blocking import block_keys, sketch
from services.store.told import MergeNotes
from shared.documents import Article, Document

# Where and how a page was read, and what follows from other fields: no change of what the article says.
_NOT_CONTENT = frozenset({"canonical_url", "content_hash", "fetched_at", "id", "provenance", "revision", "schema_version", "url"})


class PageRead(Document):
    """One fetch, as one version of the extractor read it."""

    page_id: str
    extractor: str


class ArticleNotes(MergeNotes):
    """What the store remembers for itself, and what the article is compared by."""

    last_page: PageRead
    """The highest-ranked page taken into account, also where it said nothing new."""
    changed_fields: tuple[str, ...] = ()
    """Against the revision before; empty for the first."""


class SavedArticle(Article):
    """An article as `articles` holds it: the contract's fields, when we first and last saw it, and our own notes."""

    first_seen_at: AwareDatetime
    last_seen_at: AwareDatetime
    gone_at: AwareDatetime | None = None
    """When it was first seen to be no longer there; null while it is."""
    store: ArticleNotes


class Revision(Document):
    """One version of an article, whole. `id` is `art_…:N`."""

    id: str
    of: str
    revision: int
    at: AwareDatetime
    """When the page that said so was fetched."""
    changed_fields: tuple[str, ...]
    document: Article


class Verdict(StrEnum):
    """What a page is to the article we hold."""

    new = "new"
    changed = "changed"
    seen = "seen"
    gone = "gone"
    stale = "stale"
    again = "again"


@dataclass(frozen=True)
class Decision:
    """`article` is what must be stored now: for `again` and an uneventful `seen` or `stale` it is what is stored,
    but for what it is compared by."""

    verdict: Verdict
    article: SavedArticle


def decide(stored: SavedArticle | None, incoming: Article) -> Decision:
    """What to store when `incoming` arrives and `stored` is held.

    `new`      no such article yet
    `again`    this very page is the one stored, or the last one seen: a redelivery
    `stale`    a page of higher rank is known; but it was seen as early as that
    `seen`     nothing new in it; only the time of the last look moves
    `gone`     its site has removed it (`services/store/gone.py`); never decided here
    `changed`  the next revision
    """
    if stored is None:
        return Decision(Verdict.new, _first(incoming))
    stored = rekeyed(stored)
    if _page(incoming) in (_page(stored), stored.store.last_page):
        return Decision(Verdict.again, stored)
    if _is_stale(stored, incoming):
        return Decision(Verdict.stale, _seen_earlier(stored, incoming))
    changed = _changed_content(stored, incoming) + _come_back(stored, incoming)
    return _next(stored, incoming, changed) if changed else Decision(Verdict.seen, _looked_at(stored, incoming))


def rekeyed(stored: SavedArticle) -> SavedArticle:
    """As this version of the store would have noted what it is compared by: an older one may have done so otherwise, or not at all."""
    return stored.model_copy(update={"store": _notes(stored, stored.store.last_page, stored.store.changed_fields)})


def changed_fields(old: Document, new: Document, names: frozenset[str]) -> tuple[str, ...]:
    """Which of the fields `names` say something else, sorted."""
    return tuple(name for name in sorted(names) if getattr(old, name) != getattr(new, name))


def revision_of(article: SavedArticle) -> Revision:
    """The entry of `article`'s present version in its history."""
    return Revision(
        id=f"{article.id}:{article.revision}",
        of=article.id,
        revision=article.revision,
        at=article.fetched_at,
        changed_fields=article.store.changed_fields,
        document=Article(**{name: getattr(article, name) for name in Article.model_fields}),
    )


def _changed_content(stored: SavedArticle, incoming: Article) -> tuple[str, ...]:
    """Fields that say something else. Under one extractor, equal title and body mean nothing does.

    Furniture around a text (rotating images, "two hours ago") moves at every fetch; the contract makes no revision of it.
    A newer extractor over the same text is another matter: it reads more out of it.
    """
    reread = _version(incoming.provenance.extractor) > _version(stored.store.last_page.extractor)
    if incoming.content_hash == stored.content_hash and not reread:
        return ()
    return changed_fields(stored, incoming, frozenset(Article.model_fields) - _NOT_CONTENT)


def _come_back(stored: SavedArticle, incoming: Article) -> tuple[str, ...]:
    """An article that is there again is a new revision, whatever it says."""
    back = stored.gone_at is not None and incoming.fetched_at > stored.gone_at
    return ("gone_at",) if back else ()


def _is_stale(stored: SavedArticle, incoming: Article) -> bool:
    """The stored page read again counts by its extractor alone: repair reaches it even after a later, uneventful look."""
    if incoming.provenance.page_id == stored.provenance.page_id:
        return _version(incoming.provenance.extractor) < _version(stored.provenance.extractor)
    return _rank(incoming.fetched_at, _page(incoming)) < _rank(stored.last_seen_at, stored.store.last_page)


def _seen_earlier(stored: SavedArticle, incoming: Article) -> SavedArticle:
    """A late page still tells when the article was first there, so that every order of arrival ends alike."""
    return stored.model_copy(update={"first_seen_at": min(stored.first_seen_at, incoming.fetched_at)})


def _first(incoming: Article) -> SavedArticle:
    return _saved(incoming, 1, incoming.fetched_at, incoming.fetched_at, _notes(incoming, _page(incoming)))


def _notes(article: Article, last_page: PageRead, changed: tuple[str, ...] = ()) -> ArticleNotes:
    sketched = sketch(article.body) if article.event else ""
    return ArticleNotes(last_page=last_page, changed_fields=changed, blocks=block_keys(article, sketched), sketch=sketched)


def _next(stored: SavedArticle, incoming: Article, changed: tuple[str, ...]) -> Decision:
    looked_at = _looked_at(stored, incoming)
    notes = _notes(incoming, looked_at.store.last_page, changed)
    article = _saved(incoming, stored.revision + 1, stored.first_seen_at, looked_at.last_seen_at, notes)
    gone_at = None if "gone_at" in changed else stored.gone_at
    return Decision(Verdict.changed, article.model_copy(update={"gone_at": gone_at}))


def _looked_at(stored: SavedArticle, incoming: Article) -> SavedArticle:
    """The article unchanged, but for the last look at it."""
    if _rank(incoming.fetched_at, _page(incoming)) <= _rank(stored.last_seen_at, stored.store.last_page):
        return stored
    notes = stored.store.model_copy(update={"last_page": _page(incoming)})
    return stored.model_copy(update={"last_seen_at": incoming.fetched_at, "store": notes})


def _saved(article: Article, revision: int, first_seen_at: datetime, last_seen_at: datetime, notes: ArticleNotes) -> SavedArticle:
    fields = {name: getattr(article, name) for name in Article.model_fields}
    own = {"revision": revision, "first_seen_at": first_seen_at, "last_seen_at": last_seen_at, "store": notes}
    return SavedArticle(**{**fields, **own})


def _page(article: Article) -> PageRead:
    return PageRead(page_id=article.provenance.page_id, extractor=article.provenance.extractor)


def _rank(fetched_at: datetime, page: PageRead) -> tuple[datetime, tuple[int, ...], str]:
    """Total, so that every order of arrival ends alike; the page id only settles ties."""
    return fetched_at, _version(page.extractor), page.page_id


def _version(extractor: str) -> tuple[int, ...]:
    """`kabar/0.10.2` → (0, 10, 2)."""
    return tuple(int(number[:9]) for number in re.findall(r"[0-9]+", extractor))

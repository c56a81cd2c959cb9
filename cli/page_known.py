"""All that is known of a page, as it was read: what `page_steps.py` tells and `page_end.py` judges. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from cli.page_address import Address
from services.crawler.known import Host, Known
from services.store.dead_letters import Traced
from services.store.gone import Removal
from services.store.moves import SavedEvent
from services.store.revisions import SavedArticle
from shared.messages import DeadLetter
from shared.topics import ARTICLE_EXTRACTED, PAGE_FETCHED

_SENT = (PAGE_FETCHED.name, ARTICLE_EXTRACTED.name)


@dataclass(frozen=True)
class Robots:
    """What the host's robots.txt, read then, says of the address."""

    fetched_at: datetime
    allowed: bool


@dataclass(frozen=True)
class Kept:
    """A fetch in the archive. Of one that cannot be read any more (`damaged`) only the id is known."""

    page_id: str
    fetched_at: datetime | None = None
    status: int | None = None
    final_url: str | None = None
    damaged: bool = False


@dataclass(frozen=True)
class Reading:
    """What today's extractor makes of the latest kept page: the article's id and canonical address, or why it is none."""

    page_id: str
    article_id: str | None = None
    canonical_url: str | None = None
    refused: str | None = None


@dataclass(frozen=True)
class PageKnown:
    """`kept` has the latest fetch first; `no_archive` says why it may be empty. `events` are those that hold the article and the one it
    founded; `unannounced` those of them that a delivery has begun to announce and not ended."""

    address: Address
    known: Known | None = None
    host: Host | None = None
    robots: Robots | None = None
    kept: tuple[Kept, ...] = ()
    no_archive: str | None = None
    letters: tuple[Traced, ...] = ()
    reading: Reading | None = None
    article: SavedArticle | None = None
    others: tuple[str, ...] = ()
    """Further articles read from the same address, whose pages named another canonical one."""
    removals: tuple[Removal, ...] = ()
    events: tuple[SavedEvent, ...] = ()
    unannounced: frozenset[str] = field(default_factory=frozenset)

    @property
    def event(self) -> SavedEvent | None:
        """The one it is in now."""
        key = self.article and self.article.id
        return next((event for event in self.events if event.is_live and any(one.id == key for one in event.articles)), None)

    @property
    def replaced(self) -> SavedEvent | None:
        """The one it founded, if that is no event any more."""
        return next((event for event in self.events if not event.is_live), None)

    @property
    def unsent(self) -> Traced | None:
        """The last of its pages that the crawler has fetched, not sent, and kept."""
        return next((one for one in reversed(self.letters) if one.held.letter.topic is None), None)

    @property
    def letter(self) -> Traced | None:
        """The last of the dead letters of what it sent, unless a page was fetched since."""
        sent = [one for one in self.letters if one.held.letter.topic in _SENT]
        fetched = max((kept.fetched_at for kept in self.kept if kept.fetched_at), default=None)
        return next((one for one in sent[-1:] if fetched is None or fetched <= one.held.letter.failed_at), None)


def is_of_page(letter: DeadLetter) -> bool:
    """Is it about a page on its way to the store: fetched but not fit to send, published, or read."""
    return letter.topic is None or letter.topic in _SENT


def page_id_of(letter: DeadLetter) -> str | None:
    """A page and all that comes of it travel under one correlation id, made from the page's (`services/crawler/pages.py`)."""
    return letter.correlation_id.replace("cor_", "pag_", 1) if is_of_page(letter) else None

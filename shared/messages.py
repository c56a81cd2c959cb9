"""What travels over Kafka. One model a topic; `shared/envelope.py` turns them into bytes and headers and back."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, model_validator

from shared.documents import Article, Document, Event, SiteKind

Version1 = Literal[1]


class PageSite(Document):
    """The site a page was crawled for, as its site file has it."""

    id: str
    name: str
    kind: SiteKind = SiteKind.other
    region: str | None = None
    """Kemendagri code of the site's home region."""


class Hop(Document):
    """One redirect followed: the URL asked and the status that sent us on."""

    url: str
    status: int


class PagePart(Document):
    """A further page of an article that its site spreads over several, as received."""

    url: str
    raw_digest: str
    body_zstd: str


class PageFetched(Document):
    """A response as received: nothing decoded, nothing cleaned. The body is zstd, base64 in JSON."""

    schema_version: Version1 = 1
    page_id: str
    site: PageSite
    url: str
    """The URL asked first."""
    final_url: str
    redirects: tuple[Hop, ...] = ()
    status: int
    headers: dict[str, str] = Field(default_factory=dict)
    """Lower-case names; only content-type, content-language, etag, last-modified, date, link."""
    fetched_at: AwareDatetime
    raw_digest: str
    """`sha256:` of the body as the server sent it, content-coding removed."""
    body_zstd: str
    parts: tuple[PagePart, ...] = ()
    """The article's further pages, in their order."""


class ArticleExtracted(Document):
    """An article as the extractor read it out of one fetch of its page. The store counts its revisions, not this message."""

    schema_version: Version1 = 1
    article: Article


class Change(StrEnum):
    created = "created"
    updated = "updated"
    merged = "merged"
    split = "split"  # type: ignore[assignment]  # str has a method of this name
    withdrawn = "withdrawn"


class EventChanged(Document):
    """An event, whole, as it is now, and what happened to it. Of two messages the one with the higher `event.revision` counts."""

    schema_version: Version1 = 1
    change: Change
    event: Event
    changed_fields: tuple[str, ...] = ()


class CrawlRequested(Document):
    """Somebody asks for a URL, or for a whole site, to be crawled now. Exactly one of the two.

    With `since`, the crawler goes back through the site's archives besides, for articles from that day to `until`, both included.
    """

    schema_version: Version1 = 1
    url: str | None = None
    site_id: str | None = None
    requested_by: str = "unknown"
    requested_at: AwareDatetime | None = None
    """Tells two requests for the same thing apart; a repeated `ce_id` is one request delivered twice."""
    since: date | None = None
    until: date | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> CrawlRequested:
        if (self.url is None) == (self.site_id is None):
            raise ValueError("name either url or site_id")
        if self.since is None:
            days_are_right = self.until is None
        else:
            days_are_right = self.site_id is not None and (self.until is None or self.until >= self.since)
        if not days_are_right:
            raise ValueError("since is for a site, and until is not before it")
        return self


class ArticleGone(Document):
    """A page we published an article from is no longer there. Nothing is deleted for it: the store marks the article."""

    schema_version: Version1 = 1
    id: str
    """`gon_…`, from the URL and the time of looking."""
    site: PageSite
    url: str
    """The URL asked: `ArticleExtracted.article.url` of what it held."""
    reason: str
    """How its site says so: `http_410`, `http_404`, `soft_404`, `redirect_to_home`."""
    seen_at: AwareDatetime
    """When we looked and it was not there."""


class DeadLetter(Document):
    """What no service could use, whole: the original bytes and headers, why, and after how many tries."""

    schema_version: Version1 = 1
    id: str
    """Deterministic: the same message dead-lettered twice has one id."""
    reason: str
    detail: str = ""
    service: str
    topic: str | None = None
    """Where it came from; null where it never was a message (a page too big to send)."""
    partition: int | None = None
    offset: int | None = None
    key: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    """Values are base64: a header is bytes."""
    value: str
    """The original bytes, base64."""
    truncated: bool = False
    attempts: Annotated[int, Field(ge=1)] = 1
    traceback_digest: str | None = None
    correlation_id: str
    site_id: str | None = None
    url: str | None = None
    failed_at: AwareDatetime


Message = PageFetched | ArticleExtracted | EventChanged | CrawlRequested | ArticleGone | DeadLetter

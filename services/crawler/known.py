"""What the frontier knows of a URL and of a host, and how it changes. Pure; `services/crawler/frontier.py` keeps it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from services.crawler.archive.read import Page
from services.crawler.discover.links import Kind, Link
from services.crawler.hosts import host_key
from services.crawler.revisit import Revisits
from services.crawler.twins import plain_address, shared_by_twins
from services.crawler.validators import NO_VALIDATORS, Seen, Validators
from shared.outcomes import Reject, Retry
from shared.sites import Site
from shared.urls import canonical_url

NEVER_CHECKED = datetime(1970, 1, 1, tzinfo=UTC)
NEVER_AGAIN = datetime(9998, 1, 1, tzinfo=UTC)
"""As the time of a check: no pass will ask for it."""
MOST_INDEXES = 2
"""Indexes a sitemap may stand below; the protocol allows one, news sites have two."""
MOST_FAILURES = 8
"""Visits an article may fail in a row before it is left alone for good."""


class State(StrEnum):
    found = "found"
    """Never brought to an end."""
    read = "read"
    """A source whose links are stored."""
    published = "published"
    """An article whose page Kafka has acknowledged."""
    refused = "refused"
    """Can never be used, for `reason`."""
    failed = "failed"
    """Did not work at its last check, for `reason`."""
    gone = "gone"
    """An article that was published and is no longer there, for `reason`; the store has been told."""
    part = "part"
    """A further page of an article: fetched with it, never by itself."""


class Names(StrEnum):
    """What a source leads to, as it was last read: at best articles."""

    articles = "articles"
    sources = "sources"
    nothing = "nothing"


@dataclass(frozen=True)
class Known:
    """One URL. `due_at` is when it is to be asked for again (`None`: never of itself), `published_at` when it first was,
    `wait` how many seconds a source rests between two looks, `depth` how many sitemap
    indexes a sitemap stands below.

    The validators and `raw_digest` are of the last answer that was used: a page published, a source whose links are stored.
    So "not modified" can never hide what a killed crawler had fetched and not passed on.
    """

    id: str
    url: str
    host: str
    site: str
    kind: Kind
    state: State = State.found
    due_at: datetime | None = None
    checked_at: datetime = NEVER_CHECKED
    published_at: datetime | None = None
    dated: datetime | None = None
    wait: float | None = None
    depth: int = 0
    etag: str | None = None
    last_modified: str | None = None
    raw_digest: str | None = None
    failures: int = 0
    reason: str | None = None
    version: int = 0
    backfill: str | None = None
    """The backfill it was found in."""
    twin: str | None = None
    """Another address of what was never used, asked for if `url` comes to nothing; the same as `url` once it was."""
    page: Page | None = None
    """What an archive is."""
    parts: tuple[Seen, ...] = ()
    """The further pages an article was last published with."""
    names: Names = Names.articles
    """What a source named when it was last read."""

    @property
    def rank(self) -> int:
        """0 comes before 1 before 2: archives wait for the articles found in them, both for today's news."""
        if self.kind is Kind.archive:
            return 2
        return 0 if self.backfill is None else 1

    @property
    def validators(self) -> Validators:
        return Validators(self.etag, self.last_modified) if self.raw_digest else NO_VALIDATORS

    @property
    def is_article(self) -> bool:
        return self.kind is Kind.article

    @property
    def streams(self) -> bool:
        """Is it read piece by piece, so that it may be big. The protocol lets a sitemap have 50,000 URLs."""
        return (self.kind if self.page is None else self.page.reads) in (Kind.feed, Kind.sitemap)

    @property
    def has_twin(self) -> bool:
        """Is there another address to try before giving it up."""
        return self.never_used and self.twin not in (None, self.url)

    @property
    def never_used(self) -> bool:
        """Was it never published, nor read as a source."""
        return self.raw_digest is None and self.published_at is None

    @property
    def given_up(self) -> bool:
        """Will it never be asked for again, of itself."""
        return self.state in (State.refused, State.failed) and self.due_at is None

    @property
    def lost(self) -> bool:
        """Never used, and refused or given up."""
        return self.never_used and (self.state is State.refused or self.given_up)

    def by_twin(self, now: datetime) -> Known:
        """Under its other address, at once."""
        url = self.twin or self.url
        return replace(self, url=url, state=State.found, due_at=now, checked_at=NEVER_CHECKED, failures=0, reason=None)

    def used(
        self, now: datetime, validators: Validators, raw_digest: str, revisits: Revisits, new: int = 0, parts: tuple[Seen, ...] = ()
    ) -> Known:
        """Its answer was published with these further pages, or its links stored, `new` of them unheard of."""
        known = replace(self, etag=validators.etag, last_modified=validators.last_modified, raw_digest=raw_digest, parts=parts)
        published_at = (self.published_at or now) if self.is_article else None
        return replace(known, published_at=published_at)._looked_at(now, revisits, changed=raw_digest != self.raw_digest, new=new)

    def unchanged(self, now: datetime, revisits: Revisits) -> Known:
        """It is as it was when it was last used."""
        return self._looked_at(now, revisits, changed=False, new=0)

    def anew(self, now: datetime) -> Known:
        """To be asked for as a whole, at once: a further page has changed, and without the first it cannot be published."""
        return replace(self, etag=None, last_modified=None, raw_digest=None, checked_at=NEVER_CHECKED, due_at=now)

    def walked(self, dated: datetime | None) -> Known:
        """An archive whose articles and further pages are stored; it reaches back to `dated`."""
        page = self.page and replace(self.page, before=frozenset())
        return replace(self, state=State.read, checked_at=NEVER_AGAIN, due_at=None, failures=0, reason=None, dated=dated, page=page)

    def refused(self, now: datetime, reject: Reject, revisits: Revisits, *, doubted: bool = False) -> Known:
        """A final no; of a source it may change, so it is asked again, ever more rarely; an article published before may come back.
        One whose loss is doubted is asked for once more soon, an archive never."""
        if self.kind is Kind.archive:
            return replace(self, state=State.refused, checked_at=NEVER_AGAIN, due_at=None, failures=self.failures + 1, reason=reject.reason)
        rest = revisits.first() * 2 ** min(self.failures, 10)
        due = now + rest if not self.is_article or doubted else self._next_look(now, revisits)
        return replace(self, state=State.refused, checked_at=now, due_at=due, failures=self.failures + 1, reason=reject.reason)

    def gone(self, now: datetime, reject: Reject, revisits: Revisits) -> Known:
        """It is no longer there, and that is known. Only a whole page brings it back, so nothing of the last one is kept."""
        due = self._next_look(now, revisits)
        known = replace(self, state=State.gone, checked_at=now, due_at=due, failures=0, reason=reject.reason)
        return replace(known, etag=None, last_modified=None, raw_digest=None)

    def failed(self, now: datetime, retry: Retry, wait: timedelta) -> Known:
        """Trouble, for the time being; an article or archive in trouble eight times in a row is left alone."""
        failures = self.failures + 1
        due = None if self.kind in (Kind.article, Kind.archive) and failures >= MOST_FAILURES else now + wait
        return replace(self, state=State.failed, checked_at=now, due_at=due, failures=failures, reason=retry.reason)

    def _looked_at(self, now: datetime, revisits: Revisits, *, changed: bool, new: int) -> Known:
        known = replace(self, checked_at=now, failures=0, reason=None)
        if self.is_article:
            return replace(known, state=State.published, due_at=known._next_look(now, revisits))
        wait = revisits.source(self.wait, changed=changed, new=new)
        return replace(known, state=State.read, wait=wait, due_at=now + timedelta(seconds=wait))

    def _next_look(self, now: datetime, revisits: Revisits) -> datetime | None:
        return revisits.article(self.published_at, self.dated, now)


@dataclass(frozen=True)
class Host:
    """One host as all crawlers see it. `owner` is the crawler at work on it, showing it is alive by changing `beat`; `left_by` the one
    that asked it last."""

    key: str
    owner: str | None
    beat: int
    due_at: datetime
    rest_until: datetime
    failures: int
    left_by: str | None = None


@dataclass(frozen=True)
class Leave:
    """How a visit to a host ended: seconds until it has work again and until it may be asked at all, failures in a row,
    and whether nothing due was left."""

    due_in: float
    rest: float
    failures: int
    drained: bool


def url_id(url: str) -> str:
    """`url_` and 32 hex digits of the canonical URL."""
    return "url_" + hashlib.sha256(url.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def ids_of(url: str) -> tuple[str, ...]:
    """What a canonical URL may be known by, the likeliest first: as an article, which all its twins share; as a source, whose scheme and
    "www." are as its site file or page has them."""
    parts, bare = urlsplit(url), host_key(url)
    spelled = [parts._replace(scheme=scheme, netloc=name) for scheme in ("https", "http") for name in (bare, f"www.{bare}")]
    return tuple(dict.fromkeys(url_id(same) for same in (shared_by_twins(url), *(one.geturl() for one in spelled))))


def found(link: Link, site: Site, now: datetime, depth: int = 0) -> Known:
    """A URL just heard of, due at once. All twins of an article are one; the plain one is asked for first, the one that is linked if that
    comes to nothing."""
    is_article, linked = link.kind is Kind.article, link.linked or link.url
    url, same = (plain_address(link.url), shared_by_twins(link.url)) if is_article else (link.url, link.url)
    twin = linked if linked != url else None
    return Known(url_id(same), url, host_key(url), site.id, link.kind, due_at=now, dated=link.dated, depth=depth, twin=twin)


def found_in(source: Known, links: Iterable[Link], site: Site, now: datetime) -> list[Known]:
    """The links of a source, without sitemaps more than `MOST_INDEXES` below the first: indexes may name each other for ever."""
    depth = source.depth + 1 if source.kind is Kind.sitemap else 0
    kept = (link for link in links if link.kind is not Kind.sitemap or depth <= MOST_INDEXES)
    return [found(link, site, now, depth if link.kind is Kind.sitemap else 0) for link in kept]


def names(links: Iterable[Link]) -> Names:
    """What these links of a source lead to."""
    kinds = {link.kind for link in links}
    return Names.articles if Kind.article in kinds else Names.sources if kinds else Names.nothing


def part(article: Known, url: str) -> Known:
    """A further page of the article: known, so that it is never asked for as an article of its own."""
    url = canonical_url(url)
    return Known(url_id(shared_by_twins(url)), url, article.host, article.site, Kind.article, State.part, checked_at=NEVER_AGAIN)


def sources(site: Site) -> tuple[Link, ...]:
    """Where a site's articles are looked for: what its file names; else its home page, to find out."""
    named = (
        *(Link(url, Kind.feed) for url in site.feeds),
        *(Link(url, Kind.sitemap) for url in site.sitemaps),
        *(Link(url, Kind.listing) for url in site.listings),
    )
    return named or (Link(site.home, Kind.home),)

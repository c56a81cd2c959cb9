"""Going back through a site's archives: what the frontier remembers of it, and how far it is. Pure."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from services.crawler.archive.read import Page, Read
from services.crawler.archive.span import Span, backfill_id, start_of
from services.crawler.archive.templates import dated_pages
from services.crawler.discover.links import Kind
from services.crawler.hosts import host_key
from services.crawler.known import Known, State, found, sources
from shared.sites import Site
from shared.urls import canonical_url


@dataclass
class BackfillProgress:
    """`known`: was it ever begun. Archives read and to read; articles found, of them published and to fetch; the day reached, at
    the oldest; archives and articles that came to nothing, by reason."""

    known: bool = False
    archives_read: int = 0
    archives_left: int = 0
    articles_found: int = 0
    articles_published: int = 0
    articles_left: int = 0
    oldest: datetime | None = None
    archives_refused: Counter[str] = field(default_factory=Counter)
    articles_refused: Counter[str] = field(default_factory=Counter)

    @property
    def done(self) -> bool:
        return self.known and self.archives_left == 0 and self.articles_left == 0


def archives(site: Site, since: date, until: date | None, now: datetime) -> tuple[Known, ...]:
    """Where going back through a site's archives begins: dated archives and sources its file names; else its home page, to find out."""
    span = Span(since, until or date.max)
    backfill = backfill_id(site.id, since, until)
    dated = [one for template in site.archives for one in dated_pages(template, span, now.date())]
    known = [
        replace(_archive(canonical_url(one.url), Page(span, Kind.listing, rule=one.rule), site, backfill, now), dated=start_of(one.days))
        for one in dated
    ]
    named = () if site.archives else sources(site)
    # Feeds alone end after some pages, or at the first: what else the site has, its home page names.
    home = (site.home,) if named and all(link.kind is Kind.feed for link in named) else ()
    known += [_archive(link.url, Page(span, link.kind), site, backfill, now) for link in named]
    return (*known, *(_archive(url, Page(span, Kind.home), site, backfill, now) for url in home))


def found_in_archive(read: Read, archive: Known, site: Site, now: datetime) -> Iterator[Known]:
    """The articles and further pages found on one page of a backfill."""
    backfill = archive.backfill or ""
    for link in read.articles:
        yield replace(found(link, site, now), backfill=backfill)
    for url, page in read.pages:
        yield _archive(url, page, site, backfill, now)


def backfill_progress(groups: Iterable[Mapping[str, Any]]) -> BackfillProgress:
    """From counts (`urls`) of a backfill's URLs by `kind`, `state`, `reason` and whether they wait (`waits`), with their `oldest` day."""
    made = BackfillProgress()
    for group in groups:
        made.known = True
        left = bool(group["waits"]) and group["state"] in (State.found, State.failed)
        _count(made, group, group["urls"], left=left)
    return made


def page_fields(page: Page) -> dict[str, Any]:
    """As the store keeps it: days as text, since it has no type for them."""
    span = {"since": page.span.since.isoformat(), "until": page.span.until.isoformat()}
    return span | {"reads": page.reads.value, "number": page.number, "rule": page.rule, "before": sorted(page.before)}


def page_of(fields: Mapping[str, Any]) -> Page:
    """`page_fields` undone."""
    span = Span(date.fromisoformat(fields["since"]), date.fromisoformat(fields["until"]))
    return Page(span, Kind(fields["reads"]), fields["number"], fields["rule"], frozenset(fields["before"]))


def _count(made: BackfillProgress, group: Mapping[str, Any], urls: int, *, left: bool) -> None:
    lost = group["state"] in (State.refused, State.failed) and not left
    if group["kind"] == Kind.archive:
        read = group["state"] == State.read
        made.archives_left += urls if left else 0
        made.archives_read += urls if read else 0
        made.archives_refused += Counter({group["reason"]: urls}) if lost else Counter()
        if read and group["oldest"] is not None:
            made.oldest = min(made.oldest or group["oldest"], group["oldest"])
        return
    made.articles_found += urls
    made.articles_left += urls if left else 0
    made.articles_published += urls if group["state"] in (State.published, State.gone) else 0
    made.articles_refused += Counter({group["reason"]: urls}) if lost else Counter()


def _archive(url: str, page: Page, site: Site, backfill: str, now: datetime) -> Known:
    """One page may be of several backfills, and is a source or an article besides, so its id is the backfill's."""
    own = hashlib.sha256(f"{backfill} {url}".encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return Known(f"arc_{own}", url, host_key(url), site.id, Kind.archive, due_at=now, backfill=backfill, page=page)

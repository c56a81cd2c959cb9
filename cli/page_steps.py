"""What is known of a page → its steps, from the address to the event, each with its time and the names it can be looked up by. Pure.

A time is one that somebody has noted; where nobody has, there is none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from cli.page_known import Kept, PageKnown, page_id_of
from services.crawler.discover.links import Kind
from services.crawler.known import NEVER_AGAIN, NEVER_CHECKED, Known, State
from services.store.dead_letters import Traced

Fact = str | int | bool | datetime
_A = {kind: f"an {kind.value}" if kind in (Kind.article, Kind.archive) else f"a {kind.value}" for kind in Kind}
MOST_KEPT = 5
"""Fetches that are told of, the latest."""


class Stage(StrEnum):
    """Whose word a step is."""

    address = "address"
    site = "site"
    frontier = "frontier"
    robots = "robots"
    host = "host"
    kept = "kept"
    dead_letter = "dead_letter"
    article = "article"
    event = "event"


@dataclass(frozen=True)
class Step:
    """`facts` are for machines: plain values by name."""

    stage: Stage
    what: str
    at: datetime | None = None
    facts: Mapping[str, Fact] = field(default_factory=dict)


def steps_of(page: PageKnown) -> tuple[Step, ...]:
    """In the order of the way."""
    parts = (_address, _frontier, _host, _kept, _letters, _article, _event)
    return tuple(step for part in parts for step in part(page))


def _address(page: PageKnown) -> Iterator[Step]:
    address = page.address
    if address.refused:
        yield Step(Stage.address, f"not asked for: {address.refused}", facts={"reason": address.refused})
        return
    yield Step(Stage.address, address.url, facts={"url": address.url})
    if address.sought != address.url:
        yield Step(Stage.address, f"a twin of {address.sought}, on a host that is crawled", facts={"url": address.sought})
    if address.site is not None:
        yield Step(Stage.site, f"{address.site.id}, at home on {address.host}", facts={"site": address.site.id, "host": address.host})
    elif address.source_of:
        sites = ", ".join(address.source_of)
        yield Step(Stage.site, f"on {address.host} lie sources of {sites}; articles there are not followed", facts={"host": address.host})
    else:
        yield Step(Stage.site, f"no registered site is at home on {address.host}", facts={"host": address.host})


def _frontier(page: PageKnown) -> Iterator[Step]:
    known = page.known
    if known is None:
        if not page.address.refused:
            yield Step(Stage.frontier, "not known to the crawler")
        return
    facts: dict[str, Fact] = {"id": known.id, "url": known.url, "kind": known.kind.value, "state": known.state.value}
    found = "found in a backfill" if known.backfill else "which source named it is not noted"
    dated = f"; its source dates it {known.dated:%Y-%m-%d}" if known.dated else ""
    facts |= {name: value for name in ("backfill", "dated", "twin") if (value := getattr(known, name)) is not None}
    yield Step(Stage.frontier, f"known as {_A[known.kind]}, {known.url}; {found}{dated}", facts=facts)
    if known.published_at is not None:
        yield Step(Stage.frontier, "first published to the extractor", known.published_at)
    yield _last_look(known)
    if known.state is not State.part:
        yield Step(Stage.frontier, "next look" if known.due_at else "not asked for again, unless somebody does", known.due_at)


def _last_look(known: Known) -> Step:
    if known.state is State.part:
        return Step(Stage.frontier, "never asked for by itself")
    if known.checked_at in (NEVER_CHECKED, NEVER_AGAIN):
        return Step(Stage.frontier, "not yet asked for" if known.state is State.found else f"{known.state.value}; to be asked for anew")
    because = f": {known.reason}" if known.reason else ""
    often = f", {known.failures} times in a row" if known.failures > 1 else ""
    facts = {"reason": known.reason} if known.reason else {}
    return Step(Stage.frontier, f"last asked, {known.state.value}{because}{often}", known.checked_at, facts)


def _host(page: PageKnown) -> Iterator[Step]:
    robots, host = page.robots, page.host
    if robots is not None:
        said = "allows it" if robots.allowed else "forbids it"
        yield Step(Stage.robots, f"robots.txt {said}", robots.fetched_at, {"allowed": robots.allowed})
    elif host is not None:
        yield Step(Stage.robots, "robots.txt was never read")
    if host is not None and host.owner is not None:
        yield Step(Stage.host, f"in hand: {host.owner} is at {host.key}", facts={"owner": host.owner})
    if host is not None and host.failures:
        yield Step(
            Stage.host, f"{host.key} failed {host.failures} times in a row; asked again", host.rest_until, {"failures": host.failures}
        )


def _kept(page: PageKnown) -> Iterator[Step]:
    if page.no_archive is not None:
        yield Step(Stage.kept, page.no_archive)
    for kept in page.kept[:MOST_KEPT]:
        yield Step(Stage.kept, _said_of(kept, page.known), kept.fetched_at, {"page": kept.page_id})
    if page.reading is not None:
        now = page.reading
        facts = {"page": now.page_id, **({"article": now.article_id} if now.article_id else {"reason": now.refused or ""})}
        said = f"{now.article_id}, of {now.canonical_url}" if now.article_id else f"no article: {now.refused}"
        yield Step(Stage.kept, f"read just now it is {said}", facts=facts)


def _said_of(kept: Kept, known: Known | None) -> str:
    if kept.damaged:
        return f"page {kept.page_id} was kept, and cannot be read any more"
    led = f", led to {kept.final_url}" if known is not None and kept.final_url != known.url else ""
    return f"page {kept.page_id} fetched with {kept.status}{led}, and kept"


def _letters(page: PageKnown) -> Iterator[Step]:
    for one in page.letters:
        yield from _letter(one)


def _letter(one: Traced) -> Iterator[Step]:
    letter = one.held.letter
    came = f"of {letter.topic}" if letter.topic else "fetched and not sent"
    facts: dict[str, Fact] = {"letter": letter.id, "reason": letter.reason, "service": letter.service}
    facts |= {name: value for name, value in (("topic", letter.topic), ("page", page_id_of(letter))) if value is not None}
    detail = f" ({letter.detail})" if letter.detail else ""
    yield Step(Stage.dead_letter, f"{letter.id} by {letter.service}, {came}: {letter.reason}{detail}", letter.failed_at, facts)
    if one.held.retried_at is not None:
        yield Step(Stage.dead_letter, f"{letter.id} put back on its topic", one.held.retried_at)
    if one.dropped_at is not None:
        yield Step(Stage.dead_letter, f"{letter.id} let go by a person", one.dropped_at)


def _article(page: PageKnown) -> Iterator[Step]:
    article = page.article
    if article is None:
        return
    facts: dict[str, Fact] = {"article": article.id, "revision": article.revision, "page": article.provenance.page_id, "url": article.url}
    yield Step(Stage.article, f"{article.id} first seen", article.first_seen_at, {"article": article.id})
    if article.canonical_url != article.url:
        said = f"its page names {article.canonical_url} as its address; it was asked for as {article.url}"
        yield Step(Stage.article, said, facts={"canonical_url": article.canonical_url})
    read = f"revision {article.revision} read by {article.provenance.extractor} from page {article.provenance.page_id}"
    yield Step(Stage.article, f"{read}, fetched with {article.provenance.http_status}", article.fetched_at, facts)
    if article.last_seen_at > article.fetched_at:
        yield Step(Stage.article, f"last seen unchanged, page {article.store.last_page.page_id}", article.last_seen_at)
    for removal in sorted(page.removals, key=lambda one: one.seen_at):
        yield Step(Stage.article, f"looked for in vain: {removal.reason}", removal.seen_at, {"reason": removal.reason})
    if article.gone_at is not None:
        yield Step(Stage.article, "marked as gone", article.gone_at)
    for other in page.others:
        yield Step(Stage.article, f"its page has also named another address: {other}", facts={"article": other})


def _event(page: PageKnown) -> Iterator[Step]:
    replaced, event = page.replaced, page.event
    if replaced is not None:
        became = f"became part of {replaced.replaced_by}" if replaced.replaced_by else "was withdrawn"
        yield Step(Stage.event, f"{replaced.id}, which it founded, {became}", replaced.withdrawn_at, {"event": replaced.id})
    if event is not None:
        change = event.store.change.value
        facts: dict[str, Fact] = {"event": event.id, "revision": event.revision, "change": change, "reports": len(event.articles)}
        yield Step(Stage.event, f"{event.id} first seen", event.first_seen_at, {"event": event.id})
        left = "; its announcement has begun and not ended" if event.id in page.unannounced else ""
        yield Step(Stage.event, f"{event.id} revision {event.revision}: {change}{left}", event.updated_at, facts)
    elif page.article is not None and page.article.event is None:
        yield Step(Stage.event, "it reports none")

"""An answer brought to its end: a source's links stored, an article's page published, and only then called done."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Protocol, TypeVar

from services.crawler.archive.read import Page, read_archive
from services.crawler.archive.span import start_of
from services.crawler.backfill import found_in_archive
from services.crawler.discover.markup import with_mark
from services.crawler.discover.read import Found, read_source
from services.crawler.discover.sitemaps import GZIP, MOST_UNPACKED
from services.crawler.follow import Arrival
from services.crawler.frontier import Frontier
from services.crawler.gather import Ask, gather_parts, parts_changed
from services.crawler.known import Known, found_in, names
from services.crawler.pages import BURIED, check_page, check_source, correlation_id, gone_message, page_message, raw_digest
from services.crawler.revisit import Revisits
from services.crawler.validators import Seen, validators_of
from shared.backoff import Backoff
from shared.dead import Failure, bury_unsent
from shared.lifecycle import Runtime
from shared.messages import Message, PageFetched
from shared.outcomes import Outage, Reject, Retry
from shared.sites import Site
from shared.tracing import renamed

_BIG_SOURCE = 20_000  # bytes: some ten milliseconds of reading; who knows what a gzipped one unfolds to

_T = TypeVar("_T")


class Publisher(Protocol):
    """Where messages go; `publish` returns when they are there."""

    async def publish(self, message: Message, correlation_id: str) -> None:
        """Raises `Outage`, or `Reject("message_too_big")`."""


@dataclass(frozen=True)
class Deliverer:
    """The crawler's way out."""

    run: Runtime
    frontier: Frontier
    publisher: Publisher
    reading: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def revisits(self) -> Revisits:
        """As the settings have them."""
        settings = self.run.settings
        return Revisits(
            settings.crawl_article_revisits, settings.crawl_revisit_seconds, settings.crawl_revisit_least, settings.crawl_revisit_most
        )

    async def gone(self, known: Known, site: Site, reject: Reject) -> None:
        """Tell the store that an article is no longer there. Raises `Outage`."""
        message = gone_message(known.url, site, reject.reason, self.run.now())
        correlation = message.id.replace("gon_", "cor_", 1)
        renamed(correlation)
        await self._send(message, correlation)
        self.run.log.info("article_gone", correlation_id=correlation, site=site.id, url=known.url, reason=reject.reason)

    async def deliver(self, known: Known, site: Site, arrival: Arrival, robots_sitemaps: tuple[str, ...], now: datetime, ask: Ask) -> Known:
        """What is to be remembered of a URL, once what came of its answer (200 or 304) is safe in the store or in Kafka.

        `ask` fetches a further page of an article.

        Raises `Reject` for an answer nobody can use, `Retry("part_lost")`, `Outage`.
        """
        if known.page is not None:
            return await self._archive(known, known.page, site, arrival, robots_sitemaps)
        if known.is_article:
            return await self._article(known, site, arrival, now, ask)
        if arrival.response.status == 304:
            return known.unchanged(now, self.revisits)
        digest = raw_digest(arrival.response.body)
        known, new = (known, 0) if digest == known.raw_digest else await self._links(known, site, arrival, robots_sitemaps)
        return known.used(now, validators_of(arrival.response.headers), digest, self.revisits, new)

    async def _article(self, known: Known, site: Site, arrival: Arrival, now: datetime, ask: Ask) -> Known:
        """Published when it, or a further page of it, has changed."""
        digest, not_modified, parts = raw_digest(arrival.response.body), arrival.response.status == 304, known.parts
        same = not_modified or digest == known.raw_digest
        if not same or await parts_changed(parts, ask):
            if not_modified:
                return known.anew(now)
            parts = await self._page(known, site, arrival, ask)
        if not_modified:
            return known.unchanged(now, self.revisits)
        return known.used(now, validators_of(arrival.response.headers), digest, self.revisits, parts=parts)

    async def _links(self, known: Known, site: Site, arrival: Arrival, robots_sitemaps: tuple[str, ...]) -> tuple[Known, int]:
        """Returns what is known of the source now, and how many of its links are new."""
        check_source(arrival)
        read = await self._read(known, site, arrival, robots_sitemaps)
        new = await self._remember(found_in(known, read.links, site, self.frontier.now()), known.host)
        dropped = {**read.dropped, **({"source_cut": 1} if arrival.response.cut else {})}
        for reason, number in dropped.items():
            self.run.metrics.links_dropped(site.id, reason, number)
        self.run.log.info(
            "source_read",
            site=site.id,
            url=known.url,
            kind=known.kind.value,
            links=len(read.links),
            new=new,
            cut=arrival.response.cut,
            dropped=" ".join(f"{reason}={number}" for reason, number in sorted(dropped.items())),
        )
        return replace(known, names=names(read.links)), new

    async def _read(self, known: Known, site: Site, arrival: Arrival, robots_sitemaps: tuple[str, ...]) -> Found:
        read = partial(
            read_source,
            known.kind,
            _marked(arrival),
            arrival.response.url,
            home=site.home,
            robots_sitemaps=robots_sitemaps,
            max_bytes=MOST_UNPACKED,
            articles=site.articles,
        )
        return await self._beside_the_loop(read, arrival)

    async def _archive(self, known: Known, page: Page, site: Site, arrival: Arrival, robots_sitemaps: tuple[str, ...]) -> Known:
        """Its articles and further pages are stored before it is done with, so that a kill in between loses none."""
        read = partial(
            read_archive,
            page,
            _marked(arrival),
            arrival.response.url,
            site=site,
            robots_sitemaps=robots_sitemaps,
            max_bytes=MOST_UNPACKED,
            most_pages=self.run.settings.crawl_archive_pages,
        )
        found = await self._beside_the_loop(read, arrival)
        new = await self._remember(list(found_in_archive(found, known, site, self.frontier.now())), known.host)
        self.run.log.info(
            "archive_read",
            site=site.id,
            url=known.url,
            backfill=known.backfill,
            articles=len(found.articles),
            pages=len(found.pages),
            new=new,
            cut=arrival.response.cut,
        )
        return known.walked(start_of(found.oldest) or known.dated)

    async def _beside_the_loop(self, read: Callable[[], _T], arrival: Arrival) -> _T:
        """A big source is read in a thread, so that leases are renewed meanwhile; one at a time, for what it may unfold to."""
        body = arrival.response.body
        if len(body) <= _BIG_SOURCE and not body.startswith(GZIP):
            return read()
        async with self.reading:
            return await asyncio.to_thread(read)

    async def _remember(self, urls: list[Known], here: str) -> int:
        """The host being visited comes to its new URLs by itself; another one has to be told."""
        new = await self.frontier.add(urls)
        for host in {known.host for known in urls if new} - {here}:
            await self.frontier.wake(host, self.frontier.now())
        return new

    async def _page(self, known: Known, site: Site, arrival: Arrival, ask: Ask) -> tuple[Seen, ...]:
        """Returns what is to be remembered of its further pages."""
        page = page_message(arrival, asked=known.url, site=site, fetched_at=self.run.now())
        renamed(correlation_id(page))
        try:
            check_page(arrival)
            parts, seen = await gather_parts(arrival, ask, lambda url, reject: self._part_refused(known, url, reject))
            page = page.model_copy(update={"parts": parts})
            await self._send(page, correlation_id(page))
        except Reject as reject:
            reason = "page_too_big" if reject.reason == "message_too_big" else reject.reason
            if reason in BURIED:
                await self._bury(page, arrival, reason, reject.detail)
            raise Reject(reason, reject.detail) from reject
        self.run.log.info("page_published", correlation_id=correlation_id(page), site=site.id, url=known.url, page_id=page.page_id)
        return seen

    def _part_refused(self, article: Known, url: str, reject: Reject) -> None:
        """Raises `Retry` for one that was published before: only if it is lost the next time too, the article does without."""
        self.run.metrics.looked(article.site, "part", reject.reason)
        self.run.log.warning("part_refused", site=article.site, url=url, reason=reject.reason, detail=reject.detail)
        if article.failures == 0 and any(seen.url == url for seen in article.parts):
            raise Retry("part_lost", after=self.revisits.first().total_seconds(), detail=f"{reject.reason}: {url}"[:300])

    async def _bury(self, page: PageFetched, arrival: Arrival, reason: str, detail: str) -> None:
        """A page we may read but cannot send or do not believe in is kept as far as it was read."""
        failure = Failure(reason, detail, 1, self.run.service, page.fetched_at)
        letter = bury_unsent(
            url=page.url,
            site_id=page.site.id,
            value=arrival.response.body,
            truncated=arrival.response.cut,
            correlation_id=correlation_id(page),
            failure=failure,
        )
        await self._send(letter, letter.correlation_id)
        self.run.metrics.dead("none", failure.reason)
        self.run.log.error(
            "dead_letter", correlation_id=letter.correlation_id, site=letter.site_id, url=letter.url, reason=failure.reason, detail=detail
        )

    async def _send(self, message: Message, correlation: str) -> None:
        """Publish, holding the page while Kafka is away: asking the site for it again would be rude. Raises `Outage` at the end
        of the service."""
        backoff = Backoff.of(self.run.settings, self.run.random)
        while True:
            try:
                return await self.publisher.publish(message, correlation)
            except Outage as outage:
                self.run.log.warning("outage", correlation_id=correlation, reason=outage.reason, detail=outage.detail)
                if self.run.stopping.is_set():
                    raise
                with suppress(TimeoutError):
                    await asyncio.wait_for(self.run.stopping.wait(), backoff.next())


def _marked(arrival: Arrival) -> bytes:
    """What the header alone says of its characters, said by the body."""
    return with_mark(arrival.response.body, arrival.response.headers.get("content-type", ""))

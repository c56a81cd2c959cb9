"""Somebody asks for a URL or a site to be crawled now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from services.crawler.archive.span import backfill_id
from services.crawler.backfill import archives
from services.crawler.discover.links import Kind, Link
from services.crawler.frontier import Frontier
from services.crawler.hosts import host_key
from services.crawler.known import Known, found, sources
from shared.broker import Delivered
from shared.lifecycle import Runtime
from shared.messages import CrawlRequested, Message
from shared.outcomes import Reject
from shared.sites import Site
from shared.urls import canonical_url


class Requests:
    """The handler of `kabar.crawl.requested`."""

    def __init__(self, run: Runtime, sites: Iterable[Site], frontier: Frontier) -> None:
        self._run, self._frontier = run, frontier
        self._sites: Mapping[str, Site] = {site.id: site for site in sites}

    async def on_request(self, delivered: Delivered[CrawlRequested]) -> Sequence[Message]:
        """Make what is asked for due now. Raises `Reject`: `unknown_site`, `bad_url`."""
        request, now = delivered.message, self._frontier.now()
        if request.since is not None:
            return await self._go_back(request, request.since, delivered.correlation_id)
        urls = self._wanted(request)
        await self._frontier.add(urls)
        for host in sorted({known.host for known in urls}):
            await self._frontier.make_due([known.id for known in urls if known.host == host], host, now)
        self._run.log.info("crawl_requested", correlation_id=delivered.correlation_id, site=urls[0].site, url=request.url)
        return ()

    async def _go_back(self, request: CrawlRequested, since: date, correlation_id: str) -> Sequence[Message]:
        """Through the archives of a site. What an earlier request for the same days has done stays done."""
        site = self._site(request.site_id or "")
        now, backfill = self._frontier.now(), backfill_id(site.id, since, request.until)
        pages = archives(site, since, request.until, now)
        new = await self._frontier.add(pages)
        await self._frontier.retry_backfill(backfill, now)
        for host in sorted({page.host for page in pages}):
            await self._frontier.wake(host, now)
        self._run.log.info("backfill_requested", correlation_id=correlation_id, site=site.id, backfill=backfill, new=new)
        return ()

    def _wanted(self, request: CrawlRequested) -> tuple[Known, ...]:
        now = self._frontier.now()
        if request.url is None:
            site = self._site(request.site_id or "")
            return tuple(found(link, site, now) for link in sources(site))
        url = canonical_url(request.url)
        of_host = next((site for site in self._sites.values() if host_key(site.home) == host_key(url)), None)
        if of_host is None:
            raise Reject("unknown_site", request.url[:200])
        return (found(Link(url, Kind.article).spelled_as(of_host.home), of_host, now),)

    def _site(self, site_id: str) -> Site:
        if site_id not in self._sites:
            raise Reject("unknown_site", site_id[:200])
        return self._sites[site_id]

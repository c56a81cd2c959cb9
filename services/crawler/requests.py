"""Somebody asks for a URL or a site to be crawled now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

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
        request, now = delivered.message, self._run.now()
        urls = self._wanted(request)
        await self._frontier.add(urls)
        for host in sorted({known.host for known in urls}):
            await self._frontier.make_due([known.id for known in urls if known.host == host], host, now)
        self._run.log.info("crawl_requested", correlation_id=delivered.correlation_id, site=urls[0].site, url=request.url)
        return ()

    def _wanted(self, request: CrawlRequested) -> tuple[Known, ...]:
        now = self._run.now()
        if request.url is None:
            site = self._sites.get(request.site_id or "")
            links = sources(site) if site else ()
        else:
            url = canonical_url(request.url)
            site = next((site for site in self._sites.values() if host_key(site.home) == host_key(url)), None)
            links = (Link(url, Kind.article),)
        if site is None:
            raise Reject("unknown_site", str(request.site_id or request.url)[:200])
        return tuple(found(link, site, now) for link in links)

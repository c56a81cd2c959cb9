"""The crawler at work: hosts with something due are claimed and visited, many at the same time, for ever or for one pass."""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from services.crawler.choose import choose
from services.crawler.deliver import Deliverer, Publisher
from services.crawler.fetch import Fetcher
from services.crawler.frontier import Frontier
from services.crawler.hosts import by_host, domain_of
from services.crawler.known import Host, Leave, found, sources
from services.crawler.leases import BEAT_SECONDS, Held, Watch
from services.crawler.tools import Tools
from services.crawler.turns import VisitOver
from services.crawler.visit import Visit
from shared.backoff import Backoff
from shared.lifecycle import Runtime
from shared.outcomes import Outage
from shared.sites import Site

_LOOK_SECONDS = 0.5
_MOST_AT_A_LOOK = 25
"""Hosts claimed at once: whoever is first leaves crawlers that start beside it their share, and with it dies no more than its share."""
_COUNT_SECONDS = 60.0
_FORGET_SECONDS = 3_600.0
_AFTER_OUTAGE_SECONDS, _AFTER_DEFECT_SECONDS = 5.0, 60.0


class Crawl:
    """One crawler among any number. `since` is the instant of a pass; `None` crawls for ever."""

    def __init__(
        self, run: Runtime, sites: Iterable[Site], frontier: Frontier, fetcher: Fetcher, publisher: Publisher, since: datetime | None
    ) -> None:
        self._run, self._frontier = run, frontier
        self._sites: Mapping[str, tuple[Site, ...]] = by_host(sites)
        self._name = f"crawler-{secrets.token_hex(8)}"
        self._watch, self._held = Watch(), Held()
        self._visits: dict[str, asyncio.Task[None]] = {}
        self._hosts_of = Counter(domain_of(key) for key in self._sites)
        self._waiting, self._began = False, frontier.now()
        deliverer = Deliverer(run, frontier, publisher)
        self._tools = Tools(self._name, run, frontier, fetcher, deliverer, since, self._sure, lambda: self._waiting)

    def _sure(self, key: str) -> bool:
        return self._held.sure(key, self._run.monotonic())

    async def work(self) -> None:
        """Until the service stops; then the requests in hand are finished. Waits out whatever is away."""
        beats = ((BEAT_SECONDS, self._beat), (_COUNT_SECONDS, self._count), (_FORGET_SECONDS, self._forget))
        beside = [asyncio.create_task(_every(seconds, work)) for seconds, work in beats]
        try:
            await self._until_stopped(self._know_sites, once=True)
            await self._until_stopped(self._look)
        finally:
            await asyncio.gather(*self._visits.values(), return_exceptions=True)
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)

    async def _until_stopped(self, work: Callable[[], Awaitable[None]], *, once: bool = False) -> None:
        """Do it again and again, or until it has worked once."""
        backoff = Backoff.of(self._run.settings, self._run.random)
        while not self._run.stopping.is_set():
            try:
                await work()
                if once:
                    return
                backoff, wait = Backoff.of(self._run.settings, self._run.random), _LOOK_SECONDS
            except Outage as outage:
                self._run.log.warning("outage", reason=outage.reason, detail=outage.detail)
                wait = backoff.next()
            await self._pause(wait)

    async def _know_sites(self) -> None:
        """Every site's hosts and sources are in the frontier."""
        now = self._frontier.now()
        sites = {site.id: site for group in self._sites.values() for site in group}
        for key in sites:
            self._run.metrics.site_seen(key, self._run.now())
        await self._frontier.tick()
        await self._frontier.add_hosts(self._sites)
        await self._frontier.add(found(link, site, now) for site in sites.values() for link in sources(site))
        await self._forget()

    async def _look(self) -> None:
        """Start a visit to every host with work that is free, the longest waiting first, as far as there is room."""
        working = [host for host in await self._frontier.hosts_with_work(self._frontier.now()) if host.key in self._sites]
        others = [host for host in working if host.key not in self._visits]
        free = [host for host in others if self._watch.free(host, self._run.monotonic())]
        busy = {host.key for host in others if host.owner is not None} - {host.key for host in free} | self._visits.keys()
        # Who waits for long takes up no room: a host that wants an hour between two requests holds no other back.
        settings, room = self._run.settings, self._run.settings.crawl_hosts - len(self._visits.keys() - self._tools.resting)
        chosen = choose(free, busy, room=min(room, _MOST_AT_A_LOOK), of_one_domain=settings.crawl_domain_hosts)
        self._waiting = room <= len(chosen) < len(free)
        for host in chosen:
            self._visits[host.key] = asyncio.create_task(self._visit(host))
        self._tell([host for host in free if host.key not in self._visits])
        if self._tools.since is not None and not working and not self._visits:
            await self._frontier.finish_pass(self._frontier.now())

    def _tell(self, waiting: Sequence[Host]) -> None:
        """Of the hosts in hand, and of those that wait for a place: for what is due since before our start, from then on."""
        now, in_hand, resting = self._frontier.now(), len(self._visits), len(self._tools.resting)
        longest = max(((now - max(host.due_at, self._began)).total_seconds() for host in waiting), default=0.0)
        self._run.metrics.hosts(max(0.0, longest), in_hand=in_hand, resting=resting, waiting=len(waiting))

    async def _visit(self, host: Host) -> None:
        visit = Visit(self._tools, host, self._sites[host.key])
        try:
            claimed_at = self._run.monotonic()
            if not await self._frontier.claim(host, self._name):
                return
            if await self._crowded(host):
                await self._frontier.hand_back(host.key, self._name)
                return
            self._held.take(host.key, claimed_at)
            leave = await self._leave_of(visit, host)
            await self._frontier.add_receipts(visit.receipts(), visit.days)
            await self._frontier.release(host.key, self._name, leave, self._frontier.now())
        except Outage as outage:
            self._run.log.warning("outage", host=host.key, reason=outage.reason, detail=outage.detail)
        finally:
            self._held.drop(host.key)
            self._tools.resting.discard(host.key)
            del self._visits[host.key]

    async def _crowded(self, host: Host) -> bool:
        """Have other crawlers, in the same half second, claimed so many hosts of the domain that this one is too many."""
        most, domain = self._run.settings.crawl_domain_hosts, domain_of(host.key)
        if self._hosts_of[domain] <= most:
            return False
        return sum(domain_of(key) == domain for key in await self._frontier.owned()) > most

    async def _leave_of(self, visit: Visit, host: Host) -> Leave:
        """However the visit ended, the host is handed back."""
        try:
            return await visit.work()
        except VisitOver:
            return Leave(0.0, visit.rest(), host.failures, drained=False)
        except Outage as outage:
            self._run.log.warning("outage", host=host.key, reason=outage.reason, detail=outage.detail)
            return Leave(_AFTER_OUTAGE_SECONDS, visit.rest(), host.failures, drained=False)
        except Exception:
            self._run.log.exception("visit_failed", host=host.key)
            return Leave(_AFTER_DEFECT_SECONDS, visit.rest(), host.failures + 1, drained=False)

    async def _beat(self) -> None:
        await self._frontier.tick()
        beaten_at, keys = self._run.monotonic(), self._held.keys
        self._held.renew(keys, await self._frontier.beat(keys, self._name), beaten_at)

    async def _count(self) -> None:
        self._run.metrics.pending(await self._frontier.pending(self._frontier.now()))

    async def _forget(self) -> None:
        kept = timedelta(days=self._run.settings.crawl_ledger_days)
        await self._frontier.forget_days((self._frontier.now() - kept).date())

    async def _pause(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._run.stopping.wait(), seconds)


async def _every(seconds: float, work: Callable[[], Awaitable[None]]) -> None:
    """For ever; while the store is away there is nothing to be done here, and others report it."""
    while True:
        await asyncio.sleep(seconds)
        with suppress(Outage):
            await work()

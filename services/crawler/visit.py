"""One visit to one host: its due URLs, one request at a time, until none is left or the time is up."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from services.crawler.ask_robots import host_robots
from services.crawler.discover.sitemaps import MOST_UNPACKED
from services.crawler.ends import end_of
from services.crawler.follow import Arrival, follow
from services.crawler.gone import NOT_THERE, Loss, loss_of
from services.crawler.hosts import host_key
from services.crawler.known import Host, Known, Leave, part
from services.crawler.ledger import Days, Ledger
from services.crawler.no_article import PASSING
from services.crawler.pace import rest_after
from services.crawler.pages import ask_correlation, check_status
from services.crawler.receipt import Meter, Receipt
from services.crawler.refresh import refresh_target
from services.crawler.robots import Rules
from services.crawler.tools import Tools
from services.crawler.traced import Traced
from services.crawler.turns import LONGEST_IN_PASS, LONGEST_WAIT, PATIENCE, InTrouble, Turns, VisitOver
from services.crawler.validators import Validators
from shared.outcomes import Outage, Reject, Retry
from shared.sites import Site
from shared.telemetry import about
from shared.tracing import fail, tell

VISIT_SECONDS = 60.0
"""Then another host gets its turn."""
SHORT_VISIT_SECONDS = 10.0
"""The same while others wait for a place: one with a million URLs holds them back no longer than that."""

_BATCH = 50
# What says that the host itself is in trouble, believed after so many URLs in a row; any other failure takes longer to convince.
_HOST_REASONS = frozenset({"connect_failed", "dns_failed", "http_429", "http_5xx", "tls_failed"})
_HOST_FAILURES, _ANY_FAILURES = 3, 10
# What keeps a page waiting for long and says nothing of the next one.
_OF_THE_PAGE = PASSING | {"part_lost"}


class Visit:
    """To a host with these sites on it; the slowest pace among them is the host's."""

    def __init__(self, tools: Tools, host: Host, sites: tuple[Site, ...]) -> None:
        self._tools, self._run, self._host = tools, tools.run, host
        self._sites: Mapping[str, Site] = {site.id: site for site in sites}
        longest = LONGEST_WAIT if tools.since is None else LONGEST_IN_PASS
        self._turns = Turns(tools.run, host.key, max(site.pace for site in sites), tools.asked, tools.resting, tools.sure, longest)
        waited, told = lambda: self._turns.waited, tools.run.metrics.requested
        self._meter = Meter(Traced(tools.fetcher), next(iter(self._sites)), tools.run.now, waited, self._turns.over, told)
        self._ledger = Ledger(tools.now)
        self._rules = Rules("", tools.run.settings.user_agent)
        self._failures: list[str] = []
        self._answered = self._source_lost = False
        self._parts: set[str] = set()

    async def work(self) -> Leave:
        """Ask for what is due. Raises `Outage` while the store or Kafka is away, `VisitOver`; what is done by then stays done."""
        try:
            asked_before = await self._rest()
            self._rules = await self._read_rules()
            self._turns.slow_down(self._rules.crawl_delay, asked_before)
            drained = await self._ask_all()
        except InTrouble as trouble:
            return await self._leave_alone(trouble)
        return Leave(await self._next_work() if drained else 0.0, self._turns.wait(), 0, drained)

    def rest(self) -> float:
        """Seconds until the host may be asked again."""
        return self._turns.wait()

    def receipts(self) -> Mapping[str, Receipt]:
        """What each site was asked for, by id."""
        return dict(self._meter.receipts())

    @property
    def days(self) -> Days:
        """What was seen of each site."""
        return self._ledger.days

    async def _rest(self) -> float | None:
        """Wait out what is left of the host's rest. Returns when it was asked last, on our clock, as far as we know.

        Of a crawler that died we know nothing: the whole gap counts from now. One that left properly has said when the host may be
        asked, by a clock that may be a little off: the pace counts from now.
        """
        owner, left_by = self._host.owner, self._host.left_by
        by_another = owner is None and left_by not in (None, self._tools.name)
        if owner is not None or by_another:
            self._turns.over()
        left = (self._host.rest_until - self._tools.frontier.now()).total_seconds()
        if left > PATIENCE:
            raise InTrouble("host_resting", left)
        await self._turns.pause(left)
        return None if by_another else self._tools.asked.get(self._host.key)

    async def _next_work(self) -> float:
        """Seconds until something of the host is due, as far as is known; at most a usual wait, for others may add to it."""
        usual, now = self._run.settings.crawl_revisit_seconds, self._tools.frontier.now()
        due = await self._tools.frontier.next_due(self._host.key, self._sites)
        return usual if due is None else min(usual, max(0.0, (due - now).total_seconds()))

    async def _ask_all(self) -> bool:
        """Returns whether nothing due is left."""
        begun = self._run.monotonic()
        while self._has_time(begun):
            due = await self._tools.frontier.due(self._host.key, self._sites, self._tools.now(), _BATCH)
            if not due:
                return True
            # Sources first, so that what they list is known early; an article before its further pages, so that they are known for that.
            for known in sorted(due, key=lambda known: (known.is_article, len(known.url), known.id)):
                if not self._has_time(begun):
                    return False
                if self._tools.since is None and self._turns.wait() > PATIENCE:
                    raise VisitOver  # a slow host holds no place; it is visited again when its turn comes
                if known.id not in self._parts:
                    await self._ask(known)
        return False

    def _has_time(self, begun: float) -> bool:
        passed = self._run.monotonic() - begun
        return passed < (SHORT_VISIT_SECONDS if self._tools.waiting() else VISIT_SECONDS)

    async def _ask(self, known: Known) -> None:
        """Bring one URL to its end for this visit, and remember that. Raises `InTrouble`, `VisitOver`, `Outage`."""
        self._meter.site = known.site
        correlation = ask_correlation(known.url, self._run.now())
        with about(correlation, known.site, known.url), self._run.traces.journey("crawl", "internal", correlation):
            tell(kabar__site=known.site, url__full=known.url, kabar__kind=known.kind.value)
            await self._ask_for(known)

    async def _ask_for(self, known: Known) -> None:
        try:
            after = await self._turns.try_often(lambda: self._fetch(known))
        except (Outage, VisitOver):
            raise
        except Reject as reject:
            self._note(known, reject)
            after = await self._or_twin(await self._refuse(known, reject))
            self._failures.clear()
            await self._tools.frontier.save(after)
            self._run.metrics.looked(known.site, known.kind.value, reject.reason)
        except Retry as retry:
            await self._fail(known, retry)
        except Exception as defect:
            # Ours, but no page may stop the crawler.
            self._run.log.exception("unexpected_error", site=known.site, url=known.url)
            await self._fail(known, Retry("unexpected_error", detail=f"{type(defect).__name__}: {defect}"[:300]))
        else:
            self._failures.clear()
            self._answered = True
            self._ledger.used(known, after)
            await self._tools.frontier.save(after)
            if (end := end_of(known, after)) is not None:
                self._run.metrics.looked(known.site, known.kind.value, end)
            self._run.metrics.site_seen(known.site, self._run.now())

    async def _refuse(self, known: Known, reject: Reject) -> Known:
        """It cannot be used; but an article that is gone is news. Raises `Outage`."""
        now, revisits = self._tools.now(), self._tools.deliverer.revisits
        self._source_lost |= not known.is_article and reject.reason in NOT_THERE
        loss = loss_of(known, reject, host_well=self._well)
        if loss is Loss.in_trouble:
            return known.failed(now, Retry(reject.reason), revisits.first())
        if loss is Loss.lost:
            await self._tools.deliverer.gone(known, self._sites[known.site], reject)
        if loss in (Loss.lost, Loss.still_lost):
            return known.gone(now, reject, revisits)
        return known.refused(now, reject, revisits, doubted=loss is Loss.doubted)

    @property
    def _well(self) -> bool:
        """Nothing says that the host is in trouble: neither the visit before nor the last answers, and it has not lost its sources too."""
        return not self._failures and self._host.failures == 0 and (self._answered or not self._source_lost)

    async def _fail(self, known: Known, retry: Retry) -> None:
        self._note(known, retry)
        wait = rest_after(known.failures + 1, retry.after, self._run.random())
        after = known.failed(self._tools.now(), retry, timedelta(seconds=wait))
        await self._tools.frontier.save(await self._or_twin(after))
        self._run.metrics.looked(known.site, known.kind.value, retry.reason)
        self._believe(retry)

    async def _or_twin(self, after: Known) -> Known:
        """What can never be used may be there under its other address, which a source may have named in this very visit."""
        if not after.lost:
            return after
        after = replace(after, twin=await self._tools.frontier.twin(after))
        return after.by_twin(self._tools.now()) if after.has_twin else after

    async def _fetch(self, known: Known) -> Known:
        arrival = await self._follow(known, self._run.settings.fetch_max_bytes)
        if not (arrival.response.cut and known.streams):
            return await self._deliver(known, arrival)
        with suppress(Retry):
            await self._turns.rest()  # not while others wait for us
        async with self._tools.one_big:
            try:
                arrival = await self._follow(known, MOST_UNPACKED)
            except Retry as retry:
                self._note(known, retry)  # the first megabytes are better than nothing
            return await self._deliver(known, arrival)

    async def _follow(self, known: Known, max_bytes: int) -> Arrival:
        arrival = await follow(
            self._meter, known.url, turn=self._turn, max_bytes=max_bytes, validators=known.validators, sends_on=refresh_target
        )
        check_status(arrival, self._run.now())
        return arrival

    async def _deliver(self, known: Known, arrival: Arrival) -> Known:
        """Raises what `Deliverer.deliver` does."""
        status, size = arrival.response.status, len(arrival.response.body)
        if status == 304 and known.raw_digest is None:
            raise Retry("bad_response", detail="not modified, though nobody asked whether")
        self._run.log.debug("fetched", site=known.site, url=known.url, status=status, bytes=size)
        site, now = self._sites[known.site], self._tools.now()

        async def ask(url: str, validators: Validators) -> Arrival:
            return await self._ask_part(known, url, validators)

        return await self._tools.deliverer.deliver(known, site, arrival, self._rules.sitemaps, now, ask)

    async def _ask_part(self, article: Known, url: str, validators: Validators) -> Arrival:
        """A further page of an article. Raises what `follow` and `check_status` raise."""
        further = part(article, url)
        if further.id != article.id:
            await self._tools.frontier.set_part(further)
            self._parts.add(further.id)
        try:
            max_bytes = self._run.settings.fetch_max_bytes
            arrival = await follow(self._meter, url, turn=self._turn, max_bytes=max_bytes, validators=validators)
            check_status(arrival, self._run.now())
        except Reject as reject:
            self._meter.refused(f"part_{reject.reason}")
            raise
        if arrival.response.status == 304 and not validators.headers():
            raise Retry("bad_response", detail="not modified, though nobody asked whether")
        return arrival

    async def _turn(self, url: str) -> None:
        """Raises `Reject` for what must not be asked for, else waits for the host's pace."""
        if host_key(url) != self._host.key:
            raise Reject("redirect_off_site", url[:300])
        if not self._rules.allowed(url):
            raise Reject("robots_disallowed", url[:300])
        await self._turns.take()

    def _believe(self, retry: Retry) -> None:
        """Raises `InTrouble` for a host that asks to be left alone, or has failed often enough in a row."""
        self._failures.append(retry.reason)
        latest = self._failures[-_HOST_FAILURES:]
        away = len(latest) == _HOST_FAILURES and _HOST_REASONS.issuperset(latest)
        # A page under a challenge is asked again in an hour, alone.
        asks_for_peace = retry.after > PATIENCE and retry.reason not in _OF_THE_PAGE
        if asks_for_peace or away or len(self._failures) >= _ANY_FAILURES:
            raise InTrouble(retry.reason, retry.after if asks_for_peace else 0.0)

    async def _leave_alone(self, trouble: InTrouble) -> Leave:
        """Ever longer, by the clock; a pass asks again when it is next made, unless the host itself asked for peace.
        But no pass can wait: whatever is left of it on this host fails."""
        failures, given_up = self._host.failures + 1, 0
        self._run.metrics.host_rests(trouble.reason)
        self._ledger.away(self._sites, trouble.cause)
        due_in = rest_after(failures, trouble.after, self._run.random())
        if self._tools.since is not None:
            given_up = await self._tools.frontier.give_up(self._host.key, self._sites, trouble.reason, self._tools.now())
        self._run.log.warning(
            "host_in_trouble", host=self._host.key, reason=trouble.reason, due_in=round(due_in, 1), urls_given_up=given_up
        )
        return Leave(due_in, max(trouble.after, self._turns.wait()), failures, drained=True)

    async def _read_rules(self) -> Rules:
        """Raises `InTrouble` while the host's robots.txt cannot be had: until then nothing else may be asked."""
        site = next(iter(self._sites.values()))
        try:
            file = await host_robots(self._tools.frontier, self._meter, self._turns, site)
        except (Outage, VisitOver):
            raise
        except Retry as retry:
            self._run.metrics.looked(site.id, "robots", retry.reason)
            self._meter.refused("robots_unavailable")
            self._run.log.warning("robots_unavailable", site=site.id, reason=retry.reason, detail=retry.detail)
            raise InTrouble("robots_unavailable", retry.after, f"robots_{retry.reason}") from retry
        except Exception as defect:
            # Ours; but a pass that comes back to the host for ever would never end.
            self._run.log.exception("robots_failed", site=site.id)
            raise InTrouble("robots_unavailable") from defect
        return Rules(file.text, self._run.settings.user_agent)

    def _note(self, known: Known, error: Reject | Retry) -> None:
        self._meter.refused(error.reason)
        self._ledger.lost(known, error.reason)
        fail(error.reason, error.detail)
        self._run.log.warning("not_used", site=known.site, url=known.url, kind=known.kind.value, reason=error.reason, detail=error.detail)

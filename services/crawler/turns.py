"""Whose turn it is: every request to a host waits here for its pace, and until we may be sure the host is still ours."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping, MutableSet
from dataclasses import dataclass
from typing import TypeVar

from services.crawler.pace import before_retry, wait_before
from shared.lifecycle import Runtime
from shared.outcomes import Outage, Retry

ATTEMPTS = 3
"""Tries of one URL in a visit."""
PATIENCE = 30.0
"""A host that wants to be left alone for longer than this is left."""
LONGEST_WAIT, LONGEST_IN_PASS = 3_600.0, 60.0
"""A visit waits so long at most for its turn, as for the next hop of a redirect. In a pass, which somebody waits for and which cannot
come back later, a host that wants more is given up: an hour between two requests would be a day for twenty pages."""

_T = TypeVar("_T")


class VisitOver(Exception):
    """The service is stopping, or the host is no longer ours."""


class InTrouble(Exception):
    """The host should be left alone, for `after` seconds at least; `cause` is the reason behind the reason."""

    def __init__(self, reason: str, after: float = 0.0, cause: str | None = None) -> None:
        super().__init__(reason)
        self.reason, self.after, self.cause = reason, after, cause or reason


@dataclass
class Turns:
    """One host's. `asked` says when each host was last dealt with, on the monotonic clock, `resting` which of them are waited for longer
    than our patience. `gap` is the least time in seconds from the end of one exchange to the next request: counted from its beginning, a
    request held up on the way would meet the next. `sure` says whether the host is still ours, `longest` for how many seconds a turn is
    waited for, `waited` how many were waited in all."""

    run: Runtime
    host: str
    gap: float
    asked: MutableMapping[str, float]
    resting: MutableSet[str]
    sure: Callable[[str], bool]
    longest: float = LONGEST_WAIT
    waited: float = 0.0

    def wait(self) -> float:
        """Seconds until the host may be asked again."""
        return wait_before(self.asked.get(self.host), self.run.monotonic(), gap=self.gap)

    def slow_down(self, gap: float, asked_before: float | None) -> None:
        """Leave `gap` seconds between two requests, if that is more. A gap longer than our patience counts from the request before
        robots.txt was asked (`asked_before`): with a day between two requests there would else be time for robots.txt alone."""
        asked = self.asked.get(self.host)
        if asked is not None and gap > max(PATIENCE, self.gap):
            spared = asked - gap + self.gap
            self.asked[self.host] = spared if asked_before is None else max(spared, asked_before)
        self.gap = max(self.gap, gap)

    async def rest(self) -> None:
        """Wait until the host may be asked. Raises `VisitOver`, or `Retry("crawl_delay")` if that is later than `longest`."""
        if (wait := self.wait()) > self.longest:
            raise Retry("crawl_delay", after=wait, detail=f"{self.gap:g} s between two requests")
        await self.pause(wait)

    async def take(self) -> None:
        """Wait for the turn, and take it. Raises what `rest` does."""
        await self.rest()
        if not self.sure(self.host):
            raise VisitOver
        self.over()

    def over(self) -> None:
        """The host has just been dealt with, by us or by a crawler that has died: its pace counts from now."""
        self.asked[self.host] = self.run.monotonic()

    async def pause(self, seconds: float) -> None:
        """Sleep, or raise `VisitOver` when the service is stopping."""
        if seconds > 0:
            begun = self.run.monotonic()
            if seconds > PATIENCE:
                self.resting.add(self.host)
            try:
                await asyncio.wait_for(self.run.stopping.wait(), seconds)
            except TimeoutError:
                return
            finally:
                self.resting.discard(self.host)
                self.waited += self.run.monotonic() - begun
        if self.run.stopping.is_set():
            raise VisitOver

    async def try_often(self, work: Callable[[], Awaitable[_T]]) -> _T:
        """Try up to three times with a small back-off. Raises the last `Retry`, at once if it or the pace asks for more than our
        patience."""
        attempt = 1
        while True:
            try:
                return await work()
            except Outage:
                raise
            except Retry as retry:
                if attempt == ATTEMPTS or max(retry.after, self.wait()) > PATIENCE:
                    raise
                await self.pause(before_retry(attempt, retry.after, self.run.random()))
                attempt += 1

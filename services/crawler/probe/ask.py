"""Asking a site that nobody has described yet, as politely as the crawler: robots.txt first, one request at a time, at a pace."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urljoin

from services.crawler.fetch import Fetcher, Response
from services.crawler.follow import follow
from services.crawler.hosts import same_host
from services.crawler.pace import wait_before
from services.crawler.pages import check_status
from services.crawler.refresh import refresh_target
from services.crawler.robots import MAX_BYTES, Rules, robots_text
from shared.outcomes import Reject, Retry

_LONGEST_DELAY = 60.0
"""Seconds between two requests for which a person at a terminal can be kept waiting; robots.txt may ask for a day."""


@dataclass
class Asking:
    """One site's. `pace` is the least seconds between two requests; a longer crawl-delay wins."""

    fetcher: Fetcher
    home: str
    user_agent: str
    max_bytes: int
    pace: float
    now: Callable[[], datetime]
    monotonic: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]]
    rules: Rules = field(init=False)
    asked_at: float | None = None
    requests: int = 0

    def __post_init__(self) -> None:
        self.rules = Rules("", self.user_agent)

    async def read_robots(self) -> Rules:
        """Raises `Reject`, or `Retry` while the host cannot say what it forbids: then ask nothing else."""
        arrival = await follow(self.fetcher, urljoin(self.home, "/robots.txt"), turn=self._wait, max_bytes=MAX_BYTES)
        text = robots_text(arrival.response.status, arrival.response.body)
        if text is None:
            check_status(arrival, self.now())
            raise Retry("bad_response", detail=f"robots.txt answers {arrival.response.status}")
        self.rules = Rules(text, self.user_agent)
        if not self.slow:
            self.pace = max(self.pace, self.rules.crawl_delay)
        return self.rules

    @property
    def slow(self) -> str:
        """What is wrong with a host that wants more patience than a person has: one page may be asked for, no second. Else empty."""
        delay = self.rules.crawl_delay
        return f"robots.txt wants {delay:,.0f} s between two requests" if delay > _LONGEST_DELAY else ""

    async def get(self, url: str) -> Response:
        """A page of the site. Raises `Reject` and `Retry` as the crawler's visits do."""
        arrival = await follow(self.fetcher, url, turn=self._turn, max_bytes=self.max_bytes, sends_on=refresh_target)
        check_status(arrival, self.now())
        return arrival.response

    async def _turn(self, url: str) -> None:
        if not same_host(url, self.home):
            raise Reject("redirect_off_site", url[:300])
        if not self.rules.allowed(url):
            raise Reject("robots_disallowed", url[:300])
        await self._wait(url)

    async def _wait(self, _url: str) -> None:
        await self.sleep(wait_before(self.asked_at, self.monotonic(), gap=self.pace))
        self.asked_at, self.requests = self.monotonic(), self.requests + 1

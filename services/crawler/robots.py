"""robots.txt (RFC 9309): text → what may be asked for, how fast, and the sitemaps it names. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from protego import Protego

MAX_BYTES = 500 * 1024
"""What is read of a robots.txt; RFC 9309 asks for no less."""

MAX_AGE = timedelta(hours=24)
_LONGEST_DELAY = 3600.0
_MOST_SITEMAPS = 20


@dataclass(frozen=True)
class RobotsFile:
    """A robots.txt as it is kept: its text (empty where the host has none) and when it was asked for."""

    text: str
    fetched_at: datetime

    def fresh(self, now: datetime) -> bool:
        """At most 24 hours old; one from the future (a clock was set back) is not."""
        return timedelta(0) <= now - self.fetched_at <= MAX_AGE


class Rules:
    """What a robots.txt says to one user agent."""

    def __init__(self, text: str, user_agent: str) -> None:
        self._protego = Protego.parse(text)
        self._agent = product_token(user_agent)

    def allowed(self, url: str) -> bool:
        """May this canonical URL be asked for."""
        return bool(self._protego.can_fetch(url, self._agent))

    @property
    def crawl_delay(self) -> float:
        """Seconds the host wants between two requests, at most an hour; 0 if it says nothing."""
        delay = self._protego.crawl_delay(self._agent) or 0.0
        return float(min(max(delay, 0.0), _LONGEST_DELAY))

    @property
    def sitemaps(self) -> tuple[str, ...]:
        """As written, at most 20."""
        return tuple(self._protego.sitemaps)[:_MOST_SITEMAPS]


def product_token(user_agent: str) -> str:
    """The name robots.txt knows us by: `Kabar` of `Kabar/0.1 (+https://…)`."""
    return user_agent.partition("/")[0].partition(" ")[0]


def robots_text(status: int, body: bytes) -> str | None:
    """The text an answer stands for: the body of a 2xx, nothing forbidden for a 4xx.

    `None` for everything else, 429 included: the host is in trouble, and until that ends nothing may be asked of it.
    """
    if 200 <= status < 300:
        return body[:MAX_BYTES].removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")
    return "" if 400 <= status < 500 and status != 429 else None

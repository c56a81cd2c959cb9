"""robots.txt (RFC 9309): text → what may be asked for, how fast, and the sitemaps it names. Pure."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from protego import Protego

MAX_BYTES = 500 * 1024
"""What is read of a robots.txt; RFC 9309 asks for no less."""

MAX_AGE = timedelta(hours=24)
_LEAST_AGE = timedelta(hours=1)
_LONGEST_DELAY = 86_400.0
_MOST_SITEMAPS = 20
_MAX_AGE = re.compile(r"max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)
_USER_AGENT = re.compile(r"^[ \t]*user[- ]?agent[ \t]*[: \t][ \t]*([^\n#]*)", re.IGNORECASE | re.MULTILINE)
_NO_LINE_ENDS = re.compile("[\v\f\x1c-\x1e\x85\u2028\u2029]")


@dataclass(frozen=True)
class RobotsFile:
    """A robots.txt as it is kept: its text (empty where the host has none), when it was asked for, and for how many seconds it
    said that it holds."""

    text: str
    fetched_at: datetime
    max_age: float = MAX_AGE.total_seconds()

    def fresh(self, now: datetime) -> bool:
        """Need not be asked for: within its own age, which is between 1 and 24 hours."""
        return self.usable(now) and now - self.fetched_at <= max(_LEAST_AGE, timedelta(seconds=self.max_age))

    def usable(self, now: datetime) -> bool:
        """May stand in while the host is in trouble: at most 24 hours old; one from the future (a clock was set back) may not."""
        return timedelta(0) <= now - self.fetched_at <= MAX_AGE


class Rules:
    """What a robots.txt says to one user agent."""

    def __init__(self, text: str, user_agent: str) -> None:
        self._agent = product_token(user_agent)
        self._protego = Protego.parse(_USER_AGENT.sub(lambda found: _meant(found[1], self._agent), text))

    def allowed(self, url: str) -> bool:
        """May this canonical URL be asked for."""
        return bool(self._protego.can_fetch(url, self._agent))

    @property
    def crawl_delay(self) -> float:
        """Seconds the host wants between two requests, at most a day; 0 if it says nothing."""
        delay = self._protego.crawl_delay(self._agent) or 0.0
        return float(min(max(delay, 0.0), _LONGEST_DELAY))

    @property
    def sitemaps(self) -> tuple[str, ...]:
        """As written, at most 20."""
        return tuple(self._protego.sitemaps)[:_MOST_SITEMAPS]


def product_token(user_agent: str) -> str:
    """The name robots.txt knows us by: `Kabar` of `Kabar/0.1 (+https://…)`."""
    return user_agent.partition("/")[0].partition(" ")[0]


def _meant(named: str, agent: str) -> str:
    """The line as it concerns us, versions left out. All others become one: protego keeps every rule once for each of its agents,
    and takes three minutes for 30,000 agents with 3,000 rules."""
    name = product_token(named.strip())
    return f"User-agent: {name if name == '*' or name.lower() == agent.lower() else '-'}"


def robots_text(status: int, body: bytes, *, cut: bool = False) -> str | None:
    """The text an answer stands for: the body of a 2xx (`cut` if it went on), nothing forbidden for a 4xx.

    `None` for everything else, 429 included: the host is in trouble, and until that ends nothing may be asked of it.
    """
    if 200 <= status < 300:
        return _text(_whole_lines(body, cut=cut))
    return "" if 400 <= status < 500 and status != 429 else None


def max_age(cache_control: str) -> float:
    """Seconds a `Cache-Control` header lets an answer hold, at most 24 hours; 24 hours if it says nothing."""
    if "no-cache" in cache_control.lower() or "no-store" in cache_control.lower():
        return 0.0
    told = _MAX_AGE.search(cache_control)
    return min(float(told[1]), MAX_AGE.total_seconds()) if told else MAX_AGE.total_seconds()


def _whole_lines(body: bytes, *, cut: bool) -> bytes:
    """At most 500 KiB, up to the last line that is whole: half a rule would be another rule."""
    if not cut and len(body) <= MAX_BYTES:
        return body
    kept = body[:MAX_BYTES]
    return kept[: max(kept.rfind(b"\n"), kept.rfind(b"\r")) + 1]


def _text(body: bytes) -> str:
    """UTF-8 unless it says that it is UTF-16, and looks it: of ASCII every other byte is then zero."""
    utf16 = body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and 3 * body.count(0) > len(body)
    text = body.decode("utf-16" if utf16 else "utf-8-sig", "replace")
    # Protego ends lines at form feeds and Unicode's separators too, where a comment or a path may go on.
    return _NO_LINE_ENDS.sub(" ", text).replace("\r", "\n")

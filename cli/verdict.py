"""What the counts of a day, or of several, say: is something known, was there nothing, or could nobody see. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Verdict(StrEnum):
    """All but `reported` are blindness; all but these two and `silent` are failure, ours or the site's."""

    reported = "reported"
    """Articles or events have come in."""
    silent = "silent"
    """We looked, the site answered, and there was nothing new."""
    blocked = "blocked"
    """We were not let in: robots.txt, a challenge, a login, 403, 429."""
    failing = "failing"
    """The host is in trouble: its name, connections, 5xx, maintenance; or its sources name nothing."""
    refused = "refused"
    """All that was new was refused, by the crawler for what it is or by the extractor."""
    unread = "unread"
    """New pages were fetched, and nothing has come of them, neither an article nor a refusal: extractor or store are behind."""
    not_looked_at = "not_looked_at"
    """Nobody has looked."""
    no_site = "no_site"
    """There is no site for the region, and no other reported an event in it."""


FAILURES = (Verdict.blocked, Verdict.failing, Verdict.refused, Verdict.unread, Verdict.not_looked_at)
"""In the order in which one of several is named."""

REASONED = (Verdict.blocked, Verdict.failing, Verdict.refused)
"""Those that have a reason of their own."""

_BLOCKED = frozenset(
    {
        "access_denied",
        "challenge_page",
        "cookie_wall",
        "http_401",
        "http_403",
        "http_429",
        "http_451",
        "login_page",
        "robots_disallowed",
    }
)
_TROUBLE = frozenset(
    {
        "bad_response",
        "connect_failed",
        "connection_lost",
        "crawl_delay",
        "dns_failed",
        "error_page",
        "fetch_timeout",
        "host_resting",
        "http_408",
        "http_425",
        "http_5xx",
        "maintenance_page",
        "short_body",
        "suspended_page",
        "tls_failed",
        "unexpected_error",
    }
)


@dataclass(frozen=True)
class Counts:
    """`sources`: looks at sources that answered, `pages`: articles' pages that were there, `new` of them for the first time. `unseen`
    and `refused` as in the crawler's ledger (`services/crawler/ledger.py`); `rejected`: what the services behind it refused."""

    sources: int = 0
    pages: int = 0
    new: int = 0
    articles: int = 0
    events: int = 0
    unseen: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    rejected: Counter[str] = field(default_factory=Counter)

    @property
    def dropped(self) -> Counter[str]:
        """Articles that came to nothing, by reason, wherever."""
        return self.refused + self.rejected

    @property
    def unable(self) -> bool:
        """Was every look at a source in vain."""
        return bool(self.unseen) and not self.sources

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(getattr(self, name) + getattr(other, name) for name in Counts.__dataclass_fields__))


def total(each: Sequence[Counts]) -> Counts:
    """All together. One alone is what most days have, and adding nothing to it would double the time."""
    return sum(each[1:], each[0]) if each else Counts()


def judge(counts: Counts) -> Verdict:
    """The verdict on one site."""
    if counts.articles or counts.events:
        return Verdict.reported
    if counts.new > counts.rejected.total():
        return Verdict.unread
    if reasons := why(counts):
        return _cause(reasons, Verdict.failing if counts.unable else Verdict.refused)
    return Verdict.silent if counts.sources else Verdict.not_looked_at


def why(counts: Counts) -> Counter[str]:
    """The reasons a failure rests on: why we could not look, or else what became of what we found."""
    return counts.unseen if counts.unable else counts.dropped


def judge_region(events: int, sites: Collection[Verdict]) -> Verdict:
    """The verdict on a kabupaten/kota in which so many events lie, from those on its sites. Only if all its sites were silent it was
    silent: who could not be seen may have had the news."""
    if events or Verdict.reported in sites:
        return Verdict.reported
    if not sites:
        return Verdict.no_site
    return next((failure for failure in FAILURES if failure in sites), Verdict.silent)


def _cause(reasons: Mapping[str, int], other: Verdict) -> Verdict:
    """What most of them say."""
    tally = Counter[Verdict]()
    for reason, count in reasons.items():
        tally[_meaning(reason, other)] += count
    return max(FAILURES, key=lambda verdict: tally[verdict])  # the first of equals


def _meaning(reason: str, other: Verdict) -> Verdict:
    if reason in _BLOCKED or (bare := reason.removeprefix("robots_")) in _BLOCKED:
        return Verdict.blocked
    return Verdict.failing if bare in _TROUBLE else other

"""A link found on a source, and how it is made from what a page says. Pure."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum

from services.crawler.hosts import spelled_as
from shared.outcomes import Reject
from shared.urls import resolved

MOST_LINKS = 5_000
"""Links taken from one document; the newest are kept."""

_NEVER = datetime.min.replace(tzinfo=UTC)


class Kind(StrEnum):
    """What a URL is to the crawler. All but `article` are sources of links; an `archive` is read once, for a backfill."""

    home = "home"
    feed = "feed"
    sitemap = "sitemap"
    listing = "listing"
    article = "article"
    archive = "archive"


@dataclass(frozen=True)
class Link:
    """A canonical URL, what it should be, and when its source says it was published or last changed; `linked` is the URL as its source
    has it, where that is spelled otherwise."""

    url: str
    kind: Kind
    dated: datetime | None = None
    linked: str | None = None

    def spelled_as(self, base: str) -> Link:
        """Its host spelled as in `base`: see `hosts.spelled_as`."""
        url = spelled_as(base, self.url)
        return self if url == self.url else replace(self, url=url, linked=self.url)


def absolute(base: str, href: str | None) -> str | None:
    """The canonical URL of an href on the page `base`; `None` for what is no web address."""
    if not href or len(href) > 4_000:
        return None
    try:
        return resolved(base, href)
    except Reject:
        return None


def moment(text: str | None) -> datetime | None:
    """A date of RFC 3339 or RFC 822, in UTC (as which one without a zone is read); `None` for anything else."""
    if not text or len(text) > 100:
        return None
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            found = read(text.strip())
            return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return None


def newest(links: Iterable[Link], most: int = MOST_LINKS) -> tuple[Link, ...]:
    """Each URL once, as first seen; if over `most`, the latest dated, then as they stood. Never holds more than `most`."""
    heap: list[tuple[datetime, int]] = []
    kept: dict[int, Link] = {}
    urls: set[str] = set()
    ever_over = False
    for number, link in enumerate(links):
        if link.url in urls:
            continue
        rank = (link.dated or _NEVER, -number)
        if len(heap) == most:
            ever_over = True
            if not heap or rank < heap[0]:
                continue
            _, last = heapq.heappop(heap)
            urls.discard(kept.pop(-last).url)
        heapq.heappush(heap, rank)
        kept[number] = link
        urls.add(link.url)
    order = [-number for _, number in sorted(heap, reverse=True)] if ever_over else list(kept)
    return tuple(kept[number] for number in order)

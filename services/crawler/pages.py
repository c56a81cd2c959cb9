"""An answer → what it means, and the message it becomes. Pure."""

from __future__ import annotations

import hashlib
from datetime import datetime

from services.crawler.follow import Arrival
from services.crawler.no_article import JUDGED, PASSING, no_article
from services.crawler.pace import retry_after
from shared.envelope import pack_body
from shared.messages import ArticleGone, PageFetched
from shared.outcomes import Reject, Retry
from shared.sites import Site
from shared.urls import ask_id, gone_id, page_id

_HEADERS = ("content-language", "content-type", "date", "etag", "last-modified", "link")
_PAGE_TYPES = frozenset({"", "application/xhtml+xml", "text/html"})
# Statuses with a reason of their own; all others go by their class.
_NAMED = frozenset({401, 403, 404, 410, 451})
_TRY_AGAIN = frozenset({408, 425, 429})
BURIED = JUDGED | {"page_too_big"}
"""Refused for what they say or weigh: their bytes are kept, so that a person can see whether that was right."""
_FEW_LINKS = 10
_STATE_SECONDS = 3600.0  # maintenance, a challenge: not over in a minute, and asking three times on end would look like an attack


def check_status(arrival: Arrival, now: datetime) -> None:
    """Return for 200 and 304. Raises `Reject` (`http_404`, `http_4xx`, …) for a final no, `Retry` (`http_429`, `http_5xx`) for trouble."""
    status = arrival.response.status
    if status in (200, 304):
        return
    name = f"http_{status}" if status in _NAMED | _TRY_AGAIN else f"http_{status // 100}xx"
    if status in _TRY_AGAIN or status >= 500:
        raise Retry(name, after=retry_after(arrival.response.headers.get("retry-after"), now), detail=str(status))
    raise Reject(name, str(status))


def check_page(arrival: Arrival) -> None:
    """Raises `Reject`: `bad_content_type`, `empty_page`, `page_too_big`, or a reason of `no_article.toml`; `Retry` for those of
    them that are a state of the site."""
    response = arrival.response
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in _PAGE_TYPES:
        raise Reject("bad_content_type", kind[:100])
    if not response.body.strip():
        raise Reject("empty_page")
    if response.cut:
        raise Reject("page_too_big", f"over {len(response.body)} bytes")
    flaw = no_article(response.body, response.headers.get("content-type", ""))
    if flaw is not None:
        _refuse(*flaw)


def check_source(arrival: Arrival) -> None:
    """Raises `Retry` for a challenge, maintenance or error where a feed, sitemap or listing should be: read as one, it would be a
    source that has become empty. A page with links to follow is none of them, whatever it says."""
    body = arrival.response.body
    flaw = no_article(body, arrival.response.headers.get("content-type", "")) if b"<html" in body[:1_000].lower() else None
    if flaw is not None and flaw[0] in PASSING and body.count(b"<a ") < _FEW_LINKS:
        _refuse(*flaw)


def _refuse(reason: str, told: str) -> None:
    raise Retry(reason, after=_STATE_SECONDS, detail=told) if reason in PASSING else Reject(reason, told)


def raw_digest(body: bytes) -> str:
    """`sha256:` and the digest of a body."""
    return "sha256:" + hashlib.sha256(body).hexdigest()


def page_message(arrival: Arrival, *, asked: str, site: Site, fetched_at: datetime) -> PageFetched:
    """The answer as it travels."""
    response, digest = arrival.response, raw_digest(arrival.response.body)
    return PageFetched(
        page_id=page_id(asked, digest, fetched_at.isoformat()),
        site=site.ref(),
        url=asked,
        final_url=response.url,
        redirects=arrival.hops,
        status=response.status,
        headers={name: response.headers[name] for name in _HEADERS if name in response.headers},
        fetched_at=fetched_at,
        raw_digest=digest,
        body_zstd=pack_body(response.body),
    )


def gone_message(url: str, site: Site, reason: str, seen_at: datetime) -> ArticleGone:
    """What is said of an article that is no longer there."""
    return ArticleGone(id=gone_id(url, seen_at.isoformat()), site=site.ref(), url=url, reason=reason, seen_at=seen_at)


def ask_correlation(url: str, asked_at: datetime) -> str:
    """Follows one asking for a URL until a page has come of it, which has its own (`correlation_id`); for good where none does."""
    return ask_id(url, asked_at.isoformat()).replace("ask_", "cor_", 1)


def correlation_id(page: PageFetched) -> str:
    """Follows one page through all services; the same whenever it is made from the same page."""
    return page.page_id.replace("pag_", "cor_", 1)

"""The cases by family."""

from __future__ import annotations

from tests.hostile.cases import (
    addresses,
    bombs,
    caching,
    charsets,
    claims,
    feeds,
    good,
    lies,
    redirects,
    robots,
    sitemaps,
    statuses,
    times,
    traps,
    urls,
    walls,
)

CASES = (
    *addresses.CASES,
    *bombs.CASES,
    *caching.CASES,
    *charsets.CASES,
    *claims.CASES,
    *feeds.CASES,
    *good.CASES,
    *lies.CASES,
    *redirects.CASES,
    *robots.CASES,
    *sitemaps.CASES,
    *statuses.CASES,
    *times.CASES,
    *traps.CASES,
    *urls.CASES,
    *walls.CASES,
)

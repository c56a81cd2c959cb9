"""Redirects, hop by hop: each hop is checked and waits its turn like a request of its own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from services.crawler.fetch import Response
from services.crawler.hosts import is_home, same_host
from services.crawler.validators import NO_VALIDATORS, Validators
from shared.messages import Hop
from shared.outcomes import Reject
from shared.urls import resolved

MOST_HOPS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class Gets(Protocol):
    """The fetcher, or what stands before it."""

    async def get(self, url: str, *, max_bytes: int, validators: Validators = NO_VALIDATORS) -> Response:
        """As `Fetcher.get`."""


def nowhere(_response: Response) -> str | None:
    """No page sends on."""
    return None


@dataclass(frozen=True)
class Arrival:
    """The answer at the end of the way, and the way."""

    response: Response
    hops: tuple[Hop, ...] = ()


async def follow(
    fetcher: Gets,
    url: str,
    *,
    turn: Callable[[str], Awaitable[None]],
    max_bytes: int,
    validators: Validators = NO_VALIDATORS,
    sends_on: Callable[[Response], str | None] = nowhere,
) -> Arrival:
    """GET `url` and up to five redirects; `sends_on` tells where a page leads that is no redirect and does the same. `turn(url)` is
    awaited before every request: it waits for the host's pace, and raises `Reject` for a URL that must not be asked for.

    Raises besides what `Fetcher.get` and `turn` raise `Reject`: `redirect_loop`, `refresh_loop`, `too_many_redirects`,
    `bad_redirect`, `redirect_to_home`.
    """
    hops: list[Hop] = []
    while True:
        await turn(url)
        response = await fetcher.get(url, max_bytes=max_bytes, validators=validators)
        redirected = response.status in _REDIRECTS
        location = response.headers.get("location", "") if redirected else sends_on(response)
        if location is None:
            return Arrival(response, tuple(hops))
        if redirected and not location:
            raise Reject("bad_redirect", "no location")
        hops.append(Hop(url=url, status=response.status))
        url = _next(location, hops)


def _next(location: str, hops: list[Hop]) -> str:
    try:
        target = resolved(hops[-1].url, location)
    except Reject:
        raise Reject("bad_redirect", location[:300]) from None
    if any(target == hop.url for hop in hops):
        # An answer of 200 that led on was a page, whatever the others of the circle are.
        raise Reject("refresh_loop" if any(hop.status == 200 for hop in hops) else "redirect_loop", target)
    if len(hops) > MOST_HOPS:
        raise Reject("too_many_redirects", target)
    if is_home(target) and same_host(target, hops[0].url) and not is_home(hops[0].url):
        # How sites answer for an article they have removed. Another site's front page is another site.
        raise Reject("redirect_to_home", target)
    return target

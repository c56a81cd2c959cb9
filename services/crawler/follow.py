"""Redirects, hop by hop: each hop is checked and waits its turn like a request of its own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urljoin

from services.crawler.fetch import Fetcher, Response
from services.crawler.hosts import is_home
from services.crawler.validators import NO_VALIDATORS, Validators
from shared.messages import Hop
from shared.outcomes import Reject
from shared.urls import canonical_url

MOST_HOPS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True)
class Arrival:
    """The answer at the end of the way, and the way."""

    response: Response
    hops: tuple[Hop, ...] = ()


async def follow(
    fetcher: Fetcher,
    url: str,
    *,
    turn: Callable[[str], Awaitable[None]],
    max_bytes: int,
    validators: Validators = NO_VALIDATORS,
) -> Arrival:
    """GET `url` and up to five redirects. `turn(url)` is awaited before every request: it waits for the host's pace, and
    raises `Reject` for a URL that must not be asked for.

    Raises besides what `Fetcher.get` and `turn` raise `Reject`: `redirect_loop`, `too_many_redirects`, `bad_redirect`.
    """
    hops: list[Hop] = []
    while True:
        await turn(url)
        response = await fetcher.get(url, max_bytes=max_bytes, validators=validators)
        if response.status not in _REDIRECTS:
            return Arrival(response, tuple(hops))
        hops.append(Hop(url=url, status=response.status))
        url = _next(response, hops)


def _next(response: Response, hops: list[Hop]) -> str:
    location = response.headers.get("location")
    try:
        target = canonical_url(urljoin(response.url, location or ""))
    except (Reject, ValueError):
        raise Reject("bad_redirect", (location or "")[:300]) from None
    if not location:
        raise Reject("bad_redirect", "no location")
    if any(target == hop.url for hop in hops):
        raise Reject("redirect_loop", target)
    if len(hops) > MOST_HOPS:
        raise Reject("too_many_redirects", target)
    if is_home(target) and not is_home(hops[0].url):
        # How sites answer for an article they have removed.
        raise Reject("redirect_to_home", target)
    return target

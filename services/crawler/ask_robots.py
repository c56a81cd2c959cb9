"""A host's robots.txt: as it is kept, or asked for anew once a day."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urljoin

from services.crawler.follow import Gets, follow
from services.crawler.frontier import Frontier
from services.crawler.hosts import front_of
from services.crawler.pages import check_status
from services.crawler.robots import MAX_BYTES, RobotsFile, max_age, robots_text
from services.crawler.turns import Turns
from shared.outcomes import Outage, Reject, Retry
from shared.sites import Site

# Redirects that lead nowhere: the file is not to be had, which RFC 9309 treats like a 404. Sites without one send to their home page.
_NOWHERE = frozenset({"bad_redirect", "redirect_loop", "redirect_to_home", "too_many_redirects"})


async def host_robots(frontier: Frontier, fetcher: Gets, turns: Turns, site: Site) -> RobotsFile:
    """As kept, asked for anew, or as kept for up to a day while it cannot be.

    Raises `Retry` while the host cannot say (5xx, network, an answer nobody can use): all of it is forbidden meanwhile.
    """
    kept, now = await frontier.robots(turns.host), frontier.now()
    if kept is not None and kept.fresh(now):
        return kept
    try:
        file = await turns.try_often(lambda: _ask(fetcher, turns, site, now))
    except Outage:
        raise
    except (Reject, Retry) as error:
        if kept is not None and kept.usable(now):
            return kept
        if isinstance(error, Retry):
            raise
        raise Retry(error.reason, detail=error.detail) from error
    await frontier.save_robots(turns.host, file)
    return file


async def _ask(fetcher: Gets, turns: Turns, site: Site, now: datetime) -> RobotsFile:
    async def turn(_url: str) -> None:
        # No rules yet, and RFC 9309 lets robots.txt redirect to other hosts.
        await turns.take()

    try:
        arrival = await follow(fetcher, urljoin(front_of(site, turns.host), "/robots.txt"), turn=turn, max_bytes=MAX_BYTES)
    except Reject as reject:
        if reject.reason in _NOWHERE:
            return RobotsFile("", now)
        raise
    text = robots_text(arrival.response.status, arrival.response.body, cut=arrival.response.cut)
    if text is None:
        check_status(arrival, turns.run.now())
        raise Retry("bad_response", detail=f"robots.txt answers {arrival.response.status}")
    turns.run.metrics.looked(site.id, "robots", "read")
    return RobotsFile(text, now, max_age(arrival.response.headers.get("cache-control", "")))

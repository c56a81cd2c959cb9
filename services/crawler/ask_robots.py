"""A host's robots.txt: as it is kept, or asked for anew once a day."""

from __future__ import annotations

from urllib.parse import urljoin

from services.crawler.follow import Gets, follow
from services.crawler.frontier import Frontier
from services.crawler.hosts import front_of
from services.crawler.pages import check_status
from services.crawler.robots import MAX_BYTES, RobotsFile, robots_text
from services.crawler.turns import Turns
from shared.outcomes import Reject, Retry
from shared.sites import Site


async def host_robots(frontier: Frontier, fetcher: Gets, turns: Turns, site: Site) -> RobotsFile:
    """Raises `Retry` while the host cannot say (5xx, network, an answer nobody can use): all of it is forbidden meanwhile."""
    kept, now = await frontier.robots(turns.host), turns.run.now()
    if kept is not None and kept.fresh(now):
        return kept
    try:
        text = await turns.try_often(lambda: _ask(fetcher, turns, site))
    except Reject as reject:
        raise Retry(reject.reason, detail=reject.detail) from reject
    file = RobotsFile(text, now)
    await frontier.save_robots(turns.host, file)
    return file


async def _ask(fetcher: Gets, turns: Turns, site: Site) -> str:
    async def turn(_url: str) -> None:
        # No rules yet, and RFC 9309 lets robots.txt redirect to other hosts.
        await turns.take()

    arrival = await follow(fetcher, urljoin(front_of(site, turns.host), "/robots.txt"), turn=turn, max_bytes=MAX_BYTES)
    text = robots_text(arrival.response.status, arrival.response.body)
    if text is None:
        check_status(arrival, turns.run.now())
        raise Retry("bad_response", detail=f"robots.txt answers {arrival.response.status}")
    turns.run.metrics.fetched(site.id, "robots", len(arrival.response.body))
    return text

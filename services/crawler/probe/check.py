"""Is a site as its entry says: every source asked, and one article."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from services.crawler.discover.links import Kind, Link
from services.crawler.discover.read import read_links
from services.crawler.follow import Arrival
from services.crawler.known import sources
from services.crawler.pages import check_page
from services.crawler.probe.ask import Asking
from shared.outcomes import Reject, Retry
from shared.sites import Site


@dataclass(frozen=True)
class Checked:
    """One thing that was looked at, what came of it, and whether that is well."""

    what: str
    told: str
    well: bool


async def check_site(asking: Asking, site: Site) -> list[Checked]:
    """robots.txt, every source the entry names (else the home page), and the first article they give; of a host that wants long pauses
    the first source alone, which is no fault of the entry."""
    try:
        rules = await asking.read_robots()
    except (Reject, Retry) as failed:
        return [_failed("robots.txt", failed)]
    checked, articles = [], list[Link]()
    wanted = sources(site)
    for link in wanted[:1] if asking.slow else wanted:
        result, found = await _source(asking, site, link, rules.sitemaps)
        checked.append(result)
        articles += [each for each in found if each.kind is Kind.article]
    if asking.slow:
        told = f"{asking.slow}, and the crawler keeps to that; asked for 1 of {len(wanted)} sources and no article"
        return [*checked, Checked("crawl-delay", told, well=True)]
    if not articles:
        return [*checked, Checked("article", "no source gives one", well=False)]
    return [*checked, await _article(asking, articles[0].url)]


async def _source(asking: Asking, site: Site, link: Link, sitemaps: tuple[str, ...]) -> tuple[Checked, tuple[Link, ...]]:
    what = f"{link.kind.value} {link.url}"
    try:
        response = await asking.get(link.url)
        found = read_links(
            link.kind,
            response.body,
            response.url,
            home=site.home,
            robots_sitemaps=sitemaps,
            max_bytes=asking.max_bytes,
            articles=site.articles,
        )
    except (Reject, Retry) as failed:
        return _failed(what, failed), ()
    return Checked(what, ", ".join(_counted(found)) or "no links", well=bool(found)), found


async def _article(asking: Asking, url: str) -> Checked:
    try:
        check_page(Arrival(await asking.get(url)))
    except (Reject, Retry) as failed:
        return _failed(f"article {url}", failed)
    return Checked(f"article {url}", "can be read", well=True)


def _counted(links: tuple[Link, ...]) -> Iterator[str]:
    for kind in Kind:
        if count := sum(link.kind is kind for link in links):
            yield f"{count} × {kind.value}"


def _failed(what: str, failed: Reject | Retry) -> Checked:
    return Checked(what, f"{failed.reason} {failed.detail}".strip(), well=False)

"""`kabar sites list` and `kabar sites check`: what is read, and whether it can be."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from cli.run import FAILED, USAGE, fail, run
from cli.shown import console, table
from services.crawler.fetch import open_fetcher
from services.crawler.probe.ask import Asking
from services.crawler.probe.check import Checked, check_site
from services.extractor.knowledge import load_knowledge
from shared.settings import Settings, load_settings
from shared.sites import Site, load_sites

SitesPath = Annotated[Path | None, typer.Option("--sites", help="Site file or folder. Default: KABAR_SITES, else sites/.")]


def list_sites(
    as_json: Annotated[bool, typer.Option("--json", help="Every entry as one JSON object a line, all fields.")] = False,
    sites: SitesPath = None,
) -> None:
    """Every site with its region and sources."""
    run(_list(sites, as_json))


async def _list(path: Path | None, as_json: bool) -> None:
    known = load_sites(path or load_settings().sites)
    if as_json:
        sys.stdout.writelines(f"{site.model_dump_json()}\n" for site in known)
    else:
        _show(known)


def _show(known: Sequence[Site]) -> None:
    regions = load_knowledge().event.gazetteer.regions
    columns = ("site", "name", "kind", "region", "verified", "feeds", "sitemaps", "listings")
    rows = [
        (
            site.id,
            site.name,
            site.kind.value,
            regions[site.region].name if site.region and site.region in regions else "",
            "yes" if site.verified else "no",
            *(len(urls) for urls in (site.feeds, site.sitemaps, site.listings)),
        )
        for site in known
    ]
    console().print(table(f"{len(rows)} sites", columns, rows))


def check(
    ids: Annotated[list[str] | None, typer.Argument(metavar="[ID]…", help="Sites to check. Default: all.")] = None,
    live: Annotated[bool, typer.Option("--live", help="Ask each site: robots.txt, every source, one article.")] = False,
    sites: SitesPath = None,
) -> None:
    """Are the entries right: dry by themselves, or live against the sites. Exit 1 if one is not."""
    run(_check(ids or [], live, sites))


async def _check(ids: Sequence[str], live: bool, path: Path | None) -> None:
    settings, regions = load_settings(), load_knowledge().event.gazetteer.regions
    wrong = 0
    chosen = _chosen(load_sites(path or settings.sites), ids)
    for site in chosen:
        results = [_entry(site, regions), *(await _live(site, settings) if live else [])]
        wrong += not all(result.well for result in results)
        for result in results:
            console().print(f"{site.id}  {result.what}: {result.told}", markup=False, soft_wrap=True)
    if wrong:
        fail(f"{wrong} of {len(chosen)} sites are not as their entries say.", FAILED)


def _chosen(sites: Sequence[Site], ids: Sequence[str]) -> list[Site]:
    known = {site.id: site for site in sites}
    if unknown := [name for name in ids if name not in known]:
        fail(f"There is no site {unknown[0]}; kabar sites list shows those there are.", USAGE)
    return [known[name] for name in ids or known]


def _entry(site: Site, regions: Collection[str]) -> Checked:
    """What `load_sites` cannot know: whether the region exists."""
    unknown = site.region is not None and site.region not in regions
    return Checked("entry", f"there is no region {site.region}" if unknown else "right", well=not unknown)


async def _live(site: Site, settings: Settings) -> list[Checked]:
    async with asking(site.home, site.pace, settings) as polite:
        return await check_site(polite, site)


@asynccontextmanager
async def asking(home: str, pace: float, settings: Settings) -> AsyncIterator[Asking]:
    """A way to ask one site, through the crawler's guard and limits."""
    async with open_fetcher(settings) as fetcher:
        yield Asking(
            fetcher=fetcher,
            home=home,
            user_agent=settings.user_agent,
            max_bytes=settings.fetch_max_bytes,
            pace=pace,
            now=lambda: datetime.now(UTC),
            monotonic=time.monotonic,
            sleep=asyncio.sleep,
        )

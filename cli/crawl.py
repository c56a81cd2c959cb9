"""`kabar crawl`: ask the running crawler for a page, a site, or the archives of a site."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from cli.days import DAY, day
from cli.run import DATA_DIR, DataDir, run, say
from cli.shown import console, table
from cli.where import RunningSitesPath, settings_for
from deploy.local.reach import Reached, reach_running
from services.crawler.archive.span import backfill_id
from services.crawler.backfill import BackfillProgress
from services.crawler.hosts import host_key
from services.crawler.standing import read_backfill
from shared.messages import CrawlRequested
from shared.outcomes import Outage, Reject
from shared.sites import Site, load_sites
from shared.urls import canonical_url

_LOOK_AGAIN = 0.5
_PATIENCE = 60  # looks until somebody should know that nobody has taken the request

Show = Callable[[BackfillProgress], None]


def crawl(
    url: Annotated[str | None, typer.Argument(help="A page of a known site.")] = None,
    site: Annotated[str | None, typer.Option("--site", help="Id of a site.")] = None,
    since: Annotated[datetime | None, typer.Option(help="With --site: go back through its archives to this day.", **DAY)] = None,
    until: Annotated[datetime | None, typer.Option(help="With --since: leave out what is after this day.", **DAY)] = None,
    sites: RunningSitesPath = None,
    data_dir: DataDir = DATA_DIR,
) -> None:
    """Ask the running crawler for a page or a site now, or, with --since, for what lies in the site's archives.

    Going back takes as long as the site's pace wants. Ctrl-C ends the display only; the same command shows it again, and goes on with
    what was given up.
    """
    if (url is None) == (site is None):
        raise typer.BadParameter("Name either a URL or --site.")
    if since is None and until is not None:
        raise typer.BadParameter("--until is the end of what --since begins: give both.")
    if since is not None and site is None:
        raise typer.BadParameter("--since is for a whole site: name it with --site.")
    if since and until and until < since:
        raise typer.BadParameter("--until is before --since.")
    request = CrawlRequested(
        url=_canonical(url), site_id=site, since=day(since), until=day(until), requested_by="kabar crawl", requested_at=datetime.now(UTC)
    )
    run(_crawl(request, sites, data_dir))


def _canonical(url: str | None) -> str | None:
    try:
        return None if url is None else canonical_url(url)
    except Reject:
        raise typer.BadParameter(f"{url} is no web address.") from None


async def _crawl(request: CrawlRequested, sites: Path | None, data_dir: Path) -> None:
    settings = settings_for(data_dir)
    site = _asked_for(request, load_sites(sites or settings.sites))
    servers = reach_running(data_dir)
    # Loading FastStream takes a second that no other command shall wait.
    from deploy.local.ask import ask_for

    await ask_for(request, settings.model_copy(update={"kafka_servers": str(servers.kafka)}))
    if request.since is None:
        say(f"The crawler is asked for {request.url or site.id}.")
        return
    await _follow(request, request.since, site, servers, settings.mongo_database)


def _asked_for(request: CrawlRequested, sites: tuple[Site, ...]) -> Site:
    """The site of a request. Raises `BadParameter` for one the crawler would not know."""
    for site in sites:
        if site.id == request.site_id or (request.url and host_key(site.home) == host_key(request.url)):
            return site
    raise typer.BadParameter(f"There is no site {request.site_id or 'of ' + str(request.url)} in the site files.")


async def _follow(request: CrawlRequested, since: date, site: Site, servers: Reached, database: str) -> None:
    """Show how far it is until it is done."""
    name = backfill_id(site.id, since, request.until)
    say(f"Going back through the archives of {site.id} to {since}. Ctrl-C ends this display, not the work.")
    with _watched(since) as show:
        progress = await _until_done(name, servers, database, show)
    rows = [("archive pages read", progress.archives_read), ("articles found", progress.articles_found)]
    rows += [("articles published", progress.articles_published)]
    console().print(table(f"{site.id} since {_reached(progress, since) or since}", ("what", "count"), rows))
    lost = [("archive page", reason, count) for reason, count in sorted(progress.archives_refused.items())]
    lost += [("article", reason, count) for reason, count in sorted(progress.articles_refused.items())]
    if lost:
        console().print(table("\nNot used", ("what", "reason", "count"), lost))


async def _until_done(name: str, servers: Reached, database: str, show: Show) -> BackfillProgress:
    """A store that is away for a while is waited for."""
    looks = 0
    while True:
        began = time.monotonic()
        try:
            progress = await read_backfill(servers.mongo, database, name)
            show(progress)
            if progress.done:
                return progress
            looks += not progress.known
        except Outage:
            if looks == 0:
                raise
        if looks == _PATIENCE:
            say("The crawler has not taken the request yet: is it ready (kabar status), and has it the same site files?")
        # Counting a hundred thousand URLs takes the store a while: nine tenths of the time it is left alone.
        await asyncio.sleep(max(_LOOK_AGAIN, 9 * (time.monotonic() - began)))


@contextmanager
def _watched(since: date) -> Iterator[Show]:
    """A line that says how far it is, while a person watches; nothing in a pipe."""
    screen = console(stderr=True)
    if not screen.is_terminal:
        yield lambda _progress: None
        return
    with screen.status("Waiting for the crawler …") as status:
        yield lambda progress: status.update(Text(said(progress, since)))


def said(progress: BackfillProgress, since: date) -> str:
    """How far a backfill is, in one line."""
    if not progress.known:
        return "Waiting for the crawler …"
    reached = _reached(progress, since)
    archives = f"archives {progress.archives_read} pages read, {progress.archives_left} to read"
    articles = f"articles {progress.articles_found} found, {progress.articles_published} published"
    return f"{archives} · {articles}" + (f" · back to {reached}" if reached else "")


def _reached(progress: BackfillProgress, since: date) -> date | None:
    """The oldest day reached; what a page shows beyond the range was not wanted."""
    return max(progress.oldest.date(), since) if progress.oldest else None

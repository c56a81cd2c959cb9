"""`kabar sites probe`: a site nobody has described yet, and the entry that describes it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from cli.extract import packed_page, reading_pool
from cli.run import FAILED, USAGE, fail, run, say
from cli.shown import console, table
from cli.sites import asking
from services.crawler.probe.advice import advice_on
from services.crawler.probe.entry import entry_of, site_id
from services.crawler.probe.probe import Probed, Sample, probe
from services.extractor.answers import ReadingFailed
from services.extractor.gazetteer.regions import Gazetteer
from services.extractor.knowledge import load_knowledge
from services.extractor.pool import Pool
from shared.outcomes import Reject, Retry
from shared.settings import Settings, load_settings
from shared.sites import LONGEST_PACE, load_sites
from shared.urls import canonical_url

_PACE = 2.0


def probe_site(
    url: Annotated[str, typer.Argument(help="The home page of a site.")],
    pace: Annotated[float, typer.Option(help="Least seconds between two requests; a longer crawl-delay wins.")] = _PACE,
    write: Annotated[Path | None, typer.Option("--write", metavar="FILE", help="Add the entry to this site file.")] = None,
) -> None:
    """Find a site's feeds, sitemaps and listings, read three of its articles, and print an entry for sites/."""
    run(_probe(url, pace, write))


async def _probe(url: str, pace: float, write: Path | None) -> None:
    settings, found = load_settings(), None
    if not 0 <= pace <= LONGEST_PACE:  # nan is in no range
        fail(f"--pace must be a number of seconds from 0 to {LONGEST_PACE:g}.", USAGE)
    try:
        home = canonical_url(url)
        say(f"Asking {home}, one thing every {pace:g} s or slower, as its robots.txt allows …")
        async with asking(home, pace, settings) as polite:
            found = await probe(polite)
    except (Reject, Retry) as failed:
        code = USAGE if failed.reason == "bad_url" else FAILED
        fail(f"{url} cannot be probed: {f'{failed.reason} {failed.detail}'.strip()}. {advice_on(failed.reason)}", code)
    if found is not None:
        _show(found, settings)
        _give(found, write)


def _show(found: Probed, settings: Settings) -> None:
    screen, looks = console(), found.looks
    said = [("name", looks.name), ("system", looks.system), ("language", looks.language), ("charset", looks.charset)]
    rows = [(what, value or "not said") for what, value in said]
    screen.print(table(f"{found.home} after {found.requests} requests", ("what", "the site says"), rows))
    tried = [(each.link.kind.value, each.link.url, each.reason or f"{len(each.found)} links") for each in found.tried]
    screen.print(table("\nSources tried", ("kind", "address", "result"), tried))
    with reading_pool(1, settings) as pool:
        read = [(*_read(pool, sample), sample.url) for sample in found.samples]
    screen.print(table("\nWhat would be read", ("title", "published", "event", "when", "where", "article"), read))


def _read(pool: Pool, sample: Sample) -> tuple[str, str, str, str, str]:
    """What the extractor makes of an article, or why it makes nothing."""
    if sample.response is None:
        return f"({sample.reason})", "", "", "", ""
    content_type = sample.response.headers.get("content-type", "")
    try:
        article = pool.read(packed_page(sample.response.body, sample.response.url, datetime.now(UTC), content_type))
    except Reject as reject:
        return f"({reject.reason})", "", "", "", ""
    except ReadingFailed as failure:
        return f"(Kabar failed on this page; please report it: {failure})", "", "", "", ""
    published = article.published_at.value.date().isoformat() if article.published_at else ""
    event = article.event
    if event is None:
        return article.title, published, "none", "", ""
    where = next((unit.name for unit in (event.place.kabkota, event.place.provinsi) if unit), "") if event.place else ""
    return article.title, published, event.type.value, event.date.start.isoformat() if event.date and event.date.start else "", where


def _give(found: Probed, write: Path | None) -> None:
    """The entry; and what a person should know before they use it."""
    entry = entry_of(found, region_of(found.looks.name or "", load_knowledge().event.gazetteer))
    typer.echo(f"\n{entry}", nl=False)
    if all(each.reason for each in found.tried):
        say("No feed, sitemap or listing was found; name one by hand before this entry is used.")
    if write is not None:
        _add(entry, site_id(found.home), write)


def _add(entry: str, name: str, file: Path) -> None:
    """Behind what the file has; a site it has already stays as it is, for a file with an id twice cannot be read."""
    if file.exists() and name in {site.id for site in load_sites(file)}:
        fail(f"{file} has {name} already and was left alone; take its old entry out first.", FAILED)
    with file.open("a", encoding="utf-8") as out:
        out.write(f"\n{entry}")
    say(f"Added to {file}.")


def region_of(name: str, gazetteer: Gazetteer) -> str | None:
    """The region a site's name tells without doubt: "Bawaslu Kota Madiun" → "35.77"."""
    hits = [hit.codes for hit in gazetteer.find(name)]
    return hits[0][0] if len(hits) == 1 and len(hits[0]) == 1 else None

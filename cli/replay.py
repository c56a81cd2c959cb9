"""`kabar replay`: kept pages read anew by the extractor as it is now; first to see what would change, then for good."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from cli.days import DAY, day
from cli.reread import Outcome, rereading
from cli.run import DATA_DIR, FAILED, DataDir, fail, run, say
from cli.shown import console, printable, table
from deploy.local.reach import reach_documents, reach_running
from services.store.archive.archive import open_archive
from services.store.archive.index import Choice
from services.store.replay import Difference, Tally
from services.store.repository import Repository, open_repository
from shared.messages import PageFetched
from shared.outcomes import Reject
from shared.put_back import putting_pages_back
from shared.settings import Settings, SettingsError, load_settings

_SHOWN = 60  # characters of a value
_WORDS = {
    "again": "read by this extractor already",
    "changed": "would change",
    "new": "would be new",
    "rekeyed": "would be compared with others anew",
    "seen": "would stay as they are",
    "stale": "a later page is stored",
}

Send = Callable[[PageFetched], Awaitable[None]]


def replay(
    site: Annotated[str | None, typer.Option(help="Only pages of this site.")] = None,
    since: Annotated[datetime | None, typer.Option(help="Only pages fetched on this day (UTC) or later.", **DAY)] = None,
    until: Annotated[datetime | None, typer.Option(help="Only pages fetched on this day or before.", **DAY)] = None,
    article: Annotated[str | None, typer.Option(help="Only pages of this article (art_…).")] = None,
    for_good: Annotated[bool, typer.Option("--for-good", help="Put the pages that change something back on their topic.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The report as one JSON object.")] = False,
    data_dir: DataDir = DATA_DIR,
) -> None:
    """Read kept pages anew and report by field what would change in the stored articles; with --for-good, change it."""
    run(_replay(Choice(site, day(since), day(until)), article, for_good, as_json, data_dir))


async def _replay(choice: Choice, article: str | None, for_good: bool, as_json: bool, data_dir: Path) -> None:
    settings, tally, sent = load_settings(), Tally(), 0
    with open_archive(archive_folder(settings)) as archive:
        async with _reached(data_dir, settings, for_good) as (repository, send):
            chosen = choice if article is None else await _of_article(choice, article, repository)
            with rereading(archive, repository, settings) as rereader:
                async for outcome in rereader.outcomes(chosen):
                    _note(tally, outcome)
                    sent += await _put_back(outcome, send)
    _write_json(tally, sent) if as_json else _print(tally)
    if for_good:
        say(f"{sent} pages put back on their topic.")


async def _put_back(outcome: Outcome, send: Send | None) -> bool:
    """For good, and only what changes something. Killed on the way, the command finds the rest when it is run again."""
    if send is None or outcome.page is None or outcome.reread is None or not outcome.reread.news:
        return False
    try:
        await send(outcome.page)
    except Reject as too_big:
        say(f"Not put back: {too_big.detail}.")
        return False
    return True


def archive_folder(settings: Settings) -> Path:
    """Raises `SettingsError` where no pages are kept."""
    if settings.archive_dir is None:
        raise SettingsError("KABAR_ARCHIVE_DIR: name the folder in which pages are kept; see docs/settings.md.")
    return settings.archive_dir


@asynccontextmanager
async def _reached(data_dir: Path, settings: Settings, for_good: bool) -> AsyncIterator[tuple[Repository, Send | None]]:
    """The store; and for good, what puts a page back, which needs services that run."""
    if for_good:
        servers = reach_running(data_dir)
        async with open_repository(servers.mongo, settings.mongo_database) as repository, putting_pages_back(servers.kafka) as send:
            yield repository, send
    else:
        async with reach_documents(data_dir) as uri, open_repository(uri, settings.mongo_database) as repository:
            yield repository, None


async def _of_article(choice: Choice, key: str, repository: Repository) -> Choice:
    stored = await repository.article(key)
    if stored is None:
        fail(f"There is no article {key}.", FAILED)
    assert stored is not None
    return Choice(choice.site, choice.since, choice.until, stored.url)


def _note(tally: Tally, outcome: Outcome) -> None:
    if outcome.reread is not None:
        tally.note(outcome.reread)
    else:
        tally.refuse(outcome.refused, held=outcome.held)


def _write_json(tally: Tally, sent: int) -> None:
    examples = {name: [vars(one) for one in some] for name, some in sorted(tally.examples.items())}
    report: dict[str, Any] = {"articles": dict(tally.verdicts), "fields": dict(tally.fields), "examples": examples}
    report |= {"refused": dict(tally.refused), "refused_though_stored": dict(+tally.held), "put_back": sent}
    sys.stdout.buffer.write(orjson.dumps(report, option=orjson.OPT_APPEND_NEWLINE | orjson.OPT_SORT_KEYS, default=str))
    sys.stdout.buffer.flush()


def _print(tally: Tally) -> None:
    screen = console()
    verdicts = [(_WORDS.get(name, name), count) for name, count in sorted(tally.verdicts.items())]
    screen.print(table("Articles", ("what", "articles"), verdicts))
    if tally.fields:
        screen.print(table("\nWhat would change", ("field", "articles"), tally.fields.most_common()))
        rows = [_row(name, one) for name, _ in tally.fields.most_common() for one in tally.examples[name]]
        screen.print(table("\nFor example", ("field", "article", "is", "would be"), rows))
    if tally.refused:
        refused = [(reason, count, tally.held[reason]) for reason, count in tally.refused.most_common()]
        screen.print(table("\nNo article any more, or never", ("reason", "addresses", "stored"), refused))


def _row(name: str, one: Difference) -> tuple[str, ...]:
    return name, one.article, _value(one.old), _value(one.new)


def _value(value: Any) -> str:
    text = value if isinstance(value, str) else orjson.dumps(value, default=str).decode()
    return printable(text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…", "")

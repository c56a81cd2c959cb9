"""`kabar show`: an event or an article, with the words that prove what it says marked in the text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from cli.evidence import CLOSE, OPEN, Fact, facts, marked
from cli.run import DATA_DIR, FAILED, DataDir, fail, run
from cli.shown import console, table, utc
from deploy.local.reach import reach_documents
from services.store.reader import Reader, open_reader
from shared.settings import load_settings


def show(
    key: Annotated[str, typer.Argument(metavar="ID", help="Id of an event (evt_…) or an article (art_…).")], data_dir: DataDir = DATA_DIR
) -> None:
    """Print what an event or article says, and its text with the words that prove it marked."""
    run(_show(key, data_dir))


def _words(fact: Fact, body: str) -> str:
    if fact.span:
        return body[slice(*fact.span)]
    return f"({fact.source})" if fact.source else "-"


async def _now(reader: Reader, key: str) -> str:
    """The event that this one is part of by now."""
    seen: set[str] = set()
    while key not in seen and (other := await reader.replaced_by(key)):
        seen.add(key)
        console().print(f"{key} is part of {other} now.")
        key = other
    return key


async def _show(key: str, data_dir: Path) -> None:
    async with reach_documents(data_dir) as uri, open_reader(uri, load_settings().mongo_database) as reader:
        key = await _now(reader, key)
        event = await reader.event(key)
        ids = [report["id"] for report in event["articles"]] if event else [key]
        articles = [article for article in [await reader.article(one) for one in ids] if article]
    if event is None and not articles:
        fail(f"There is no event or article {key}: kabar events shows the events.", FAILED)
    if event is not None:
        _print_event(event)
    for article in articles:
        _print_article(article)


def _print_event(event: Mapping[str, Any]) -> None:
    told = {"type": event["type"], "name": event["name"], "theme": event["theme"], "topics": ", ".join(event["topics"])}
    told |= {"flags": ", ".join(event["flags"]), "sources": event["sources"], "revision": event["revision"], "updated": event["updated_at"]}
    console().print(table(event["id"], ("what", "value"), [(name, str(value)) for name, value in told.items() if value]))
    sites = {report["id"]: report["site"]["name"] for report in event["articles"]}
    said = [(one["field"], _who(one["agree"], sites), _who(one["differ"], sites)) for one in event["agreement"]]
    if said:
        console().print(table("\nWho says so", ("field", "agree", "differ"), said))


def _who(ids: Sequence[str], sites: Mapping[str, str]) -> str:
    return ", ".join(dict.fromkeys(sites.get(key, key) for key in ids)) or "-"


def _print_article(article: Mapping[str, Any]) -> None:
    mention = article["event"] or {}
    found = list(facts(mention))
    screen = console()
    gone = f"\nIts site has removed it, first seen {utc(datetime.fromisoformat(article['gone_at']))}." if article.get("gone_at") else ""
    screen.print(Text(f"\n{article['title']}\n{article['url']}{gone}\n"))
    body = Text()
    for piece, proves in marked(article["body"], (fact.span for fact in found if fact.span)):
        body.append(f"{OPEN}{piece}{CLOSE}" if proves and not screen.is_terminal else piece, style="reverse" if proves else "")
    screen.print(body)
    rows = [(fact.field, fact.value, _words(fact, article["body"])) for fact in found]
    screen.print(table("\nWhat it says, and by which words" if rows else "\nIt reports no event", ("field", "value", "words"), rows))

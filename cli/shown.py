"""What a person sees: tables, and progress where a person watches. In a pipe there is neither colour nor progress."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from rich.console import Console
from rich.table import Table
from rich.text import Text

from deploy.local.idle import Backlog, Show
from deploy.local.passes import Summary

_PIPE_WIDTH = 160


def console(*, stderr: bool = False) -> Console:
    """Rich on a terminal, plain text elsewhere, whatever the environment says of colours."""
    watched = (sys.stderr if stderr else sys.stdout).isatty()
    return Console(stderr=stderr, force_terminal=watched, no_color=not watched, width=None if watched else _PIPE_WIDTH, highlight=False)


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]], *, fold: bool = True) -> Table:
    """Numbers to the right. Text is shown as it is, never as markup; what is too long is folded, or else cut to one line a row."""
    made = Table(title=Text(title), title_justify="left", box=None, pad_edge=False)
    for number, column in enumerate(columns):
        numeric = bool(rows) and all(isinstance(row[number], int | float) for row in rows)
        made.add_column(Text(column), justify="right" if numeric else "left", overflow="fold" if fold else "ellipsis", no_wrap=not fold)
    for row in rows:
        made.add_row(*(Text(str(value)) for value in row))
    return made


def without_password(uri: str) -> str:
    """The address of a server as it may be shown: whoever goes in, and by what password, is left out."""
    return re.sub(r"//[^/]*@", "//…@", uri)


def utc(moment: datetime) -> str:
    """To the second, as 2026-11-23T04:00:00Z."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def printable(text: str, keep: str) -> str:
    """A stranger's text without what would move a terminal about, but for the characters to keep."""
    return "".join(c if c.isprintable() or c in keep else "·" for c in text)


@contextmanager
def watched() -> Iterator[Show]:
    """A line that says what is left, while a person watches; nothing in a pipe."""
    screen = console(stderr=True)
    if not screen.is_terminal:
        yield lambda _backlog: None
        return
    with screen.status("Starting …") as status:
        yield lambda backlog: status.update(Text(_said(backlog)))


def _said(backlog: Backlog) -> str:
    crawler = "done" if backlog.urls is None else f"{backlog.urls} URLs left"
    return f"crawler {crawler} · extractor {backlog.pages} pages left · store {backlog.articles} articles left"


def shown_summary(summary: Summary) -> None:
    """Print a pass: counts by stage, by reason, by site."""
    screen = console()
    screen.print(table(f"This pass, {summary.seconds} s", ("stage", "messages"), _rows(summary.stages)))
    screen.print(table("\nStored", ("documents", "count"), _rows(summary.stored)))
    dropped = [("crawler", reason, count) for reason, count in summary.refused.items()]
    dropped += [("dead letter", reason, count) for reason, count in summary.dead.items()]
    if dropped:
        screen.print(table("\nNot used", ("where", "reason", "count"), dropped))
    sites = [(name, site.published, site.articles, sum(site.refused.values())) for name, site in summary.sites.items()]
    screen.print(table("\nSites", ("site", "published", "articles", "refused"), sites))


def _rows(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return [(name.replace("_", " "), count) for name, count in counts.items()]

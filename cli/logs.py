"""`kabar logs`: the services' log lines, for people."""

from __future__ import annotations

import os
import stat
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, TextIO

import typer

from cli.logs_files import followed, merged, piped
from cli.logs_read import Line
from cli.logs_shown import shown
from cli.logs_wanted import Wanted, moment_of
from cli.run import DATA_DIR, FAILED, USAGE, DataDir, fail
from cli.shown import console
from shared.log_schema import LEVELS

_INTERRUPTED = 130
_ENDED = "*.old.jsonl"
Level = Annotated[str, typer.Option("--level", help=f"Least level: {', '.join(LEVELS)}.", metavar="LEVEL")]


def logs(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Log files; - is standard input, which is read too where it is a pipe.")
    ] = None,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on with what is written meanwhile, until Ctrl-C.")] = False,
    correlation: Annotated[
        str | None, typer.Option("--correlation", metavar="ID", help="One page or message through all services.")
    ] = None,
    level: Level = LEVELS[0],
    service: Annotated[str | None, typer.Option("--service", help="crawler, extractor or store.")] = None,
    site: Annotated[str | None, typer.Option("--site", metavar="ID", help="Id of a site.")] = None,
    url: Annotated[str | None, typer.Option("--url", help="A URL, or a part of one.")] = None,
    since: Annotated[str | None, typer.Option("--since", help="30m, 2h, 7d; a day or moment (UTC).", metavar="WHEN")] = None,
    data_dir: DataDir = DATA_DIR,
) -> None:
    """Print log lines of the services so that a person can read them: of the local stack, of files, or of a pipe."""
    wanted = Wanted(correlation, _level(level), service, site, url, _since(since))
    _until_the_end(lambda: _print(line for line in _lines(files or [], follow, data_dir) if wanted.has(line)))


def _level(level: str) -> str:
    if level not in LEVELS:
        fail(f"'{level}' is not one of {', '.join(LEVELS)}. Try kabar --help.", USAGE)
    return level


def _since(written: str | None) -> datetime | None:
    try:
        return moment_of(written, datetime.now(UTC)) if written else None
    except (ValueError, OverflowError):
        fail(f"'{written}' is no time: write 30m, 2h, 7d, a day, or a moment as 2026-11-26T04:00:00Z.", USAGE)
    return None


def _lines(files: list[Path], follow: bool, data_dir: Path) -> Iterator[Line]:
    if [str(path) for path in files] == ["-"] or (not files and _is_piped(sys.stdin)):
        return piped(sys.stdin.buffer)
    paths = files or _of_stack(data_dir)
    if not follow:
        return merged(paths)
    # A log that was put aside is not written to any more; one that is new belongs to a service just started.
    ended = [] if files else [path for path in paths if path.match(_ENDED)]
    return followed(ended, lambda: files or [path for path in _of_stack(data_dir) if not path.match(_ENDED)], time.sleep)


def _is_piped(stdin: TextIO) -> bool:
    """A pipe, or a file put there; not a terminal, nor /dev/null, as of a timer."""
    try:
        mode = os.fstat(stdin.fileno()).st_mode
    except (OSError, ValueError):
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISREG(mode) or stat.S_ISSOCK(mode)


def _of_stack(data_dir: Path) -> list[Path]:
    found = sorted((data_dir / "logs").glob("*.jsonl"))
    if not found:
        fail(f"There are no logs in {data_dir / 'logs'}: name files, pipe lines in, or name a folder with --data-dir.", FAILED)
    return found


def _print(lines: Iterable[Line]) -> None:
    """At once each, for somebody may be watching."""
    screen = console()
    for line in lines:
        if screen.is_terminal:
            screen.print(shown(line, unfold=True), soft_wrap=True)
        else:
            sys.stdout.write(f"{shown(line).plain}\n")
            sys.stdout.flush()


def _until_the_end(work: Callable[[], None]) -> None:
    """Also the one that Ctrl-C makes, or a reader who has read enough: neither is worth a word."""
    try:
        work()
    except KeyboardInterrupt:
        raise typer.Exit(_INTERRUPTED) from None
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        fail(f"{error.filename or 'The log'}: {error.strerror or error}.", FAILED)

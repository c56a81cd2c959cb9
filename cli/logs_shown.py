"""A line of a log → a line for people. Nothing in it moves a terminal about."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime

from rich.text import Text

from cli.logs_read import Line
from cli.shown import printable
from shared.log_schema import HEAD

_STYLES = {"debug": "dim", "info": "green", "warning": "yellow", "error": "bold red"}
_PLAIN = re.compile(r"[^\s\"'=]+")
_TRACE = "exception"


def shown(line: Line, *, unfold: bool = False) -> Text:
    """Time, level, service, event, and what else it says, as `name=value`; any other line as it is. With `unfold` a traceback has lines
    of its own, indented."""
    if line.fields is None:
        return Text(printable(line.text, "\t"))
    level = _word(line.fields.get("level"))
    text = Text(f"{_clock(line.moment)} ", style="not bold")
    text.append(f"{level:<7} ", style=_STYLES.get(level, "bold red"))
    text.append(f"{_word(line.service):<9} ", style="cyan")
    text.append(_word(line.fields["event"]), style="bold")
    for name, value in line.fields.items():
        if name not in HEAD and not (unfold and name == _TRACE):
            text.append(f" {_word(name)}=", style="dim")
            text.append(_value(value))
    if unfold and _TRACE in line.fields:
        text.append("".join(_unfolded(str(line.fields[_TRACE]))), style="dim")
    return text


def _clock(moment: datetime) -> str:
    """In UTC to the millisecond."""
    try:
        return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    except OverflowError:  # of the first or last day there is
        return moment.isoformat()


def _word(value: object) -> str:
    return printable(str(value), "")


def _value(value: object) -> str:
    """Bare where it is one word, else in quotes."""
    if isinstance(value, str) and not _PLAIN.fullmatch(value):
        return printable(json.dumps(value, ensure_ascii=False), "")
    return _word(value) if isinstance(value, str | int | float) else printable(json.dumps(value, ensure_ascii=False), "")


def _unfolded(trace: str) -> Iterator[str]:
    for line in trace.replace("\\u000a", "\n").splitlines():
        yield f"\n    {printable(line, '')}"

"""Bytes → lines of a log: ours with their fields, all others as they are. Pure; never raises, whatever the bytes.

A line that is no JSON (a traceback, a JVM's words) belongs to the one before it in the same stream: it has its time and its service.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson

# `crawler-1  | …`, as docker compose writes; behind it with --timestamps a moment more.
_PREFIX = re.compile(r"(?P<name>[a-z0-9][a-z0-9_.-]{0,60}?)(?:-\d{1,4})? +\| (?:\d{4}-\d\d-\d\dT\S{1,30} )?(?P<rest>.*)", re.DOTALL)
_EVER = datetime.min.replace(tzinfo=UTC)
_MOST_STREAMS = 1_000


@dataclass(frozen=True)
class Line:
    """`fields` of a line of ours, `None` for any other, which is `text`; `time` and `service` as far as they are known."""

    text: str
    fields: Mapping[str, Any] | None = None
    time: datetime | None = None
    service: str | None = None

    @property
    def moment(self) -> datetime:
        """To sort by: what has no time comes first."""
        return self.time or _EVER


@dataclass
class Reader:
    """Of one file or pipe, in which several services may speak."""

    _before: dict[str, Line] = field(default_factory=dict)

    def read(self, raw: bytes) -> Line:
        text = raw.decode("utf-8", "replace").rstrip("\r\n")
        prefix = _PREFIX.fullmatch(text)
        name, said = (prefix["name"], prefix["rest"]) if prefix else ("", text)
        before = self._before.get(name, Line(""))
        line = _ours(said, text) or Line(text, time=before.time, service=before.service or name or None)
        if len(self._before) >= _MOST_STREAMS:
            self._before.clear()
        self._before[name] = line
        return line


def _ours(said: str, text: str) -> Line | None:
    """JSON with an event at a time; MongoDB's own log is JSON too."""
    if not said.startswith("{"):
        return None
    try:
        fields = orjson.loads(said)
    except ValueError:
        return None
    moment = _moment(fields.get("time"))
    if moment is None or not isinstance(fields.get("event"), str):
        return None
    return Line(text, fields, moment, str(fields.get("service")))


def _moment(written: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(written))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

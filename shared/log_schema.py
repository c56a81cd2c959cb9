"""The one schema of log lines: which events there are, which fields each has, and what a field means. Pure.

The data is in `log_schema.toml`; the tables of docs/logs.md are made from it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

HEAD = ("time", "level", "service", "event")
"""Every line begins with these."""
CONTEXT = frozenset({"correlation_id", "site", "url"})
"""What is said of the page or message in hand, by whatever is logged meanwhile."""
LEVELS = ("debug", "info", "warning", "error")
_PYTHON: Mapping[str, tuple[type, ...]] = {"string": (str,), "integer": (int,), "number": (int, float), "boolean": (bool,)}


@dataclass(frozen=True)
class Field:
    """`type` is one of string, integer, number, boolean."""

    type: str
    nullable: bool
    about: str

    def fits(self, value: object) -> bool:
        """Is it of the type. A bool is no number, though Python thinks so."""
        if value is None:
            return self.nullable
        return isinstance(value, _PYTHON[self.type]) and isinstance(value, bool) == (self.type == "boolean")


@dataclass(frozen=True)
class Event:
    """`fields` stand in every line, `also` in some; both besides HEAD. `by` names the service, or all."""

    about: str
    by: str
    level: str
    fields: frozenset[str]
    also: frozenset[str]

    @property
    def known(self) -> frozenset[str]:
        """Whatever a line of it may say."""
        return self.fields | self.also | CONTEXT | frozenset(HEAD)


_DATA = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


def _field(kind: str, about: str) -> Field:
    return Field(kind.removesuffix(" or null"), kind.endswith(" or null"), about)


FIELDS: Mapping[str, Field] = {name: _field(*row) for name, row in _DATA["fields"].items()}
EVENTS: Mapping[str, Event] = {
    name: Event(row["about"], row["by"], row["level"], frozenset(row["fields"]), frozenset(row.get("also", ())))
    for name, row in _DATA["events"].items()
}


def complaints(line: Mapping[str, object]) -> list[str]:
    """What in a log line is not as the schema says; empty for one that is right."""
    event = EVENTS.get(str(line.get("event")))
    if event is None:
        return [f"unknown event {line.get('event')!r}"]
    missing = [f"no {name}" for name in (*HEAD, *sorted(event.fields)) if name not in line]
    unknown = [f"unknown field {name}" for name in line if name not in event.known]
    wrong = [f"{name} is {value!r}" for name, value in line.items() if name in FIELDS and not FIELDS[name].fits(value)]
    order = [] if tuple(line)[: len(HEAD)] == HEAD else [f"does not begin with {', '.join(HEAD)}"]
    level = [] if line.get("level") == event.level or "logger" in event.fields else [f"level {line.get('level')}, not {event.level}"]
    return [*missing, *unknown, *wrong, *order, *level]


def tables() -> str:
    """Markdown for docs/logs.md: events and fields."""
    return "\n".join((*_events(), "", *_fields()))


def _events() -> Iterator[str]:
    yield "| Event | Level | Service | Meaning | Fields |\n|---|---|---|---|---|"
    for name, event in sorted(EVENTS.items()):
        fields = [f"`{field}`" for field in sorted(event.fields)] + [f"`{field}`?" for field in sorted(event.also)]
        level = f"{event.level} or error" if "logger" in event.fields else event.level
        yield f"| `{name}` | {level} | {event.by} | {event.about} | {', '.join(fields) or '–'} |"


def _fields() -> Iterator[str]:
    yield "| Field | Type | Meaning |\n|---|---|---|"
    for name, field in sorted(FIELDS.items()):
        yield f"| `{name}` | {field.type}{' or null' if field.nullable else ''} | {field.about} |"

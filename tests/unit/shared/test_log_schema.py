"""Every log call of the code is held to the schema, and the schema to itself."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from shared.log_schema import CONTEXT, EVENTS, FIELDS, HEAD, LEVELS, complaints

ROOT = Path(__file__).resolve().parents[3]
METHODS = {"debug": "debug", "info": "info", "warning": "warning", "error": "error", "exception": "error", "critical": "critical"}
LINE: dict[str, Any] = {
    "time": "2026-11-26T04:00:00.123456Z", "level": "info", "service": "crawler", "event": "page_published",
    "correlation_id": "cor_1", "site": "a.example", "url": "https://a.example/", "page_id": "pag_1",
}  # fmt: skip


def log_calls(source: str) -> Iterator[ast.Call]:
    """`log.info(…)`, `self._run.log.warning(…)`: every call of a level on something named log."""
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in METHODS):
            continue
        if ast.unparse(node.func.value).split(".")[-1].lstrip("_") in ("log", "logger"):
            yield node


def faults(call: ast.Call) -> list[str]:
    """What in a log call is not as the schema says."""
    name = call.args[0] if len(call.args) == 1 else None
    if not (isinstance(name, ast.Constant) and isinstance(name.value, str) and name.value in EVENTS):
        return ["no event of the schema: one string, and nothing made of data"]
    event, given = EVENTS[name.value], {keyword.arg for keyword in call.keywords}
    if None in given:
        return ["fields that nobody can read here: **"]
    assert isinstance(call.func, ast.Attribute)
    exception = {"exception"} if call.func.attr == "exception" else set[str]()
    wrong = [] if METHODS[call.func.attr] == event.level else [f"{call.func.attr}, not {event.level}"]
    unknown = given - event.known
    missing = event.fields - CONTEXT - exception - given
    return [*wrong, *(f"unknown field {one}" for one in unknown if one), *(f"no {one}" for one in missing)]


def calls() -> list[tuple[str, ast.Call]]:
    paths = [path for room in ("services", "shared") for path in (ROOT / room).rglob("*.py")]
    found = [(f"{path.relative_to(ROOT)}:{call.lineno}", call) for path in paths for call in log_calls(path.read_text(encoding="utf-8"))]
    return sorted(found, key=lambda pair: pair[0])


@pytest.mark.parametrize(("where", "call"), calls(), ids=[where for where, _ in calls()])
def test_a_log_call_is_as_the_schema_says(where: str, call: ast.Call) -> None:
    assert faults(call) == [], where


def test_every_event_of_the_schema_is_logged_somewhere() -> None:
    logged = {call.args[0].value for _, call in calls() if isinstance(call.args[0], ast.Constant)}
    assert EVENTS.keys() - logged == {"library"}


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('log.info("ready")', []),
        ('self._run.log.info("started", http_port=1)', []),
        ('log.warning("ready")', ["warning, not info"]),
        ('log.info("on_fire")', ["no event of the schema: one string, and nothing made of data"]),
        ('log.info(f"read {url}")', ["no event of the schema: one string, and nothing made of data"]),
        ('log.info("ready", colour="red")', ["unknown field colour"]),
        ('log.info("started")', ["no http_port"]),
        ('log.info("started", **facts)', ["fields that nobody can read here: **"]),
        ('self.log.exception("visit_failed", host="h")', []),
    ],
)
def test_a_wrong_call_is_seen(source: str, found: list[str]) -> None:
    (call,) = log_calls(source)
    assert faults(call) == found


def test_the_schema_is_sorted_and_every_field_has_a_meaning() -> None:
    data = tomllib.loads((ROOT / "shared/log_schema.toml").read_text(encoding="utf-8"))
    assert list(data["fields"]) == sorted(data["fields"])
    assert list(data["events"]) == sorted(data["events"])
    used = set(HEAD) | CONTEXT | {field for event in EVENTS.values() for field in event.fields | event.also}
    assert used == FIELDS.keys()
    assert {event.level for event in EVENTS.values()} <= set(LEVELS)
    assert {field.type for field in FIELDS.values()} == {"string", "integer", "number", "boolean"}


def test_a_right_line_has_nothing_to_complain_of() -> None:
    assert complaints(LINE) == []
    assert complaints({**LINE, "event": "ready"}) == ["unknown field page_id"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"event": "forged"}, ["unknown event 'forged'"]),
        ({"event": None}, ["unknown event None"]),
        ({"level": "debug"}, ["level debug, not info"]),
        ({"colour": "red"}, ["unknown field colour"]),
        ({"page_id": 7}, ["page_id is 7"]),
        ({"url": None}, []),
        ({"correlation_id": None}, ["correlation_id is None"]),
    ],
)
def test_a_wrong_line_is_said(change: dict[str, Any], said: list[str]) -> None:
    assert complaints({**LINE, **change}) == said


def test_what_a_line_lacks_is_said_and_its_order() -> None:
    assert complaints({name: value for name, value in LINE.items() if name != "url"}) == ["no url"]
    assert complaints(dict(reversed(LINE.items()))) == ["does not begin with time, level, service, event"]


@pytest.mark.parametrize(("value", "fits"), [(1, True), (1.5, False), (True, False), ("1", False), (None, False)])
def test_a_bool_is_no_number(value: object, fits: bool) -> None:
    assert FIELDS["bytes"].fits(value) is fits

"""Dashboards and rules ask for what there is: metrics of the table, labels of a real /metrics, PromQL that answers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from deploy.monitoring.dashboards import FOLDER as WRITTEN
from deploy.monitoring.dashboards import dashboards, panels, queries, write
from shared.metric_names import METRICS
from tests.unit.deploy.monitoring.recording import FOLDER, RULES, ask
from tests.unit.deploy.monitoring.stack import everything_said

NAMES = {metric.name for metric in METRICS}
GROUPS: list[dict[str, Any]] = yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"]
RULE_EXPRESSIONS = {rule.get("alert") or rule["record"]: rule["expr"] for group in GROUPS for rule in group["rules"]}
RECORDED = {rule["record"] for group in GROUPS for rule in group["rules"] if "record" in rule}
QUERIES = {f"{panel['title']}, {legend}": expr for panel in panels() for expr, legend in queries(panel)}
EXPRESSIONS = {**RULE_EXPRESSIONS, **QUERIES}
THEIRS = {"up": set(), "ALERTS": {"alertname", "alertstate", "severity"}}
"""What Prometheus itself has, and its labels besides those of every target."""
TARGET = {"job", "instance", "service"}


def labels_said() -> dict[str, set[str]]:
    """Name of a series → its labels, as /metrics writes them."""
    said: dict[str, set[str]] = dict(THEIRS)
    for metrics in everything_said().services.values():
        assert metrics is not None
        for family in text_string_to_metric_families(generate_latest(metrics.registry).decode()):
            for sample in family.samples:
                said.setdefault(sample.name, set()).update(sample.labels)
    return said | {"kabar:lag": {"group", "topic"}, "kabar:dead:30m": {"topic", "reason"}, "kabar:looks:3h": {"site", "kind", "end"}}


LABELS = labels_said()


def names(expr: str) -> Iterator[str]:
    """The series an expression asks for."""
    bare = re.sub(r'"[^"]*"', '""', expr)
    yield from re.findall(r"\b(?:kabar[_:][a-z0-9_:]+|up(?=[{ ])|ALERTS)", bare)


def selected(expr: str) -> Iterator[tuple[str, str]]:
    """Each series of an expression, with each label that is asked of it."""
    for name, matchers in re.findall(r"\b([A-Za-z_][\w:]*)\{([^}]*)\}", expr):
        yield from ((name, label) for label in re.findall(r"(\w+)\s*(?:=~|!~|!=|=)", re.sub(r'"[^"]*"', "", matchers)))


def grouped(expr: str) -> set[str]:
    """Labels that results are kept apart or brought together by."""
    lists = re.findall(r"\b(?:by|on|without|ignoring)\s*\(([^)]*)\)", expr)
    return {label.strip() for found in lists for label in found.split(",") if label.strip()}


def test_committed_dashboards_are_those_of_the_names() -> None:
    committed = {path.name: path.read_text(encoding="utf-8") for path in WRITTEN.iterdir()}
    assert committed == dashboards(), "run `make schemas` and commit what it changes"


def test_writing_mends_what_differs(tmp_path: Path) -> None:
    (tmp_path / "gone.json").write_text("{}")
    write(tmp_path)
    assert {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()} == dashboards()


def test_every_metric_is_shown() -> None:
    shown = {panel["metric"] for panel in panels() if "metric" in panel}
    # Whether a check says no is shown, not whether it says yes.
    assert NAMES - shown == {"kabar_check"}
    assert "kabar_check" in " ".join(QUERIES.values())


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_it_asks_for_metrics_there_are(name: str) -> None:
    asked = set(names(EXPRESSIONS[name]))
    assert asked
    bare = {re.sub(r"_(bucket|count|sum)$", "", series) if series not in NAMES else series for series in asked}
    assert bare - NAMES - RECORDED - THEIRS.keys() == set()


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_it_asks_by_labels_there_are(name: str) -> None:
    expr = EXPRESSIONS[name]
    assert [(series, label) for series, label in selected(expr) if label not in LABELS[series] | TARGET] == []
    there = TARGET.union(*(LABELS[series] for series in names(expr)))
    assert grouped(expr) - there == set()


@pytest.mark.parametrize("panel", panels(), ids=lambda panel: panel["title"])
def test_a_series_is_named_by_labels_it_has(panel: dict[str, Any]) -> None:
    for expr, legend in queries(panel):
        kept = grouped(expr) if "by (" in expr else LABELS[next(names(expr))] | {"service", "site", "reason"}
        assert set(re.findall(r"\{\{(\w+)\}\}", legend)) <= kept


def test_every_query_is_promql_that_finds_something(tmp_path: Path) -> None:
    """On a quarter of an hour of real metrics."""
    found: list[tuple[int, str, dict[str, float]]] = [(15, f"absent({expr.replace('$site', '.*')})", {}) for expr in QUERIES.values()]
    assert len(found) == sum(len(list(queries(panel))) for panel in panels())
    ask(everything_said().recording, tmp_path, *found)


def test_a_query_that_finds_nothing_would_be_seen(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="FAILED"):
        ask(everything_said().recording, tmp_path, (15, 'absent(kabar_looks_total{site="another.example"})', {}))


def test_panels_lie_side_by_side_and_know_their_source() -> None:
    source = yaml.safe_load((FOLDER / "grafana/datasources/prometheus.yml").read_text(encoding="utf-8"))["datasources"][0]["uid"]
    for text in dashboards().values():
        made = json.loads(text)
        places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in made["panels"]]
        assert len(set(places)) == len(places)
        assert {target["datasource"]["uid"] for panel in made["panels"] for target in panel["targets"]} == {source}
        assert [panel["title"] for panel in made["panels"] if not panel["targets"]] == []


@pytest.mark.parametrize(
    ("expr", "series", "pairs", "by"),
    [
        ("kabar_ready == 0", ["kabar_ready"], [], set()),
        ('sum by (site) (kabar_x{site=~"a, kind=b", end!="c"})', ["kabar_x"], [("kabar_x", "site"), ("kabar_x", "end")], {"site"}),
        ('up{job="kabar_y"} unless on (a, b) kabar:z', ["up", "kabar:z"], [("up", "job")], {"a", "b"}),
    ],
)
def test_how_expressions_are_read(expr: str, series: list[str], pairs: list[tuple[str, str]], by: set[str]) -> None:
    assert (list(names(expr)), list(selected(expr)), grouped(expr)) == (series, pairs, by)

"""Grafana's dashboards, made from the names of the metrics and `panels.toml`: `make schemas` writes them."""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from shared.metric_names import METRICS, Kind, Metric

FOLDER = Path(__file__).parent / "grafana" / "json"
_PANELS = Path(__file__).with_name("panels.toml")
_NAMED: Mapping[str, Metric] = {metric.name: metric for metric in METRICS}
_USUAL = {Kind.counter: "rate", Kind.gauge: "most", Kind.histogram: "spread"}
_SHARES = {"0.5": "half", "0.9": "nine in ten", "0.99": "99 in 100"}
_SOURCE = {"type": "prometheus", "uid": "kabar-prometheus"}
_WIDTH, _HEIGHT, _COLUMNS = 12, 8, 24

Panel = Mapping[str, Any]


def dashboards() -> dict[str, str]:
    """File name → JSON, the same bytes for the same names."""
    return {f"{made['name']}.json": _dump(_dashboard(made)) for made in _read()}


def queries(panel: Panel) -> Iterator[tuple[str, str]]:
    """PromQL of a panel, and how Grafana names each series of it. Raises `KeyError` for a metric there is not."""
    if "expr" in panel:
        yield panel["expr"].strip(), panel["legend"]
        return
    metric = _NAMED[panel["metric"]]
    show, kept = panel.get("show", _USUAL[metric.kind]), ", ".join(panel.get("by", ()))
    chosen = f"{{{panel['where']}}}" if "where" in panel else ""
    legend = " ".join(f"{{{{{label}}}}}" for label in panel.get("by", ()))
    for share, words in _SHARES.items() if show == "spread" else [("", "")]:
        yield _QUERY[show](metric.name + chosen, kept, share), f"{legend} {words}".strip() or panel["title"]


def _rate(series: str, kept: str, _share: str) -> str:
    return f"sum by ({kept}) (rate({series}[5m]))"


def _grown(series: str, kept: str, _share: str) -> str:
    """`increase` takes the first value of a new series for nothing."""
    return f"sum by ({kept}) (({series} unless {series} offset 1h) or increase({series}[1h]))"


def _most(series: str, kept: str, _share: str) -> str:
    return f"max by ({kept}) ({series})"


def _all(series: str, kept: str, _share: str) -> str:
    return f"sum by ({kept}) ({series})"


def _since(series: str, kept: str, _share: str) -> str:
    return f"time() - max by ({kept}) ({series})"


def _spread(series: str, kept: str, share: str) -> str:
    name, brace, chosen = series.partition("{")
    return f"histogram_quantile({share}, sum by ({', '.join(filter(None, ('le', kept)))}) (rate({name}_bucket{brace}{chosen}[1h])))"


_QUERY = {"rate": _rate, "grown": _grown, "most": _most, "all": _all, "since": _since, "spread": _spread}


def panels() -> list[Panel]:
    """Of all dashboards."""
    return [panel for made in _read() for panel in made["panel"]]


def _read() -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = tomllib.loads(_PANELS.read_text(encoding="utf-8"))["dashboard"]
    return made


def _dashboard(made: Panel) -> dict[str, Any]:
    return {
        "uid": made["name"],
        "title": made["title"],
        "tags": ["kabar"],
        "schemaVersion": 39,
        "editable": False,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "templating": {"list": [_choice(made)] if "choose" in made else []},
        "panels": [_panel(number, panel) for number, panel in enumerate(made["panel"])],
    }


def _choice(made: Panel) -> dict[str, Any]:
    query = f"label_values({_NAMED[made['choose']].name}, {made['label']})"
    shape = {"type": "query", "name": made["label"], "query": {"query": query, "refId": "choice"}, "refresh": 2, "sort": 1}
    return {
        **shape,
        "datasource": _SOURCE,
        "multi": True,
        "includeAll": True,
        "allValue": ".*",
        "current": {"text": "All", "value": "$__all"},
    }


def _panel(number: int, panel: Panel) -> dict[str, Any]:
    metric = _NAMED.get(panel.get("metric", ""))
    view = panel.get("view", "timeseries")
    asked = [
        {"refId": chr(ord("A") + place), "datasource": _SOURCE, "expr": expr, "legendFormat": legend, "instant": view != "timeseries"}
        | ({"format": "table"} if view == "table" else {})
        for place, (expr, legend) in enumerate(queries(panel))
    ]
    place = {"x": number * _WIDTH % _COLUMNS, "y": number * _WIDTH // _COLUMNS * _HEIGHT, "w": _WIDTH, "h": _HEIGHT}
    looks = {"defaults": {"unit": _unit(panel, metric), "custom": {"axisSoftMin": 0} if view == "timeseries" else {}}, "overrides": []}
    return {
        "id": number + 1,
        "type": view,
        "title": panel["title"],
        "description": metric.text if metric else "",
        "datasource": _SOURCE,
        "gridPos": place,
        "fieldConfig": looks,
        "targets": asked,
    }


def _unit(panel: Panel, metric: Metric | None) -> str:
    """By what the name says it is."""
    name, show = (metric.name, panel.get("show", _USUAL[metric.kind])) if metric else ("", "")
    if "_bytes" in name:
        return "Bps" if show == "rate" else "bytes"
    if "_seconds" in name:
        return "s"
    return "cps" if show == "rate" else "short"


def _dump(made: dict[str, Any]) -> str:
    return json.dumps(made, indent=1, ensure_ascii=False) + "\n"


def write(folder: Path) -> None:
    """Every dashboard; those that are none any more are removed."""
    folder.mkdir(parents=True, exist_ok=True)
    made = dashboards()
    for stale in {path.name for path in folder.glob("*.json")} - made.keys():
        (folder / stale).unlink()
    for name, text in made.items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)

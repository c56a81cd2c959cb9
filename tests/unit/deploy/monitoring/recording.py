"""Minutes of a stack of real `Metrics`, recorded as Prometheus would, and what promtool makes of them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml
from prometheus_client import Metric

from tests.unit.deploy.monitoring.promtool import promtool

FOLDER = Path(__file__).resolve().parents[4] / "deploy" / "monitoring"
RULES, CONFIG = FOLDER / "alerts.yml", FOLDER / "prometheus.yml"
FIRING = 'group by (alertname) (ALERTS{alertstate="firing"})'


class Recording:
    """One value a minute of every series."""

    def __init__(self) -> None:
        self.minutes = 0
        self._series: dict[str, list[str]] = {}

    def scrape(self, targets: Mapping[str, Iterable[Metric] | None]) -> None:
        """Job → what it says now; `None` for one that does not answer. What is not said any more ends, as in Prometheus."""
        now = {}
        for job, said in targets.items():
            target = {"job": job, "instance": f"{job}:8080"}
            now[_named("up", target)] = str(int(said is not None))
            now |= {_named(name, labels | target): value for name, labels, value in _samples(said or ())}
        for name in self._series.keys() | now.keys():
            values = self._series.setdefault(name, ["_"] * self.minutes)
            values.append(now.get(name) or ("stale" if values and values[-1] not in ("_", "stale") else "_"))
        self.minutes += 1

    def series(self) -> list[dict[str, str]]:
        """As promtool reads them; a value that stays is written once, with how often it comes again."""
        return [{"series": name, "values": " ".join(_short(values))} for name, values in sorted(self._series.items())]


def ask(recording: Recording, folder: Path, *expected: tuple[int, str, Mapping[str, float]]) -> None:
    """Fails unless at each of these minutes the expression gives exactly these series, by their labels as written in PromQL."""
    tests = [
        {
            "expr": expr,
            "eval_time": f"{minute}m",
            "exp_samples": [{"labels": labels, "value": value} for labels, value in sorted(given.items())],
        }
        for minute, expr, given in expected
    ]
    run_test(folder, {"input_series": recording.series(), "promql_expr_test": tests})


def fires(*alerts: str) -> dict[str, float]:
    """What `FIRING` gives when it is these."""
    return {f'{{alertname="{alert}"}}': 1.0 for alert in alerts}


def run_test(folder: Path, test: dict[str, Any]) -> None:
    """One unit test of promtool's, on our rules."""
    file = folder / "test.yml"
    whole = {"rule_files": [str(RULES)], "evaluation_interval": "1m", "tests": [{"interval": "1m", **test}]}
    file.write_text(yaml.safe_dump(whole, width=10_000_000), encoding="utf-8")
    promtool("test", "rules", file)


def _samples(said: Iterable[Metric]) -> Iterator[tuple[str, dict[str, str], str]]:
    for family in said:
        for sample in family.samples:
            # promtool cannot write down what is no number; no rule of ours fires on it or on nothing.
            if not sample.name.endswith("_created") and not math.isnan(sample.value):
                yield sample.name, sample.labels, f"{sample.value:.17g}"


def _named(name: str, labels: Mapping[str, str]) -> str:
    written = ",".join(f'{label}="{value}"' for label, value in sorted(labels.items()))
    return f"{name}{{{written}}}"


def _short(values: Sequence[str]) -> Iterator[str]:
    for value, run in groupby(values):
        times = len(list(run))
        yield from [value] * times if value == "stale" or times == 1 else [f"{value}x{times if value == '_' else times - 1}"]

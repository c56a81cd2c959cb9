"""What a service's metrics say."""

from __future__ import annotations

from shared.telemetry import Metrics


def samples(metrics: Metrics, name: str, *labels: str) -> dict[tuple[str, ...], float]:
    """The values of one metric, by these of its labels; the sum, where others differ."""
    values: dict[tuple[str, ...], float] = {}
    for family in metrics.registry.collect():
        for sample in family.samples:
            if sample.name == name:
                key = tuple(sample.labels[label] for label in labels)
                values[key] = values.get(key, 0.0) + sample.value
    return values


def total(metrics: Metrics, name: str) -> float:
    """Of all its values."""
    return sum(samples(metrics, name).values())

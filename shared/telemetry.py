"""What operators see: JSON log lines, and every metric.

A log line is one JSON object: time, level, service, event, and where known correlation_id, site, url and more (`log_schema.py`).
Values come from strangers' pages, so control and bidirectional characters are escaped and long values cut:
no value can forge a line or repaint a terminal.
"""

from __future__ import annotations

import logging
import math
import re
import sys
import unicodedata
from collections.abc import Callable, Iterable, Mapping, MutableMapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, TextIO

import orjson
import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from shared.metric_names import METRICS, Kind, Metric

Logger = structlog.stdlib.BoundLogger
_LONGEST = 2_000
_UNSAFE = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,99}")
_MOST_NAMES = (200, 5_000)
"""Values of a label: of any, of `site`."""


class Metrics:
    """Every metric of one process (`shared/metric_names.py`). Labels are names of ours (service, topic, reason, site id), never page data:
    what is no name, or one too many, counts as `other`."""

    def __init__(self, service: str) -> None:
        self.registry = CollectorRegistry()
        self.service = service
        self._made = {metric.name: _made(metric, self.registry) for metric in METRICS}
        self._labels = {metric.name: metric.labels for metric in METRICS}
        self._names: dict[str, set[str]] = {label: set() for metric in METRICS for label in metric.labels}

    def reads(self, topic: str) -> None:
        """It is read from now on: nothing yet is 0, so that the first to come is seen as one more."""
        for end in ("received", "delivered", "returned", "repeated"):
            self._of(f"kabar_messages_{end}_total", topic).inc(0)

    def received(self, topic: str, messages: int = 1) -> None:
        self._of("kabar_messages_received_total", topic).inc(messages)

    def delivered(self, topic: str, seconds: float) -> None:
        self._of("kabar_messages_delivered_total", topic).inc()
        self._of("kabar_handle_seconds", topic).observe(seconds)

    def returned(self, topic: str, messages: int) -> None:
        self._of("kabar_messages_returned_total", topic).inc(messages)

    def repeated(self, topic: str) -> None:
        self._of("kabar_messages_repeated_total", topic).inc()

    def published(self, topic: str) -> None:
        self._of("kabar_messages_published_total", topic).inc()

    def retried(self, topic: str, reason: str) -> None:
        self._of("kabar_messages_retried_total", topic, reason).inc()

    def dead(self, topic: str, reason: str) -> None:
        self._of("kabar_messages_dead_total", topic, reason).inc()

    def lags(self, lags: Iterable[tuple[str, str, int]]) -> None:
        """Group, topic, messages: those known now, and no others."""
        self._made["kabar_lag_messages"].clear()
        for group, topic, messages in lags:
            self._of("kabar_lag_messages", group, topic).set(messages)

    def requested(self, site: str, outcome: str, size: int) -> None:
        self._of("kabar_requests_total", site, outcome).inc()
        self._of("kabar_request_bytes_total", site).inc(size)

    def looked(self, site: str, kind: str, end: str) -> None:
        self._of("kabar_looks_total", site, kind, end).inc()

    def links_dropped(self, site: str, reason: str, number: int) -> None:
        self._of("kabar_links_dropped_total", site, reason).inc(number)

    def site_seen(self, site: str, at: datetime) -> None:
        self._of("kabar_site_seen_timestamp_seconds", site).set(at.timestamp())

    def pending(self, urls: int) -> None:
        self._of("kabar_crawl_pending").set(urls)

    def hosts(self, longest_wait: float, **states: int) -> None:
        """How many hosts are `in_hand`, `resting` and `waiting`; how many seconds the last have waited at most."""
        self._of("kabar_crawl_longest_wait_seconds").set(longest_wait)
        for state, hosts in states.items():
            self._of("kabar_crawl_hosts", state).set(hosts)

    def host_rests(self, reason: str) -> None:
        self._of("kabar_host_rests_total", reason).inc()

    def worker_killed(self, reason: str, workers: int = 1) -> None:
        self._of("kabar_workers_killed_total", reason).inc(workers)

    def article(self, verdict: str) -> None:
        self._of("kabar_articles_total", verdict).inc()

    def saved(self, collection: str, change: str) -> None:
        self._of("kabar_documents_saved_total", collection, change).inc()

    def age(self, leg: str, seconds: float) -> None:
        self._of("kabar_age_seconds", leg).observe(seconds)

    def age_left_out(self, leg: str, reason: str) -> None:
        self._of("kabar_age_left_out_total", leg, reason).inc()

    def ready(self, checks: Mapping[str, bool]) -> None:
        """What each check of readiness says; without any the service is not ready."""
        self._of("kabar_ready").set(bool(checks) and all(checks.values()))
        self._made["kabar_check"].clear()
        for check, well in checks.items():
            self._of("kabar_check", check).set(well)

    def waiting(self, reason: str | None) -> None:
        """Why the service cannot start, if it cannot."""
        self._made["kabar_waiting"].clear()
        if reason is not None:
            self._of("kabar_waiting", reason).set(1)

    def started(self, at: datetime) -> None:
        self._of("kabar_started_timestamp_seconds").set(at.timestamp())

    def disk(self, name: str, room: tuple[int, int] | None) -> None:
        """Bytes free and in all; `None` while nobody can say."""
        for metric, size in zip(("kabar_disk_free_bytes", "kabar_disk_size_bytes"), room or (), strict=False):
            self._of(metric, name).set(size)
        if room is None:
            self._made["kabar_disk_free_bytes"].clear()
            self._made["kabar_disk_size_bytes"].clear()

    def ask(self, name: str, reading: Callable[[], float]) -> None:
        """Let this gauge be read whenever somebody asks; what cannot be read is NaN."""

        def read() -> float:
            try:
                return reading()
            except (OSError, ValueError, LookupError):
                return math.nan

        self._of(name).set_function(read)

    def _of(self, name: str, *values: str) -> Any:
        bounded = (self._name(label, value) for label, value in zip(self._labels[name], values, strict=True))
        return self._made[name].labels(self.service, *bounded)

    def _name(self, label: str, value: str) -> str:
        """A worker that a page has taken over could make up reasons for ever."""
        known = self._names[label]
        if value not in known:
            if len(known) >= _MOST_NAMES[label == "site"] or not _NAME.fullmatch(value):
                return "other"
            known.add(value)
        return value


def _made(metric: Metric, registry: CollectorRegistry) -> Counter | Gauge | Histogram:
    labels = ["service", *metric.labels]
    match metric.kind:
        case Kind.counter:
            return Counter(metric.name, metric.text, labels, registry=registry)
        case Kind.gauge:
            return Gauge(metric.name, metric.text, labels, registry=registry)
        case Kind.histogram:
            return Histogram(metric.name, metric.text, labels, buckets=metric.buckets, registry=registry)


def log_safe(value: object) -> object:
    """The value with nothing in it that could break a line, forge a field or repaint a terminal; at most 2,000 characters."""
    if value is None or isinstance(value, float) or (isinstance(value, int) and abs(value) < 2**63):
        return value
    text = str(value)
    cut = text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
    if cut.isascii() and cut.isprintable():
        return cut
    return "".join(c if unicodedata.category(c) not in _UNSAFE else f"\\u{ord(c):04x}" for c in cut)


def about(correlation_id: str, site: str | None = None, url: str | None = None) -> AbstractContextManager[None]:
    """Whatever this task, and what it starts, logs within the block says which page or message it is about."""
    known = {"correlation_id": correlation_id, "site": site, "url": url}
    return structlog.contextvars.bound_contextvars(**{name: value for name, value in known.items() if value is not None})


def now_about(correlation_id: str) -> None:
    """From here to the end of the `about` around it, the lines say this one: an answer has become a page, with an id of its own."""
    structlog.contextvars.bind_contextvars(correlation_id=correlation_id)


def start_logging(service: str, level: str, stream: TextIO = sys.stderr) -> Logger:
    """Send every log line of this process, libraries' included, to `stream` as JSON. Returns the service's logger."""
    formatter = structlog.stdlib.ProcessorFormatter(
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _ordered(service), _render],
        foreign_pre_chain=[
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
            _library,
            structlog.processors.format_exc_info,
        ],
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("kabar").setLevel(level.upper())
    # aiokafka reports every failed attempt as an error of its own; what matters of it arrives as an Outage.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
            structlog.processors.format_exc_info,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    log: Logger = structlog.stdlib.get_logger(f"kabar.{service}")
    return log


def _library(_logger: object, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """What a library says is no name of an event: it stands under one of ours."""
    record: logging.LogRecord = line["_record"]
    level = "error" if record.levelno >= logging.ERROR else "warning"
    told = {"event": "library", "level": level, "logger": record.name, "message": line["event"]}
    return {**line, **told, **({"exc_info": record.exc_info} if record.exc_info else {})}


def _ordered(service: str) -> structlog.typing.Processor:
    def order(_logger: object, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        head = {"time": line.pop("time", None), "level": line.pop("level", None), "service": service, "event": line.pop("event", "")}
        return {str(log_safe(key)): log_safe(value) for key, value in {**head, **line}.items()}

    return order


def _render(_logger: object, _method: str, line: MutableMapping[str, Any]) -> str:
    return orjson.dumps(dict(line)).decode()

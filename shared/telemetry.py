"""What operators see: JSON log lines, and the name of every metric.

A log line is one JSON object: time, level, service, event, and where known correlation_id, site, url and more (`log_schema.py`).
Values come from strangers' pages, so control and bidirectional characters are escaped and long values cut:
no value can forge a line or repaint a terminal.
"""

from __future__ import annotations

import logging
import sys
import unicodedata
from collections.abc import MutableMapping
from contextlib import AbstractContextManager
from typing import Any, TextIO

import orjson
import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

Logger = structlog.stdlib.BoundLogger
_LONGEST = 2_000
_UNSAFE = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


class Metrics:
    """Every metric of one process. Labels are names of ours (service, topic, reason, site id), never page data."""

    def __init__(self, service: str) -> None:
        self.registry = CollectorRegistry()
        self.service = service
        self._received = self._counter("kabar_messages_received_total", "Messages taken from a topic.", "topic")
        self._delivered = self._counter("kabar_messages_delivered_total", "Messages whose outputs are acknowledged.", "topic")
        self._published = self._counter("kabar_messages_published_total", "Messages acknowledged by a topic.", "topic")
        self._retried = self._counter("kabar_messages_retried_total", "Tries that failed and are repeated.", "topic", "reason")
        self._dead = self._counter("kabar_messages_dead_total", "Messages sent to the dead-letter topic.", "topic", "reason")
        self._fetched = self._counter("kabar_requests_total", "HTTP requests by outcome: a status class or a reason.", "site", "outcome")
        self._fetched_bytes = self._counter("kabar_request_bytes_total", "Bytes of body received.", "site")
        self._links_dropped = self._counter("kabar_links_dropped_total", "Links of sources left out, by reason.", "site", "reason")
        self._handled = self._histogram("kabar_handle_seconds", "Time of one message in its handler, tries included.", "topic")
        self._workers_killed = self._counter("kabar_workers_killed_total", "Extraction workers ended before their page.", "reason")
        self._saved = self._counter("kabar_documents_saved_total", "Documents written, by what changed.", "collection", "change")
        self._ready = Gauge("kabar_ready", "1 while the service can do its work.", ["service"], registry=self.registry)
        self._pending = Gauge("kabar_crawl_pending", "URLs the crawler has still to ask for now.", ["service"], registry=self.registry)

    def received(self, topic: str) -> None:
        self._received.labels(self.service, topic).inc()

    def delivered(self, topic: str, seconds: float) -> None:
        self._delivered.labels(self.service, topic).inc()
        self._handled.labels(self.service, topic).observe(seconds)

    def published(self, topic: str) -> None:
        self._published.labels(self.service, topic).inc()

    def retried(self, topic: str, reason: str) -> None:
        self._retried.labels(self.service, topic, reason).inc()

    def dead(self, topic: str, reason: str) -> None:
        self._dead.labels(self.service, topic, reason).inc()

    def fetched(self, site: str, outcome: str, size: int = 0) -> None:
        self._fetched.labels(self.service, site, outcome).inc()
        self._fetched_bytes.labels(self.service, site).inc(size)

    def links_dropped(self, site: str, reason: str, number: int) -> None:
        self._links_dropped.labels(self.service, site, reason).inc(number)

    def worker_killed(self, reason: str) -> None:
        self._workers_killed.labels(self.service, reason).inc()

    def saved(self, collection: str, change: str) -> None:
        self._saved.labels(self.service, collection, change).inc()

    def ready(self, yes: bool) -> None:
        self._ready.labels(self.service).set(int(yes))

    def pending(self, urls: int) -> None:
        self._pending.labels(self.service).set(urls)

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(name, text, ["service", *labels], registry=self.registry)

    def _histogram(self, name: str, text: str, *labels: str) -> Histogram:
        return Histogram(name, text, ["service", *labels], registry=self.registry)


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

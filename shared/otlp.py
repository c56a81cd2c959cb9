"""Journeys → an OpenTelemetry collector, by OTLP over HTTP: the one door to OpenTelemetry, opened only where an endpoint is set.

The library's own settings count (`OTEL_…`): endpoint, headers, timeout, sampler, size of the queue. Spans wait in a bounded queue for a
thread of their own; what finds it full is dropped. Nothing here waits for the network but `close`, and that not for long.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_NAMESPACE, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.id_generator import IdGenerator
from opentelemetry.sdk.trace.sampling import Decision
from opentelemetry.trace import Link, NonRecordingSpan, SpanContext, SpanKind, StatusCode, TraceFlags, set_span_in_context

from shared.traceparent import Parent
from shared.tracing import Journey, Span

_SAY_AGAIN_SECONDS = 3_600.0
_LAST_SECONDS = 3.0
"""For what is in the queue when the service ends."""


class _Ids(IdGenerator):
    """Ours are chosen before the library is asked."""

    trace_id = 1
    span_id = 1

    def generate_trace_id(self) -> int:
        return self.trace_id

    def generate_span_id(self) -> int:
        return self.span_id


class _Seldom(logging.Filter):
    """A collector that is away is worth a line an hour, not one for every batch."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._monotonic, self._said = monotonic, -_SAY_AGAIN_SECONDS

    def filter(self, record: logging.LogRecord) -> bool:
        if self._monotonic() - self._said < _SAY_AGAIN_SECONDS:
            return False
        self._said = self._monotonic()
        return True


class Otlp:
    """The export of one service; called by one thread."""

    def __init__(self, service: str, environ: Mapping[str, str]) -> None:
        """Raises `ValueError` for settings that the library does not take."""
        # What it says in passing of every try tells an operator nothing; that a batch is lost, it says as an error.
        logging.getLogger("opentelemetry").setLevel(logging.ERROR)
        logging.getLogger(OTLPSpanExporter.__module__).addFilter(_Seldom())
        name = environ.get("OTEL_SERVICE_NAME") or service
        self._ids = _Ids()
        self._provider = TracerProvider(
            resource=Resource.create({SERVICE_NAMESPACE: "kabar", SERVICE_NAME: name}), id_generator=self._ids, shutdown_on_exit=False
        )
        self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        self._tracer = self._provider.get_tracer("kabar")

    def sampled(self, trace_id: int, name: str) -> bool:
        return self._provider.sampler.should_sample(None, trace_id, name).decision is Decision.RECORD_AND_SAMPLE

    def send(self, journey: Journey) -> None:
        """Into the queue."""
        self._ids.trace_id = journey.trace_id
        for span in journey.spans:
            within = Parent(journey.trace_id, span.parent, True) if span.parent else journey.parent
            self._record(span, _context(within), _links(journey) if span.parent is None else [])

    def _record(self, span: Span, context: Context, links: list[Link]) -> None:
        self._ids.span_id = span.id
        kind = SpanKind[span.kind.upper()]
        made = self._tracer.start_span(span.name, context, kind, span.attributes, links, start_time=span.began)
        if span.failed:
            made.set_status(StatusCode.ERROR, span.failed)
        made.end(max(span.ended, span.began))

    def close(self) -> None:
        """Send what is left; what is not sent soon is lost."""
        ending = threading.Thread(target=self._provider.shutdown, daemon=True)
        ending.start()
        ending.join(_LAST_SECONDS)


def _context(parent: Parent | None) -> Context:
    """An empty one for the first span of a trace."""
    return set_span_in_context(NonRecordingSpan(_span_context(parent)), Context()) if parent else Context()


def _links(journey: Journey) -> list[Link]:
    return [Link(_span_context(journey.sent_from))] if journey.sent_from and not journey.parent else []


def _span_context(parent: Parent) -> SpanContext:
    flags = TraceFlags(TraceFlags.SAMPLED if parent.sampled else TraceFlags.DEFAULT)
    return SpanContext(parent.trace_id, parent.span_id, is_remote=True, trace_flags=flags)

"""A collector of traces on loopback: takes OTLP over HTTP and keeps the spans it is sent."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status


@dataclass(frozen=True)
class Received:
    """A span as it came over the wire; ids are hexadecimal, `parent` empty for the first of a trace, `seconds` from begin to end."""

    service: str
    name: str
    kind: str
    trace: str
    id: str
    parent: str
    links: tuple[str, ...]
    failed: str | None
    attributes: dict[str, object]
    seconds: float


@dataclass
class Collector:
    """`spans` so far; `answers` with that status; `came` tells when there is something new."""

    port: int = 0
    status: int = 200
    spans: list[Received] = field(default_factory=list)
    came: threading.Condition = field(default_factory=threading.Condition)

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def take(self, raw: bytes) -> None:
        request = ExportTraceServiceRequest.FromString(raw)
        found = [
            _received(str(_attributes(of.resource.attributes)["service.name"]), span)
            for of in request.resource_spans
            for scope in of.scope_spans
            for span in scope.spans
        ]
        with self.came:
            self.spans += found
            self.came.notify_all()


@contextmanager
def collecting() -> Iterator[Collector]:
    """A collector that answers while the block lasts."""
    made = Collector()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.path == "/v1/traces" and made.status == 200:
                made.take(body)
            self.send_response(made.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 — the library's name
            """Quiet: `spans` is the record."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _received(service: str, span: Span) -> Received:
    return Received(
        service,
        span.name,
        Span.SpanKind.Name(span.kind).removeprefix("SPAN_KIND_").lower(),
        span.trace_id.hex(),
        span.span_id.hex(),
        span.parent_span_id.hex(),
        tuple(link.trace_id.hex() for link in span.links),
        span.status.message if span.status.code == Status.STATUS_CODE_ERROR else None,
        _attributes(span.attributes),
        (span.end_time_unix_nano - span.start_time_unix_nano) / 1e9,
    )


def _attributes(pairs: Iterable[KeyValue]) -> dict[str, object]:
    return {pair.key: getattr(pair.value, str(pair.value.WhichOneof("value"))) for pair in pairs}

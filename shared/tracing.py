"""Traces: what was done with one page, in which service, for how long. One trace a page, from the crawler to the event.

Off, which is usual, a span is the look-up of a variable; `otlp.py`, the one door to OpenTelemetry, is imported only where an endpoint
is set.

What is done in one go over a page or message is a journey. Its spans are kept until it ends, for only then its correlation id is sure:
an asking for a URL becomes a page on the way. The trace id follows from it, so logs and traces of one page have the same digits.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Protocol

from shared.outcomes import Reject, Retry, reason_of
from shared.telemetry import Logger, log_safe, now_about
from shared.traceparent import Parent, parent_of, trace_id_of

Value = str | int | float | bool
_MOST_SPANS = 200
"""Of one journey: further pages and repeats are bounded, but nobody need rely on that."""


@dataclass
class Span:
    """Something that takes time, from `began` to `ended` in nanoseconds since 1970; `failed` is the reason it came to nothing."""

    name: str
    kind: str
    id: int
    began: int
    parent: int | None = None
    ended: int = 0
    failed: str | None = None
    attributes: dict[str, Value] = field(default_factory=dict)
    lapped: int = 0

    def tell(self, attributes: Mapping[str, object]) -> None:
        """More of it. Values may be a stranger's: cut and escaped as in the logs."""
        safe = {name: log_safe(value) for name, value in attributes.items() if value is not None}
        self.attributes |= {name: value if isinstance(value, int | float) else str(value) for name, value in safe.items()}

    def fail(self, reason: str, detail: str = "") -> None:
        self.failed = str(log_safe(f"{reason}: {detail}" if detail else reason))
        self.attributes["kabar.reason"] = reason


class Export(Protocol):
    """Where journeys go; neither call waits for anything."""

    def sampled(self, trace_id: int, name: str) -> bool:
        """Is this one of the traces that are kept."""

    def send(self, journey: Journey) -> None:
        """Have it sent, some time."""


@dataclass
class Journey:
    """The spans of one page or message in one service, the first of them around all others. `correlation_id` says what it is now."""

    export: Export
    now: Callable[[], int]
    new_id: Callable[[], int]
    correlation_id: str
    sent_from: Parent | None
    """As its headers say, whether that is the same trace or not."""
    spans: list[Span] = field(default_factory=list)

    @property
    def trace_id(self) -> int:
        return trace_id_of(self.correlation_id)

    @property
    def parent(self) -> Parent | None:
        """What it goes on from: a span of the same trace. Another trace's, which only a stranger sends, is linked to."""
        return self.sent_from if self.sent_from and self.sent_from.trace_id == self.trace_id else None

    @property
    def sampled(self) -> bool:
        """As the service before has decided, or by the settings."""
        return self.parent.sampled if self.parent else self.export.sampled(self.trace_id, self.spans[0].name)

    def begin(self, name: str, kind: str, within: int | None) -> Span:
        began = self.now()
        span = Span(name, kind, self.new_id(), began, within, lapped=began)
        if len(self.spans) < _MOST_SPANS:
            self.spans.append(span)
        return span


@dataclass(frozen=True)
class _Here:
    """Where a task is."""

    journey: Journey
    span: Span


_HERE: ContextVar[_Here | None] = ContextVar("kabar_trace", default=None)
_NOWHERE = nullcontext()


class Traces:
    """A service's; without an `export` nothing is recorded."""

    def __init__(
        self,
        export: Export | None = None,
        log: Logger | None = None,
        now: Callable[[], int] = time.time_ns,
        new_id: Callable[[], int] = lambda: random.getrandbits(64) or 1,
    ) -> None:
        self._export, self._log, self._now, self._new_id = export, log, now, new_id

    def journey(self, name: str, kind: str, correlation_id: str, sent_from: str | None = None) -> AbstractContextManager[None]:
        """Record what is done within the block. `sent_from` is a `traceparent` as it came."""
        if self._export is None:
            return _NOWHERE
        return self._journey(Journey(self._export, self._now, self._new_id, correlation_id, parent_of(sent_from)), name, kind)

    @contextmanager
    def _journey(self, journey: Journey, name: str, kind: str) -> Iterator[None]:
        here = _Here(journey, journey.begin(name, kind, None))
        token = _HERE.set(here)
        try:
            yield
        finally:
            _HERE.reset(token)
            here.span.ended = journey.now()
            here.span.tell({"kabar.correlation_id": journey.correlation_id})
            self._send(journey)

    def _send(self, journey: Journey) -> None:
        """No trace is worth a page."""
        try:
            if journey.sampled:
                journey.export.send(journey)
        except Exception:
            if self._log is not None:
                self._log.exception("trace_failed", correlation_id=journey.correlation_id)


NO_TRACES = Traces()


def span(name: str, kind: str = "internal") -> AbstractContextManager[None]:
    """Record the time of the block, and the reason if it raises; nothing where no journey is under way."""
    here = _HERE.get()
    return _NOWHERE if here is None else _span(here, name, kind)


@contextmanager
def _span(here: _Here, name: str, kind: str) -> Iterator[None]:
    made = here.journey.begin(name, kind, here.span.id)
    token = _HERE.set(_Here(here.journey, made))
    try:
        yield
    except Exception as error:
        made.fail(reason_of(error), error.detail if isinstance(error, Reject | Retry) else type(error).__name__)
        raise
    finally:
        _HERE.reset(token)
        made.ended = here.journey.now()


def tell(**attributes: object) -> None:
    """Something of the span under way; a name's `__` is written as a dot."""
    here = _HERE.get()
    if here is not None:
        here.span.tell({name.replace("__", "."): value for name, value in attributes.items()})


def fail(reason: str, detail: str = "") -> None:
    """The span under way came to nothing, for this reason."""
    here = _HERE.get()
    if here is not None:
        here.span.fail(reason, detail)


def lap(name: str) -> None:
    """The seconds since the last lap, or the begin of the span under way, went to `name`."""
    here = _HERE.get()
    if here is not None:
        span, now = here.span, here.journey.now()
        span.attributes[name] = round(float(span.attributes.get(name, 0.0)) + (now - span.lapped) / 1e9, 6)
        span.lapped = now


def renamed(correlation_id: str) -> None:
    """What is logged from here on is about this one; the journey under way has been from its beginning."""
    now_about(correlation_id)
    here = _HERE.get()
    if here is not None:
        here.journey.correlation_id = correlation_id


def traceparent() -> str | None:
    """What the headers of a message say of the span under way (W3C Trace Context), if one is."""
    here = _HERE.get()
    if here is None:
        return None
    return str(Parent(here.journey.trace_id, here.span.id, here.journey.sampled))

"""What more than one file of these tests needs."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pytest
import structlog


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """Where the log lines go; the process's own logging is as before afterwards."""
    root, exporter = logging.getLogger(), logging.getLogger("opentelemetry.exporter.otlp.proto.http.trace_exporter")
    handlers, level = root.handlers[:], root.level
    yield io.StringIO()
    exporter.filters.clear()
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()

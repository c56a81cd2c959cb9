"""Whether a service records traces, by the environment; the library is imported only if it does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from shared.telemetry import Logger
from shared.tracing import NO_TRACES, Traces

_ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
_PROTOCOLS = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")


def asks_for_traces(environ: Mapping[str, str]) -> bool:
    """Is an endpoint set, and neither OpenTelemetry nor its traces turned off."""
    off = environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true" or environ.get("OTEL_TRACES_EXPORTER", "").strip() not in (
        "",
        "otlp",
    )
    return any(environ.get(name) for name in _ENDPOINTS) and not off


@contextmanager
def open_traces(service: str, environ: Mapping[str, str], log: Logger) -> Iterator[Traces]:
    """The traces of a service while it runs. What cannot be set up is said in the log, and no service stops for it."""
    if not asks_for_traces(environ):
        yield NO_TRACES
        return
    try:
        from shared.otlp import Otlp

        export = Otlp(service, _checked(environ))
    except Exception as error:
        log.warning("traces_off", reason="otel_setting", detail=f"{type(error).__name__}: {error}")
        yield NO_TRACES
        return
    log.info("traces_on")
    try:
        yield Traces(export, log)
    finally:
        export.close()


def _checked(environ: Mapping[str, str]) -> Mapping[str, str]:
    """Raises `ValueError` for a protocol that we do not speak."""
    protocol = next((environ[name] for name in _PROTOCOLS if environ.get(name)), "http/protobuf")
    if protocol != "http/protobuf":
        raise ValueError(f"the protocol is http/protobuf, not {protocol}")
    return environ

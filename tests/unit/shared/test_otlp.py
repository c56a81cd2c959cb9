"""What goes over the wire to a collector, and what happens when there is none."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from deploy.local.ports import free_port
from shared.log_schema import complaints
from shared.open_traces import open_traces
from shared.otlp import _Seldom
from shared.outcomes import Reject
from shared.telemetry import start_logging
from shared.tracing import NO_TRACES, Traces, fail, span, tell
from tests.unit.shared.collector import Collector, collecting

COR = "cor_ac5e0c3be6f3d54a6f9d"
DIGITS = f"{'0' * 12}ac5e0c3be6f3d54a6f9d"


@pytest.fixture
def collector() -> Iterator[Collector]:
    with collecting() as made:
        yield made


def at(collector: Collector) -> dict[str, str]:
    return {"EXPORTER_OTLP_ENDPOINT": collector.endpoint}


@contextmanager
def traced(monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, **settings: str) -> Iterator[Traces]:
    """The traces of a store with these settings of OpenTelemetry."""
    for name, value in settings.items():
        monkeypatch.setenv(f"OTEL_{name}", value)
    environ = {f"OTEL_{name}": value for name, value in settings.items()}
    with open_traces("store", environ, start_logging("store", "info", stream)) as traces:
        yield traces


def test_a_journey_as_a_collector_gets_it(monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, collector: Collector) -> None:
    goes_on = f"00-{DIGITS}-00000000000000ff-01"
    with traced(monkeypatch, stream, **at(collector)) as traces, traces.journey("receive", "consumer", COR, goes_on):
        tell(kabar__site="a.example", url__full="https://a.example/\x1b[2J" + "x" * 3_000, kabar__partition=3, kabar__cut=False)
        with pytest.raises(Reject), span("save"):
            raise Reject("unstorable_document", "a\nb")
    receive, save = collector.spans
    assert (receive.service, receive.name, receive.kind) == ("store", "receive", "consumer")
    assert (receive.trace, receive.parent) == (DIGITS, f"{255:016x}")
    assert (save.name, save.trace, save.parent, save.failed) == ("save", DIGITS, receive.id, "unstorable_document: a\\u000ab")
    assert receive.failed is None
    assert {name: receive.attributes[name] for name in ("kabar.site", "kabar.partition", "kabar.cut", "kabar.correlation_id")} == {
        "kabar.site": "a.example",
        "kabar.partition": 3,
        "kabar.cut": False,
        "kabar.correlation_id": COR,
    }
    assert str(receive.attributes["url.full"]).startswith("https://a.example/\\u001b[2Jxxx")
    assert len(str(receive.attributes["url.full"])) == 2_006  # 2,000 and `…`, one of them written in six


def test_a_strangers_trace_is_linked_to(monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, collector: Collector) -> None:
    strangers = f"00-{'ab' * 16}-00000000000000ff-01"
    with traced(monkeypatch, stream, **at(collector)) as traces, traces.journey("receive", "consumer", COR, strangers):
        pass
    assert [(one.trace, one.parent, one.links) for one in collector.spans] == [(DIGITS, "", ("ab" * 16,))]


@pytest.mark.parametrize(("rate", "number"), [("1", 64), ("0", 0), ("0.5", 32)])
def test_a_share_of_the_traces_can_be_kept(
    monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, collector: Collector, rate: str, number: int
) -> None:
    settings = {**at(collector), "TRACES_SAMPLER": "parentbased_traceidratio", "TRACES_SAMPLER_ARG": rate}
    with traced(monkeypatch, stream, **settings) as traces:
        for page in range(64):
            with traces.journey("receive", "consumer", f"cor_0000{page * 4:02x}{'0' * 14}"), span("save"):
                pass
    assert len(collector.spans) == 2 * number


def test_the_service_may_be_named_otherwise(monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, collector: Collector) -> None:
    settings = {**at(collector), "SERVICE_NAME": "kabar-store"}
    with traced(monkeypatch, stream, **settings) as traces, traces.journey("receive", "consumer", COR):
        fail("never")
    assert [(one.service, one.failed) for one in collector.spans] == [("kabar-store", "never")]


@pytest.mark.parametrize("status", [0, 503, 400])
def test_a_dead_collector_holds_nothing_up(monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, collector: Collector, status: int) -> None:
    """Thousands of spans more than the queue holds, to nobody; and the end waits no longer than it may."""
    monkeypatch.setattr("shared.otlp._LAST_SECONDS", 0.1)
    collector.status = status
    endpoint = collector.endpoint if status else f"http://127.0.0.1:{free_port()}"
    with traced(monkeypatch, stream, EXPORTER_OTLP_ENDPOINT=endpoint, BSP_MAX_QUEUE_SIZE="100", BSP_MAX_EXPORT_BATCH_SIZE="50") as traces:
        for _ in range(1_000):
            with traces.journey("receive", "consumer", COR), span("save"):
                pass
    assert collector.spans == []
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert {line["event"] for line in lines} <= {"library", "traces_on"}
    assert [complaints(line) for line in lines if complaints(line)] == []
    assert [line["event"] for line in lines].count("library") <= 1


@pytest.mark.parametrize("settings", [{"EXPORTER_OTLP_PROTOCOL": "grpc"}, {"BSP_MAX_QUEUE_SIZE": "0"}])
def test_what_cannot_be_set_up_is_said_and_done_without(
    monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, settings: dict[str, str]
) -> None:
    with traced(monkeypatch, stream, EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:9", **settings) as traces:
        assert traces is NO_TRACES
    (line,) = (json.loads(line) for line in stream.getvalue().splitlines())
    assert (line["event"], complaints(line)) == ("traces_off", [])


def test_a_collector_that_is_away_is_said_now_and_then() -> None:
    clock = [100.0]
    seldom, record = _Seldom(lambda: clock[0]), logging.LogRecord("x", logging.ERROR, "x", 1, "away", None, None)
    said = []
    for clock[0] in (100.0, 101.0, 3_699.0, 3_700.0, 3_701.0):
        said.append(seldom.filter(record))
    assert said == [True, False, False, True, False]

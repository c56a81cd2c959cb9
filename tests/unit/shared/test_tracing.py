"""What is recorded of a journey, and that nothing is where nobody asks for it."""

from __future__ import annotations

import asyncio
import io
import json
import subprocess
import sys
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.outcomes import Outage, Reject
from shared.telemetry import start_logging
from shared.traceparent import Parent, parent_of, trace_id_of
from shared.tracing import NO_TRACES, Journey, Span, Traces, fail, lap, renamed, span, tell, traceparent

ROOT = Path(__file__).resolve().parents[3]
COR = "cor_ac5e0c3be6f3d54a6f9d"
DIGITS = f"{'0' * 12}ac5e0c3be6f3d54a6f9d"
OTHER = "cor_00000000000000000007"


@dataclass
class Kept:
    """Journeys in memory."""

    journeys: list[Journey] = field(default_factory=list)
    wants: bool = True

    def sampled(self, trace_id: int, name: str) -> bool:
        return self.wants

    def send(self, journey: Journey) -> None:
        self.journeys.append(journey)

    @property
    def spans(self) -> list[Span]:
        return [span for journey in self.journeys for span in journey.spans]


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.fixture
def traces(kept: Kept) -> Traces:
    """A clock that ticks once a second whenever it is looked at, and spans numbered from one."""
    ticks, ids = count(0, 1_000_000_000), count(1)
    return Traces(kept, now=lambda: next(ticks), new_id=lambda: next(ids))


def test_spans_lie_within_one_another(kept: Kept, traces: Traces) -> None:
    with traces.journey("receive", "consumer", COR):
        with span("save"):
            tell(kabar__article="art_1")
        with span("settle"), span("announce"):
            pass
        with span("publish", "producer"):
            pass
    assert [(one.name, one.kind, one.id, one.parent) for one in kept.spans] == [
        ("receive", "consumer", 1, None),
        ("save", "internal", 2, 1),
        ("settle", "internal", 3, 1),
        ("announce", "internal", 4, 3),
        ("publish", "producer", 5, 1),
    ]
    assert kept.spans[0].attributes == {"kabar.correlation_id": COR}
    assert kept.spans[1].attributes == {"kabar.article": "art_1"}
    assert all(one.ended > one.began for one in kept.spans)
    assert f"{kept.journeys[0].trace_id:032x}" == DIGITS


def test_what_raises_has_failed_and_goes_on_raising(kept: Kept, traces: Traces) -> None:
    with traces.journey("receive", "consumer", COR):
        with pytest.raises(Reject), span("extract"):
            raise Reject("not_article", "judul\n\x1b[2J" + "x" * 3_000)
        with pytest.raises(Outage), span("publish"):
            raise Outage("kafka_away")
        with pytest.raises(ZeroDivisionError), span("defect"):
            print(1 / 0)
    receive, extract, publish, defect = kept.spans
    assert receive.failed is None
    assert extract.failed is not None
    assert extract.failed.startswith("not_article: judul\\u000a\\u001b[2Jxxx")
    assert len(extract.failed) < 2_050
    assert (publish.failed, defect.failed) == ("kafka_away", "unexpected_error: ZeroDivisionError")
    assert extract.attributes["kabar.reason"] == "not_article"


def test_a_journey_says_by_itself_that_it_came_to_nothing(kept: Kept, traces: Traces) -> None:
    with pytest.raises(KeyboardInterrupt), traces.journey("crawl", "internal", COR):
        with span("fetch"):
            pass
        fail("http_404", "404")
        raise KeyboardInterrupt
    assert [one.failed for one in kept.spans] == ["http_404: 404", None]


def test_a_page_takes_its_asking_along(kept: Kept, traces: Traces) -> None:
    with traces.journey("crawl", "internal", OTHER):
        before = traceparent()
        with span("fetch"):
            pass
        renamed(COR)
        with span("publish"):
            assert traceparent() == f"00-{DIGITS}-0000000000000003-01"
    assert before == f"00-{'0' * 31}7-0000000000000001-01"
    assert f"{kept.journeys[0].trace_id:032x}" == DIGITS
    assert kept.spans[0].attributes["kabar.correlation_id"] == COR


def test_the_next_service_goes_on_from_the_header(kept: Kept, traces: Traces) -> None:
    with traces.journey("receive", "consumer", COR, f"00-{DIGITS}-00000000000000ff-01"):
        assert kept.journeys == []
    assert kept.journeys[0].parent == Parent(trace_id_of(COR), 255, True)


def test_another_trace_is_not_gone_on_with(kept: Kept, traces: Traces) -> None:
    with traces.journey("receive", "consumer", COR, f"00-{'ab' * 16}-00000000000000ff-00"):
        pass
    (journey,) = kept.journeys
    assert (journey.parent, journey.sent_from) == (None, Parent(int("ab" * 16, 16), 255, False))


@pytest.mark.parametrize(("flags", "wants", "number"), [("00", True, 0), ("01", False, 1), (None, False, 0), (None, True, 1)])
def test_who_decides_what_is_kept(kept: Kept, traces: Traces, flags: str | None, wants: bool, number: int) -> None:
    """The service before, where there is one; else the settings."""
    kept.wants = wants
    with traces.journey("receive", "consumer", COR, flags and f"00-{DIGITS}-00000000000000ff-{flags}"):
        sent = traceparent()
    assert len(kept.journeys) == number
    assert sent is not None
    assert sent.endswith(f"-0{number}")


def test_laps_add_up(kept: Kept, traces: Traces) -> None:
    with traces.journey("receive", "consumer", COR), span("extract"):
        for _ in range(2):
            lap("kabar.queue_seconds")
            lap("kabar.worker_seconds")
    assert kept.spans[1].attributes == {"kabar.queue_seconds": 2.0, "kabar.worker_seconds": 2.0}


async def test_pages_side_by_side_do_not_mix(kept: Kept, traces: Traces) -> None:
    both = asyncio.Barrier(2)

    async def one(correlation_id: str) -> None:
        with traces.journey("receive", "consumer", correlation_id), span("extract"):
            await both.wait()
            await asyncio.to_thread(tell, who=correlation_id)
            await both.wait()

    await asyncio.gather(one(COR), one(OTHER))
    assert {(journey.correlation_id, journey.spans[1].attributes["who"]) for journey in kept.journeys} == {(COR, COR), (OTHER, OTHER)}


def test_a_journey_has_an_end(kept: Kept, traces: Traces) -> None:
    with traces.journey("crawl", "internal", COR):
        for _ in range(1_000):
            with span("fetch"):
                pass
    assert len(kept.spans) == 200


def test_no_trace_is_worth_a_page(stream: io.StringIO) -> None:
    class Broken(Kept):
        def send(self, journey: Journey) -> None:
            raise RuntimeError("full")

    with Traces(Broken(), start_logging("store", "info", stream)).journey("receive", "consumer", COR):
        done = True
    line = json.loads(stream.getvalue())
    assert (done, line["event"], line["correlation_id"]) == (True, "trace_failed", COR)


def test_where_nobody_asks_nothing_is_recorded() -> None:
    with NO_TRACES.journey("receive", "consumer", COR), span("save"):
        tell(kabar__article="art_1")
        fail("never")
        lap("x")
        renamed(COR)
        assert traceparent() is None


SERVICES = "import services.crawler.app, services.extractor.app, services.store.app, shared.open_traces as opened, os, sys\n"
OPENED = "with opened.open_traces('store', os.environ, None if sys.argv[1] == 'off' else __import__('structlog').get_logger()): pass\n"
# FastStream looks whether `opentelemetry.semconv` is there: an empty file.
LOADED = (
    "looked_for = {'opentelemetry', 'opentelemetry.semconv'}\n"
    "print(sorted(name for name in set(sys.modules) - looked_for if name.split('.')[0] in ('opentelemetry', 'google', 'requests'))[:1])\n"
)


@pytest.mark.parametrize(
    ("environ", "loaded"),
    [
        ({}, "[]"),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": ""}, "[]"),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9", "OTEL_SDK_DISABLED": "true"}, "[]"),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9", "OTEL_TRACES_EXPORTER": "none"}, "[]"),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9"}, "['google']"),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://127.0.0.1:9/v1/traces"}, "['google']"),
    ],
)
def test_opentelemetry_is_imported_only_where_an_endpoint_is_set(environ: dict[str, str], loaded: str) -> None:
    command = [sys.executable, "-c", SERVICES + OPENED + LOADED, "off" if loaded == "[]" else "on"]
    env = {"PYTHONPATH": str(ROOT), **environ}
    ended = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=False)
    assert (ended.stdout.splitlines()[-1:], ended.stderr) == ([loaded], "")


@pytest.mark.parametrize(
    ("header", "parent"),
    [
        (f"00-{DIGITS}-00000000000000ff-01", Parent(trace_id_of(COR), 255, True)),
        (f"00-{DIGITS}-00000000000000ff-02", Parent(trace_id_of(COR), 255, False)),
        (None, None),
        ("", None),
        (f"00-{'0' * 32}-00000000000000ff-01", None),
        (f"00-{DIGITS}-{'0' * 16}-01", None),
        (f"01-{DIGITS}-00000000000000ff-01", None),
        (f"00-{DIGITS.upper()}-00000000000000ff-01", None),
        (f"00-{DIGITS}-00000000000000ff-01\n", None),
        (f"00-{DIGITS}-00000000000000ff-01-more", None),
    ],
)
def test_a_header_is_right_or_none(header: str | None, parent: Parent | None) -> None:
    assert parent_of(header) == parent


@given(st.text())
def test_any_header_is_read_and_any_correlation_id_names_a_trace(text: str) -> None:
    parent_of(text)
    assert 0 < trace_id_of(text) < 2**128


@given(st.builds(Parent, st.integers(1, 2**128 - 1), st.integers(1, 2**64 - 1), st.booleans()))
def test_what_is_written_is_read_again(parent: Parent) -> None:
    assert parent_of(str(parent)) == parent


def test_a_correlation_id_of_zeros_is_no_trace_of_zeros() -> None:
    assert trace_id_of(f"cor_{'0' * 20}") > 0
    assert trace_id_of("cor_1") != trace_id_of("cor_2")

from __future__ import annotations

import asyncio
import io
import json
import logging
import math
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import generate_latest

from shared.log_schema import complaints
from shared.telemetry import Logger, Metrics, about, log_safe, now_about, start_logging
from tests.unit.shared.samples import samples

FORGED = '{"time":"2026-01-01","level":"error","service":"store","event":"forged"}'
ATTACKS = [
    f"judul\n{FORGED}",
    f"judul\r\n{FORGED}",
    f"judul\u2028{FORGED}",
    f"judul\x85{FORGED}",
    "\x1b[2J\x1b[31mmerah",
    "\x9b31m",
    "\u202egpj.exe",
    "\u2066tersembunyi\u2069",
    "\u200bnol",
    "\ufeffbom",
    "\x00nul",
    "\ud800",
    "\U000e0041tag",
    '","level":"error',
    "x" * 10_000,
]


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    assert stream.getvalue().endswith("\n")
    return [json.loads(line) for line in stream.getvalue().removesuffix("\n").split("\n")]


def logger(stream: io.StringIO, level: str = "info") -> Logger:
    return start_logging("crawler", level, stream)


def harmless(text: str) -> bool:
    return not any(unicodedata.category(c) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"} for c in text)


def test_a_line_begins_with_time_level_service_event(stream: io.StringIO) -> None:
    logger(stream).warning("page_fetched", correlation_id="cor_1", site="a.example", url="https://a.example/", bytes=12)
    (line,) = lines(stream)
    assert list(line) == ["time", "level", "service", "event", "correlation_id", "site", "url", "bytes"]
    assert line | {"time": ""} == {
        "time": "", "level": "warning", "service": "crawler", "event": "page_fetched",
        "correlation_id": "cor_1", "site": "a.example", "url": "https://a.example/", "bytes": 12,
    }  # fmt: skip
    assert line["time"].endswith("Z")


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_value_cannot_forge_a_line_or_paint_a_terminal(stream: io.StringIO, attack: str) -> None:
    log = logger(stream)
    log.info("page", title=attack, **{attack: 1})
    logging.getLogger("uvicorn").error("refused %s", attack)
    assert [(line["event"], line.get("message", "")[:7]) for line in lines(stream)] == [("page", ""), ("library", "refused")]
    assert {line["level"] for line in lines(stream)} == {"info", "error"}
    assert harmless(stream.getvalue().replace("\n", ""))


def test_the_loggers_own_fields_are_not_a_pages_to_set(stream: io.StringIO) -> None:
    logger(stream).info("page", level="critical", time="never")
    (line,) = lines(stream)
    assert line["level"] == "info"
    assert line["time"] != "never"


def test_libraries_are_heard_from_warning_on_and_we_from_the_level_set(stream: io.StringIO) -> None:
    log = logger(stream, "warning")
    log.info("quiet")
    log.warning("loud")
    logging.getLogger("some.library").info("quiet")
    logging.getLogger("some.library").warning("loud too")
    assert [line.get("message", line["event"]) for line in lines(stream)] == ["loud", "loud too"]


def test_an_exception_is_one_line(stream: io.StringIO) -> None:
    log = logger(stream)
    try:
        raise ValueError(f"oh\n{FORGED}")
    except ValueError:
        log.exception("failed")
        logging.getLogger("some.library").exception("failed too")
    ours, theirs = lines(stream)
    assert "ValueError" in ours["exception"]
    assert "ValueError" in theirs["exception"]
    assert (theirs["event"], theirs["logger"], theirs["message"]) == ("library", "some.library", "failed too")


@pytest.mark.parametrize("level", [logging.WARNING, logging.ERROR, logging.CRITICAL])
def test_a_librarys_line_is_one_of_the_schema(stream: io.StringIO, level: int) -> None:
    logger(stream)
    logging.getLogger("some.library").log(level, "oh %s", "no", exc_info=ValueError("x"))
    (line,) = lines(stream)
    assert complaints(line) == []


def test_what_is_logged_meanwhile_says_which_page_it_is_about(stream: io.StringIO) -> None:
    log = logger(stream)
    with about("cor_asked", "a.example", "https://a.example/"):
        log.info("one")
        now_about("cor_page")
        log.info("two", url="https://a.example/2")
        with about("cor_other"):
            log.info("three")
    log.info("four")
    assert [(line.get("correlation_id"), line.get("site"), line.get("url")) for line in lines(stream)] == [
        ("cor_asked", "a.example", "https://a.example/"),
        ("cor_page", "a.example", "https://a.example/2"),
        ("cor_other", "a.example", "https://a.example/"),
        (None, None, None),
    ]


async def test_two_pages_at_once_are_told_apart(stream: io.StringIO) -> None:
    log, both = logger(stream), asyncio.Barrier(2)

    async def work(name: str) -> None:
        with about(name):
            await both.wait()
            await asyncio.to_thread(log.info, name)
            await both.wait()

    await asyncio.gather(work("one"), work("two"))
    assert {(line["correlation_id"], line["event"]) for line in lines(stream)} == {("one", "one"), ("two", "two")}


@pytest.mark.parametrize("value", [0, -1, 2**70, -(2**64), 1.5, math.nan, math.inf, True, None, b"\xff", {"a": "\n"}, [1], object()])
def test_any_value_is_a_line(stream: io.StringIO, value: object) -> None:
    logger(stream).info("value", value=value)
    assert len(lines(stream)) == 1


@pytest.mark.parametrize(
    ("value", "safe"),
    [
        ("Bawaslu “Kota” Madiun — é", "Bawaslu “Kota” Madiun — é"),
        ("a\nb", "a\\u000ab"),
        ("\x1b[31m", "\\u001b[31m"),
        ("\u202e", "\\u202e"),
        ("x" * 2_001, "x" * 2_000 + "…"),
        (7, 7),
        (False, False),
        (None, None),
        (2**63, "9223372036854775808"),
    ],
)
def test_safe_form(value: object, safe: object) -> None:
    assert log_safe(value) == safe


@given(st.text(st.characters()))
def test_safe_text_is_harmless_and_stays_so(text: str) -> None:
    safe = log_safe(text)
    assert isinstance(safe, str)
    assert harmless(safe)
    assert log_safe(safe) == safe


def test_every_metric_is_named_kabar_and_carries_its_service() -> None:
    metrics = Metrics("store")
    metrics.received("t")
    metrics.delivered("t", 0.2)
    metrics.published("t")
    metrics.retried("t", "slow_host")
    metrics.dead("t", "bad_json")
    metrics.requested("a.example", "2xx", 512)
    metrics.worker_killed("timeout")
    metrics.saved("articles", "created")
    metrics.ready({"kafka": True})
    metrics.pending(3)
    text = generate_latest(metrics.registry).decode()
    samples = [line for line in text.splitlines() if not line.startswith("#")]
    assert [line for line in samples if not line.startswith("kabar_") or 'service="store"' not in line] == []
    assert 'kabar_request_bytes_total{service="store",site="a.example"} 512.0' in samples
    assert 'kabar_messages_dead_total{reason="bad_json",service="store",topic="t"} 1.0' in samples
    assert 'kabar_ready{service="store"} 1.0' in samples
    assert 'kabar_crawl_pending{service="store"} 3.0' in samples


@pytest.mark.parametrize("name", ["", "Situs", "a b", 'x"} 1\nforged{', "x" * 101, "\u202ea", "bawaslu contoh"])
def test_what_is_no_name_of_ours_is_no_label(name: str) -> None:
    metrics = Metrics("store")
    metrics.dead("kabar.page.fetched", name)
    assert samples(metrics, "kabar_messages_dead_total", "topic", "reason") == {("kabar.page.fetched", "other"): 1}


def test_made_up_names_come_to_an_end() -> None:
    metrics = Metrics("extractor")
    for number in range(1_000):
        metrics.dead("kabar.page.fetched", f"reason_{number}")
    reasons = samples(metrics, "kabar_messages_dead_total", "reason")
    assert len(reasons) == 201
    assert reasons["other",] == 800
    assert sum(reasons.values()) == 1_000


def test_the_checks_there_were_do_not_stay() -> None:
    metrics = Metrics("store")
    metrics.ready({"kafka": True, "store": False})
    assert samples(metrics, "kabar_check", "check") == {("kafka",): 1, ("store",): 0}
    assert samples(metrics, "kabar_ready") == {(): 0}
    metrics.waiting("store_away")
    metrics.ready({})
    assert (samples(metrics, "kabar_check", "check"), samples(metrics, "kabar_ready")) == ({}, {(): 0})
    assert samples(metrics, "kabar_waiting", "reason") == {("store_away",): 1}
    metrics.waiting(None)
    assert samples(metrics, "kabar_waiting", "reason") == {}


def test_what_cannot_be_read_is_no_number() -> None:
    metrics = Metrics("store")
    metrics.ask("kabar_memory_resident_bytes", lambda: 7.0)
    metrics.ask("kabar_memory_limit_bytes", lambda: float("max"))
    assert samples(metrics, "kabar_memory_resident_bytes") == {(): 7}
    assert math.isnan(samples(metrics, "kabar_memory_limit_bytes")[()])


def test_two_services_of_one_process_do_not_share_metrics() -> None:
    one, other = Metrics("crawler"), Metrics("store")
    one.received("t")
    assert b"kabar_messages_received_total{" not in generate_latest(other.registry)

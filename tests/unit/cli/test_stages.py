from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import generate_latest

from cli.stages import Counted, Look, counted, rates
from shared.telemetry import Metrics
from shared.topics import ARTICLE_EXTRACTED, ARTICLE_GONE, DEAD, EVENT_CHANGED

OF_THE_CRAWLER = """
# HELP kabar_requests_total HTTP requests.
# TYPE kabar_requests_total counter
kabar_requests_total{outcome="2xx",service="crawler",site="a.example"} 5.0
kabar_requests_total{outcome="4xx",service="crawler",site="b.example"} 2.0
# TYPE kabar_looks_total counter
kabar_looks_total{end="published",kind="article",service="crawler",site="a.example"} 1.0
kabar_looks_total{end="unchanged",kind="feed",service="crawler",site="a.example"} 1.0
kabar_looks_total{end="read",kind="robots",service="crawler",site="a.example"} 2.0
kabar_looks_total{end="http_403",kind="feed",service="crawler",site="b.example"} 2.0
kabar_looks_total{end="dns_failed",kind="robots",service="crawler",site="c.example"} 1.0
kabar_looks_total{end="dns_failed",kind="robots",service="crawler",site="d.example"} 3.0
# TYPE kabar_messages_published_total counter
kabar_messages_published_total{service="crawler",topic="kabar.page.fetched"} 1.0
kabar_messages_published_total{service="crawler",topic="kabar.dead"} 1.0
"""


def page(metrics: Metrics) -> str:
    return generate_latest(metrics.registry).decode()


def test_the_crawler_takes_requests_and_gives_pages() -> None:
    assert counted("crawler", OF_THE_CRAWLER) == Counted(7, 1, {"dns_failed": 4, "http_403": 2})


def test_the_others_take_and_give_messages_of_their_topics() -> None:
    metrics = Metrics("store")
    for topic in (ARTICLE_EXTRACTED, ARTICLE_GONE, DEAD):
        metrics.received(topic.name)
        metrics.dead(topic.name, "invalid_json")
    metrics.published(EVENT_CHANGED.name)
    metrics.delivered(ARTICLE_EXTRACTED.name, 0.1)
    assert counted("store", page(metrics)) == Counted(2, 1, {"invalid_json": 2})
    assert counted("extractor", page(metrics)) == Counted()


@pytest.mark.parametrize("text", ["<html>somebody else</html>", 'kabar_requests_total{outcome="2xx} 1', "kabar_requests_total one"])
def test_what_is_no_page_of_metrics(text: str) -> None:
    with pytest.raises(ValueError):
        counted("crawler", text)


def look(at: float, **of_processes: Counted) -> Look:
    return Look(at, {"store": of_processes})


@pytest.mark.parametrize(
    ("looks", "rate"),
    [
        ([], Counted()),
        ([look(0, a=Counted(5, 5))], Counted()),
        ([look(0, a=Counted(5, 5)), look(0, a=Counted(6, 6))], Counted()),
        ([look(10, a=Counted(5, 4, {"x": 1})), look(40, a=Counted(8, 5, {"x": 2, "y": 3}))], Counted(6, 2, {"x": 2, "y": 6})),
        # Only the first and the last count.
        ([look(0, a=Counted(0)), look(1, a=Counted(9)), look(60, a=Counted(10))], Counted(10)),
        ([look(0, a=Counted(1), b=Counted(2)), look(60, a=Counted(2), b=Counted(5))], Counted(4)),
        # One that was started again counts from nothing, one that is new or gone not at all.
        ([look(0, a=Counted(100, 90)), look(60, a=Counted(3, 2))], Counted(3, 2)),
        ([look(0, a=Counted(100)), look(60, a=Counted(100), b=Counted(1000))], Counted()),
        ([look(0, a=Counted(1), b=Counted(50)), look(60, a=Counted(3))], Counted(2)),
    ],
)
def test_rates(looks: list[Look], rate: Counted) -> None:
    found = rates(looks, "store")
    assert (found.taken, found.given) == (rate.taken, rate.given)
    assert {reason: count for reason, count in found.dropped.items() if count} == rate.dropped


COUNTS = st.integers(0, 1000)


@given(st.lists(st.tuples(st.integers(0, 10_000), COUNTS, COUNTS, st.dictionaries(st.sampled_from("xyz"), COUNTS)), min_size=2, max_size=6))
def test_no_rate_is_below_nothing(seen: list[tuple[int, int, int, dict[str, int]]]) -> None:
    looks = [look(at, a=Counted(taken, sent, dropped)) for at, taken, sent, dropped in sorted(seen, key=lambda one: one[0])]
    found = rates(looks, "store")
    assert min(found.taken, found.given, *found.dropped.values()) >= 0


def test_a_stage_that_nobody_has_counted_stands_still() -> None:
    assert rates([look(0), look(60)], "crawler") == Counted()

"""What real services say on /metrics, on the real broker and store: the counts meet, and an alarm hears of Kafka's death."""

from __future__ import annotations

import asyncio
import json
import urllib.request
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from deploy.local.servers import Servers
from shared.topics import ARTICLE_EXTRACTED, ARTICLE_GONE, CRAWL_REQUESTED, DEAD, PAGE_FETCHED, Topic
from tests.integration.loopback_site import LoopbackSite, many_articles
from tests.integration.pipeline import SERVICES, Pipeline, pipeline
from tests.integration.topic_reading import send
from tests.integration.waiting import until
from tests.unit.deploy.monitoring.recording import FIRING, Recording, ask, fires

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]

ARTICLES = 20
ENDS = ("delivered", "dead", "returned", "repeated")
READ = (("extractor", PAGE_FETCHED), ("store", ARTICLE_EXTRACTED), ("store", DEAD))
GARBAGE = (b'{"page_id": ', b'{"schema_version": 2, "page_id": "pag_x"}')


class Said:
    """What the services said at one moment."""

    def __init__(self, pages: dict[str, list[Metric]]) -> None:
        self.pages = pages

    def of(self, service: str, name: str, **labels: str) -> list[float]:
        """The values of the series that have these labels."""
        samples = (sample for family in self.pages[service] for sample in family.samples if sample.name == name)
        return [sample.value for sample in samples if labels.items() <= sample.labels.items()]

    def count(self, service: str, name: str, topic: Topic | None = None, **labels: str) -> float:
        return sum(self.of(service, name, **({"topic": topic.name} if topic else {}), **labels))


async def scraped(made: Pipeline, names: Iterable[str] = SERVICES) -> Said:
    """By HTTP, from the ports that the services have logged."""

    def ask_for(name: str) -> list[Metric]:
        lines = (made.folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        port = next(json.loads(line)["http_port"] for line in reversed(lines) if '"event":"started"' in line)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
            return list(text_string_to_metric_families(answer.read().decode()))

    return Said({name: await asyncio.to_thread(ask_for, name) for name in names})


async def settled(made: Pipeline) -> Said:
    """Everything is done, and counted: a batch counts a moment after its last message."""
    said = await scraped(made)

    async def done() -> bool:
        nonlocal said
        said = await scraped(made)
        counted = said.count("extractor", "kabar_messages_delivered_total"), said.count("store", "kabar_articles_total", verdict="new")
        return list(counted) == [ARTICLES, ARTICLES] and all(in_hand(said, *read) == 0 for read in READ)

    await until("all counted", done)
    return said


def ends(said: Said, service: str, topic: Topic) -> Sequence[float]:
    """Delivered, dead."""
    return [said.count(service, f"kabar_messages_{end}_total", topic) for end in ("delivered", "dead")]


def in_hand(said: Said, service: str, topic: Topic) -> float:
    """What was received and has not come to an end."""
    counted = [said.count(service, f"kabar_messages_{end}_total", topic) for end in ("received", *ENDS)]
    return counted[0] - sum(counted[1:])


async def test_the_counts_of_the_stages_meet(stack: Servers, tmp_path: Path) -> None:
    await send(stack.kafka.servers, PAGE_FETCHED, [(b"g", value) for value in GARBAGE])
    pages = many_articles(ARTICLES)
    with LoopbackSite("hitung.example", pages).serving() as site:
        async with pipeline(stack, site, tmp_path) as made:
            made.start(*SERVICES)
            await made.stored(ARTICLES)
            await made.buried(len(GARBAGE))
            await made.drained()
            said = await settled(made)
            requests = sum(site.asked.values())
    looks = "kabar_looks_total"
    assert (
        said.count("crawler", looks, end="published") == ARTICLES == said.count("crawler", "kabar_messages_published_total", PAGE_FETCHED)
    )
    assert said.count("crawler", "kabar_requests_total") == requests
    # While the group comes together Kafka may lose a commit: what comes once more is published once more, but counts once.
    assert ends(said, "extractor", PAGE_FETCHED) == [ARTICLES, len(GARBAGE)]
    published = [said.count("extractor", "kabar_messages_published_total", topic) for topic in (ARTICLE_EXTRACTED, DEAD)]
    again = said.count("extractor", "kabar_messages_repeated_total", PAGE_FETCHED)
    assert sum(published) == ARTICLES + len(GARBAGE) + again
    assert ends(said, "store", ARTICLE_EXTRACTED) == [published[0], 0]
    assert ends(said, "store", DEAD) == [published[1], 0]
    again = said.count("store", "kabar_messages_repeated_total", ARTICLE_EXTRACTED)
    assert said.count("store", "kabar_articles_total") == published[0] + again
    for leg in ("published_seen", "seen_stored", "published_stored"):
        measured, left_out = (
            said.count("store", "kabar_age_seconds_count", leg=leg),
            said.count("store", "kabar_age_left_out_total", leg=leg),
        )
        assert measured + left_out == ARTICLES, leg
    assert said.count("store", "kabar_age_seconds_count", leg="seen_stored") == ARTICLES


async def test_lag_is_told_and_goes_away_with_kafka_which_an_alarm_hears(stack: Servers, tmp_path: Path) -> None:
    reads = {"crawler": [CRAWL_REQUESTED], "extractor": [PAGE_FETCHED], "store": [ARTICLE_EXTRACTED, ARTICLE_GONE, DEAD]}
    recording = Recording()
    with LoopbackSite("lag.example", many_articles(2)).serving() as site:
        async with pipeline(stack, site, tmp_path) as made:
            made.start(*SERVICES)
            await made.stored(2)

            async def told(number: int) -> Said:
                """When each service tells so many times its topics."""
                said = await scraped(made)
                for service, topics in reads.items():
                    assert len(said.of(service, "kabar_lag_messages")) in (0, len(topics))
                    assert len(said.of(service, "kabar_lag_messages")) == number * len(topics), service
                return said

            async def holds(number: int) -> bool:
                try:
                    await told(number)
                except (AssertionError, OSError, StopIteration):
                    return False
                return True

            await until("every service tells its lag", lambda: holds(1))
            well = await told(1)
            for service, topics in reads.items():
                for topic in topics:
                    assert well.of(service, "kabar_lag_messages", topic=topic.name, group=f"kabar-{service}"), topic.name
            await stack.kafka.kill()
            await until("no service tells a lag", lambda: holds(0))
            away = await told(0)
            assert [away.of(service, "kabar_check", check="kafka") for service in SERVICES] == [[0.0]] * 3
            await stack.kafka.start()
            await until("every service tells its lag again", lambda: holds(1))
            back = await told(1)
    for said, minutes in ((well, 10), (away, 6), (back, 10)):
        for _ in range(minutes):
            recording.scrape(said.pages)
    expected = [(9, fires()), (15, fires("BrokerAway", "ServiceNotReady")), (25, fires())]
    ask(recording, tmp_path, *((minute, FIRING, alerts) for minute, alerts in expected))

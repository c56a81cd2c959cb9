"""Pages through the handlers of all three services, from a site to a collector: one connected trace each."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from services.crawler.crawl import Crawl
from services.crawler.fetch import open_fetcher
from services.crawler.frontier import open_frontier
from services.crawler.standing import read_progress
from services.extractor.pool import open_pool
from services.extractor.router import Router as Extractor
from services.store.clusters import Evidence
from services.store.repository import open_repository
from services.store.router import Router as Store
from services.store.settle import Settler
from shared.broker import Broker
from shared.dead import Record
from shared.envelope import Outgoing, header
from shared.lifecycle import Runtime
from shared.open_traces import open_traces
from shared.settings import Settings
from shared.telemetry import Metrics, start_logging
from shared.topics import ARTICLE_EXTRACTED, ARTICLE_GONE, DEAD, PAGE_FETCHED, Topic
from tests.integration.loopback_site import many_articles
from tests.unit.crawler.loopback import answer
from tests.unit.crawler.test_crawl import HOST, START, Newsroom, newsroom, rss, site
from tests.unit.shared.collector import Collector, Received, collecting

__all__ = ["newsroom"]
STORY = next(body for path, body in many_articles(1).items() if path.startswith("/berita/2023/"))
CRAWLED = {("crawler", "crawl"): "", ("crawler", "fetch"): "crawl", ("crawler", "publish"): "crawl"}
SAVED = {
    **CRAWLED,
    ("extractor", "receive"): "publish",
    ("extractor", "extract"): "receive",
    ("extractor", "publish"): "receive",
    ("store", "receive"): "publish",
    ("store", "save"): "receive",
}
"""An article, or its dead letter."""


class Wire(Broker):
    """A broker that sends into memory."""

    def __init__(self, run: Runtime) -> None:
        super().__init__(run)
        self.sent: list[Outgoing] = []

    async def _send(self, sealed: Outgoing) -> None:
        self.sent.append(sealed)

    def records(self, topic: Topic) -> list[Record]:
        """What was sent to a topic, as Kafka would deliver it."""
        of_topic = [sealed for sealed in self.sent if sealed.topic is topic]
        return [Record(topic.name, 0, offset, sealed.key, sealed.value, sealed.headers) for offset, sealed in enumerate(of_topic)]


@dataclass
class Services:
    """The three of them, with their traces on; each knows the messages it has sent."""

    settings: Settings
    crawler_run: Runtime
    crawler: Wire
    extractor: Wire
    store: Wire
    since: datetime = START

    async def crawl(self) -> None:
        """One pass."""
        async with open_frontier(self.settings, self.since, self.crawler_run.now) as frontier, open_fetcher(self.settings) as fetcher:
            work = asyncio.create_task(Crawl(self.crawler_run, (site(),), frontier, fetcher, self.crawler, self.since).work())
            while True:
                if (await read_progress(self.settings.mongo_uri, self.settings.mongo_database)).finished is not None:
                    break
                await asyncio.sleep(0.05)
            self.crawler_run.stopping.set()
            await work

    async def extract(self) -> None:
        with open_pool(1, 20.0, 512, print) as pool, ThreadPoolExecutor(1) as threads:
            for record in self.crawler.records(PAGE_FETCHED):
                await self.extractor.deliver(PAGE_FETCHED, Extractor(pool, threads).on_page, record)

    async def keep(self) -> None:
        async with open_repository(self.settings.mongo_uri, self.settings.mongo_database) as repository:
            await repository.prepare()
            router = Store(repository, Settler(repository, self.store.publish, Metrics("store"), Evidence()), Metrics("store"))
            for record in self.extractor.records(ARTICLE_EXTRACTED):
                await self.store.deliver(ARTICLE_EXTRACTED, router.on_article, record)
            for record in self.extractor.records(DEAD):
                await self.store.deliver(DEAD, router.on_dead_letter, record)


@asynccontextmanager
async def traced_services(settings: Settings, since: datetime = START) -> AsyncIterator[Services]:
    log = start_logging("crawler", "error")
    with ExitStack() as all_three:
        runs = {
            name: Runtime(name, settings, log, Metrics(name), traces=all_three.enter_context(open_traces(name, os.environ, log)))
            for name in ("crawler", "extractor", "store")
        }
        crawler, extractor, store = map(Wire, runs.values())
        yield Services(settings, runs["crawler"], crawler, extractor, store, since)


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    with collecting() as made:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", made.endpoint)
        yield made


async def through_all(newsroom: Newsroom) -> Services:
    async with traced_services(newsroom.settings) as services:
        await services.crawl()
        await services.extract()
        await services.keep()
    return services


def trace_of(collector: Collector, url: str) -> list[Received]:
    """The spans of the one trace that begins with the asking for a URL; whole, and each hanging on another of them."""
    (root,) = [one for one in collector.spans if one.name == "crawl" and one.attributes["url.full"] == url]
    found = [one for one in collector.spans if one.trace == root.trace]
    ids = {one.id for one in found}
    assert len(ids) == len(found)
    assert [one.name for one in found if one.parent not in ids] == ["crawl"], "one trace, and nothing in it hangs in the air"
    return found


def tree(spans: list[Received]) -> dict[tuple[str, str], str]:
    """Service and name of a span → name of the one it is within or goes on from. A name that occurs twice in a service is told by that."""
    names = {one.id: one.name for one in spans}
    return {(one.service, one.name): names.get(one.parent, "") for one in spans}


async def test_a_page_is_one_trace_from_the_site_to_its_event(newsroom: Newsroom, collector: Collector) -> None:
    newsroom.web.pages = {"/feed/": rss("/berita/1"), "/berita/1": answer(STORY)}
    services = await through_all(newsroom)
    spans = trace_of(collector, f"http://{HOST}/berita/1")
    assert tree(spans) == {
        **SAVED,
        ("store", "settle"): "receive",
        ("store", "announce"): "settle",
        ("store", "publish"): "announce",
    }
    assert [one.failed for one in spans if one.failed] == []
    (record,) = services.crawler.records(PAGE_FETCHED)
    assert {one.trace for one in spans} == {record.correlation_id.removeprefix("cor_").zfill(32)}
    told = {(one.service, one.name): one.attributes for one in spans}
    assert told["crawler", "fetch"]["http.response.status_code"] == 200
    queued, worked = told["extractor", "extract"]["kabar.queue_seconds"], told["extractor", "extract"]["kabar.worker_seconds"]
    assert isinstance(queued, float)
    assert isinstance(worked, float)
    assert 0 < worked < next(one.seconds for one in spans if one.name == "extract")
    assert told["store", "save"]["kabar.change"] == "new"
    assert told["store", "announce"]["kabar.event"] == services.store.sent[0].key.decode()
    headers = services.store.sent[0].headers
    assert header(headers, "traceparent") == header(headers, "ce_traceparent")
    assert (header(headers, "traceparent") or "")[3:35] == spans[0].trace


async def test_a_page_that_is_no_article_says_so_and_where_its_letter_went(newsroom: Newsroom, collector: Collector) -> None:
    newsroom.web.pages = {"/feed/": rss("/berita/1"), "/berita/1": answer(b"<html><body><p>pendek</p></body></html>")}
    await through_all(newsroom)
    spans = trace_of(collector, f"http://{HOST}/berita/1")
    assert tree(spans) == SAVED
    failed = {(one.service, one.name): one.attributes["kabar.reason"] for one in spans if one.failed}
    (reason,) = set(failed.values())
    assert failed.keys() == {("extractor", "receive"), ("extractor", "extract")}
    assert isinstance(reason, str)
    assert reason in {"no_text", "too_short", "no_article"}


NO_PAGES = {
    "http_404": answer(status=404),
    "bad_content_type": answer(b"GIF89a", kind="image/gif"),
    "soft_404": answer(b"<title>404</title>"),
}


@pytest.mark.parametrize(("reason", "said"), sorted(NO_PAGES.items()))
async def test_what_becomes_no_page_has_a_trace_with_the_reason(newsroom: Newsroom, collector: Collector, reason: str, said: bytes) -> None:
    newsroom.web.pages = {"/feed/": rss("/berita/1"), "/berita/1": said}
    services = await through_all(newsroom)
    crawl, fetch, *more = trace_of(collector, f"http://{HOST}/berita/1")
    assert (crawl.name, crawl.attributes["kabar.reason"], fetch.name, fetch.failed) == ("crawl", reason, "fetch", None)
    assert [one.name for one in more] == ["publish"] * len(services.crawler.records(DEAD))


async def test_a_removal_is_one_trace_too(newsroom: Newsroom, collector: Collector) -> None:
    newsroom.web.pages = {"/feed/": rss("/berita/1"), "/berita/1": answer(STORY)}
    await through_all(newsroom)
    newsroom.web.pages["/berita/1"] = answer(status=410)
    collector.spans.clear()
    async with traced_services(newsroom.settings, datetime.now(UTC)) as services:
        await services.crawl()
    (record,) = services.crawler.records(ARTICLE_GONE)
    spans = trace_of(collector, f"http://{HOST}/berita/1")
    assert tree(spans) == CRAWLED
    assert {one.trace for one in spans} == {record.correlation_id.removeprefix("cor_").zfill(32)}
    assert spans[0].failed == "http_410: 410"


async def test_a_page_sent_without_a_traceparent_is_of_the_same_trace(newsroom: Newsroom, collector: Collector) -> None:
    """By an older crawler, or by `kabar replay`."""
    newsroom.web.pages = {"/feed/": rss("/berita/1"), "/berita/1": answer(STORY)}
    async with traced_services(newsroom.settings) as services:
        await services.crawl()
        sealed = services.crawler.sent[-1]
        plain = tuple((name, value) for name, value in sealed.headers if "traceparent" not in name)
        services.crawler.sent = [Outgoing(sealed.topic, sealed.key, sealed.value, plain)]
        await services.extract()
    received = next(one for one in collector.spans if one.name == "receive")
    assert (received.parent, received.trace) == ("", (header(plain, "correlation_id") or "").removeprefix("cor_").zfill(32))

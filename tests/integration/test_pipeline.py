"""The whole way on the real broker and store: whatever dies on it, every article is stored once."""

from __future__ import annotations

import asyncio
import base64
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from deploy.local.servers import Servers
from shared.topics import ARTICLE_EXTRACTED, EVENT_CHANGED, PAGE_FETCHED
from tests.integration.loopback_site import LoopbackSite, article, many_articles
from tests.integration.pipeline import SERVICES, Pipeline, pipeline
from tests.integration.topic_reading import read_all, send

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]

ARTICLES = 120
MIDDLE = 20


@pytest.fixture
async def running(stack: Servers, tmp_path: Path) -> AsyncIterator[Pipeline]:
    """Crawler, extractor and store on a site of 120 articles, somewhere in the middle of it."""
    with LoopbackSite("situs-uji.example", many_articles(ARTICLES)).serving() as site:
        async with pipeline(stack, site, tmp_path) as made:
            made.start(*SERVICES)
            await made.stored(MIDDLE)
            yield made


async def _each_once(made: Pipeline) -> None:
    """120 articles, none twice, one revision each, every event announced."""
    await made.stored(ARTICLES)
    await made.drained()
    counts = await made.counts()
    assert (counts.articles, counts.revisions, counts.events, counts.dead_letters) == (ARTICLES, ARTICLES, ARTICLES, 0)
    articles = await made.documents("articles")
    assert len({document["url"] for document in articles}) == ARTICLES
    assert {document["revision"] for document in articles} == {1}
    announced = {record.key.decode() for record in await read_all(made.stack.kafka.servers, EVENT_CHANGED)}
    assert {document["id"] for document in await made.documents("events")} <= announced


@pytest.mark.parametrize("name", SERVICES)
async def test_a_service_killed_in_the_middle_and_started_again(running: Pipeline, name: str) -> None:
    await running.kill(name)
    assert (await running.counts()).articles < ARTICLES, "it must die in the middle"
    running.start(name)
    await _each_once(running)


@pytest.mark.parametrize("name", SERVICES)
async def test_sigterm_in_the_middle_is_a_clean_exit(running: Pipeline, name: str) -> None:
    assert await running.services[name].stop(40.0) == 0
    assert (await running.counts()).articles < ARTICLES, "it must stop in the middle"
    running.start(name)
    await _each_once(running)


async def test_the_broker_away_for_half_a_minute(running: Pipeline) -> None:
    await running.stack.kafka.kill()
    assert (await running.counts()).articles < ARTICLES, "it must go away in the middle"
    await asyncio.sleep(30)  # the outage itself, not a wait for something
    await running.stack.kafka.start()
    await _each_once(running)
    assert [running.services[name].running for name in SERVICES] == [True, True, True]


async def test_what_is_too_big_or_unreadable_ends_in_dead_letters(stack: Servers, tmp_path: Path) -> None:
    pages = many_articles(3)
    big = article("Naskah Lampiran Laporan Akhir Pengawasan", [os.urandom(1_100_000).hex()], published="2023-11-14T10:00:00+07:00")
    pages["/berita/2023/11/rapat-koordinasi-pengawasan-tahap-3"] = big
    garbage, future = b'{"page_id": ', b'{"schema_version": 2, "page_id": "pag_x"}'
    await send(stack.kafka.servers, PAGE_FETCHED, [(b"g", garbage), (b"g", future)])
    await send(stack.kafka.servers, ARTICLE_EXTRACTED, [(b"g", garbage)])
    with LoopbackSite("besar.example", pages).serving() as site:
        async with pipeline(stack, site, tmp_path) as made:
            made.start(*SERVICES)
            await made.stored(2)
            await made.buried(4)
            letters = await made.documents("dead_letters")
    found = sorted((letter["reason"], letter["service"], letter["topic"]) for letter in letters)
    assert found == [
        ("invalid_json", "extractor", PAGE_FETCHED.name),
        ("invalid_json", "store", ARTICLE_EXTRACTED.name),
        ("page_too_big", "crawler", None),
        ("unknown_schema_version", "extractor", PAGE_FETCHED.name),
    ]
    by_reason = {(letter["reason"], letter["service"]): base64.b64decode(letter["value"]) for letter in letters}
    assert by_reason[("invalid_json", "extractor")] == garbage
    assert by_reason[("unknown_schema_version", "extractor")] == future
    assert big.startswith(by_reason[("page_too_big", "crawler")][:100_000])

"""`kabar trace` after the real services have been through a site whose pages end in every way that two rounds can bring about."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from pymongo import AsyncMongoClient

from cli.page_end import End
from deploy.local.servers import Servers
from services.store.archive.keeper import GROUP as KEEPER
from services.store.dead_letters import open_dead_letters
from shared.envelope import seal
from shared.messages import ArticleExtracted
from shared.put_back import putting_back
from shared.topics import ARTICLE_EXTRACTED, ARTICLE_GONE, PAGE_FETCHED
from tests.integration.ended_pages import BROKEN, FOLDER, HOST, NEW, PAGES, PUT_BACK, SLOW, UNSAVED, Ended, served, slow
from tests.integration.pipeline import SERVICES, Pipeline
from tests.integration.topic_reading import lag, send
from tests.integration.waiting import until
from tests.unit.cli.conftest import Kabar, kabar  # noqa: F401 — a fixture
from tests.unit.crawler.loopback import Asked, Loopback, answer, serving
from tests.unit.store.pages import page

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]

OF_STORE = 10**30
"""A number that the contract allows and no document store holds."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def crawled(stack: Servers, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Mapping[str, str]]:
    """Two rounds; in the second the extractor is stopped and one site hangs, and both stay so. The environment `kabar` is to be run in."""
    folder, released = tmp_path_factory.mktemp("trace"), asyncio.Event()

    async def hang(_asked: Asked, _writer: asyncio.StreamWriter) -> None:
        await released.wait()

    async with AsyncExitStack() as opened:
        sites = {host: await opened.enter_async_context(serving()) for host in (HOST, SLOW, BROKEN)}
        sites[HOST].pages = served(second=False)
        sites[SLOW].pages = slow(second=False, late=hang)
        sites[BROKEN].pages = {"/robots.txt": answer(b"sibuk", status=503)}
        made = Pipeline(stack, folder, _environment(stack, sites, folder), f"test_{uuid.uuid4().hex[:12]}")
        made.environment = {**made.environment, "KABAR_MONGO_DATABASE": made.database}
        try:
            await _first(made)
            sites[HOST].pages, sites[SLOW].pages = served(second=True), slow(second=True, late=hang)
            await _second(made, sites[SLOW])
            yield made.environment
        finally:
            released.set()
            await made.end()


def _environment(stack: Servers, sites: Mapping[str, Loopback], folder: Path) -> dict[str, str]:
    file = folder / "sites.toml"
    entry = '[[site]]\nid = "{0}"\nname = "{0}"\nhome = "http://{0}/"\nlistings = ["http://{0}/berita"]\npace = 0\n'
    file.write_text("".join(map(entry.format, sites)), encoding="utf-8")
    return {
        **stack.environment(),
        "KABAR_FETCH_HOSTS": ",".join(f"{host}={site.target}" for host, site in sites.items()),
        "KABAR_FETCH_ALLOW": ",".join(site.target for site in sites.values()),
        "KABAR_FETCH_SECONDS": "600",  # who hangs is still hanging when we look
        "KABAR_EXTRACT_SECONDS": "60",
        "KABAR_STOP_SECONDS": "5",  # who hangs is not waited for at the end
        "KABAR_ARCHIVE_DIR": str(folder / "kept"),
        "KABAR_SITES": str(file),
        "KABAR_HTTP_PORT": "0",
    }


async def _first(made: Pipeline) -> None:
    """All that was found is read and stored or buried, and an article that cannot be is sent from outside."""
    await send(made.stack.kafka.servers, ARTICLE_EXTRACTED, [_unsaved()])
    await _pass(made, *SERVICES)
    await _all_asked(made, HOST, BROKEN, SLOW)
    await made.drained()
    await _kept(made)
    assert await made.services["extractor"].stop(40.0) == 0
    await made.services["crawler"].stop(40.0)


async def _second(made: Pipeline, hanging: Loopback) -> None:
    """One page more is published, one is gone, one letter is put back, and one host hangs."""
    await _put_back(made)
    await _pass(made, "crawler")
    await _all_asked(made, HOST, BROKEN)
    await _kept(made)

    async def heard() -> bool:
        return await lag(made.stack.kafka.servers, "kabar-store", ARTICLE_GONE) == 0 and any(
            path.startswith(FOLDER) for path in hanging.paths
        )

    await until(f"the removal stored, and a host that hangs; logs in {made.folder}", heard)


async def _pass(made: Pipeline, *services: str) -> None:
    made.environment = {**made.environment, "KABAR_CRAWL_PASS": datetime.now(UTC).isoformat()}
    made.start(*services)


async def _all_asked(made: Pipeline, *hosts: str) -> None:
    """Every URL known of these hosts has been looked at in the pass under way."""
    since = datetime.fromisoformat(made.environment["KABAR_CRAWL_PASS"])
    async with AsyncMongoClient[dict[str, Any]](made.stack.documents.uri) as client:
        urls = client[made.database]["urls"]

        async def asked() -> bool:
            known = [await urls.count_documents({"host": host}) for host in hosts]
            return all(known) and await urls.count_documents({"host": {"$in": list(hosts)}, "checked_at": {"$lt": since}}) == 0

        await until(f"all of {hosts} asked for; logs in {made.folder}", asked, 120.0)


async def _kept(made: Pipeline) -> None:
    async def kept() -> bool:
        return await lag(made.stack.kafka.servers, KEEPER, PAGE_FETCHED) == 0

    await until(f"every page kept; logs in {made.folder}", kept)


def _unsaved() -> tuple[bytes, bytes]:
    article = page("rapat", url=UNSAVED.pasted)
    provenance = article.provenance.model_copy(update={"http_status": OF_STORE})
    message = ArticleExtracted(article=article.model_copy(update={"provenance": provenance}))
    sealed = seal(message, source="test", time=datetime.now(UTC), correlation_id="cor_1")
    return sealed.key, sealed.value


async def _put_back(made: Pipeline) -> None:
    """As `kabar dead retry` does."""
    async with open_dead_letters(made.stack.documents.uri, made.database) as letters, putting_back(made.stack.kafka.servers) as send_again:
        (found,) = await letters.about([PUT_BACK.pasted], ())
        held = await letters.get(found.held.letter.id)
        assert held is not None
        await send_again(held.letter)
        await letters.note_retried(held.letter.id, datetime.now(UTC))


@pytest.fixture
def traced(crawled: Mapping[str, str], kabar: Kabar, monkeypatch: pytest.MonkeyPatch) -> Kabar:  # noqa: F811 — the fixture
    """`kabar` in the environment of the services."""
    for name, value in crawled.items():
        monkeypatch.setenv(name, value)
    return kabar


@pytest.mark.parametrize("one", PAGES, ids=lambda one: one.pasted)
def test_the_end_of(traced: Kabar, one: Ended) -> None:
    code, out, err = traced("trace", one.pasted, "--json")
    assert (code, err) == (0, "")
    told = json.loads(out)
    assert (told["end"], told["reason"]) == (one.end, one.reason), out


def test_thirty_pages_and_more_end_in_fifteen_ways_and_more() -> None:
    assert len(PAGES) >= 30
    assert len({one.end for one in PAGES}) >= 15
    assert set(End) - {one.end for one in PAGES} == {End.given_up, End.not_yet_in_event}, "these take a day, or a kill: tables have them"


def test_a_copy_is_followed_to_the_event_of_the_address_it_names(traced: Kabar) -> None:
    first, _, copy, *_ = (json.loads(traced("trace", one.pasted, "--json")[1]) for one in PAGES[:3])
    assert (copy["article"], copy["event"]) == (first["article"], first["event"])
    assert copy["url"] != first["url"]


def test_each_step_has_its_time_in_the_order_of_the_way(traced: Kabar) -> None:
    told = json.loads(traced("trace", NEW.pasted, "--json")[1])
    at = {step["what"].split(" ")[0] + step["stage"]: step["at"] for step in told["steps"] if step["at"]}
    assert at["firstfrontier"] <= at["lastfrontier"]
    (kept,) = [step for step in told["steps"] if step["stage"] == "kept" and "page" in step and step["at"]]
    assert kept["page"].startswith("pag_")
    by_page = json.loads(traced("trace", kept["page"], "--json")[1])
    assert (by_page["url"], by_page["end"]) == (NEW.pasted, NEW.end)

"""`kabar doctor` and `kabar status` on the real broker and store: when all is well, and when something is broken."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from deploy.local.documents import DocumentStore
from deploy.local.health import until_ready
from deploy.local.kafka import KafkaServer
from deploy.local.servers import Servers
from deploy.local.stack import Options, Stack, running_stack
from services.crawler.frontier import open_frontier
from services.crawler.standing import read_ledger
from services.crawler.stored import INDEXES as OF_CRAWLER
from services.store.repository import INDEXES as OF_STORE
from services.store.repository import open_database, open_repository
from shared.create_topics import create_topics
from shared.lag import GROUPS
from shared.settings import Settings
from shared.topics import CRAWL_REQUESTED
from tests.integration.loopback_site import LoopbackSite, many_articles
from tests.integration.topic_reading import lag, send
from tests.integration.waiting import until
from tests.unit.cli.test_live import on_a_terminal

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]

ROOT = Path(__file__).resolve().parents[2]
ARTICLES = 5
EVERY = sum(map(len, (*OF_STORE.values(), *OF_CRAWLER.values())))


async def kabar(*words: str, **env: str) -> tuple[int, str, str]:
    """The command in a process of its own, with nothing set but `env`."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("KABAR_")}
    command = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "cli.app", *words, cwd=ROOT, env=clean | env, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, err = await command.communicate()
    assert command.returncode is not None
    return command.returncode, out.decode(), err.decode()


@asynccontextmanager
async def working(folder: Path) -> AsyncIterator[tuple[Stack, str]]:
    """The whole stack, its one site read and stored; and the site file."""
    with LoopbackSite("situs-uji.example", many_articles(ARTICLES)).serving() as site:
        sites = site.site_file(folder)
        clean = {name: value for name, value in os.environ.items() if not name.startswith("KABAR_")}
        options = Options(folder / "data", sites, env=site.environment())
        async with running_stack(options, lambda _: None, clean) as stack:
            await until_ready(stack.running().services)

            async def done() -> bool:
                """What a visit saw is written down at its end."""
                days = await read_ledger(stack.mongo_uri, "kabar", date(2000, 1, 1), date(9999, 1, 1))
                left = [await lag(stack.kafka_servers, group, topic) for group, topics in GROUPS.items() for topic in topics]
                return len(days) > 0 and sum(left) == 0

            await until("the site read and all of it stored", done)
            yield stack, str(sites)


async def test_where_all_is_well(tmp_path: Path) -> None:
    async with working(tmp_path) as (stack, sites):
        data = str(stack.folder)
        code, out, err = await kabar("doctor", "--json", "--data-dir", data, KABAR_SITES=sites)
        told = json.loads(out)
        assert [finding for finding in told["findings"] if finding["level"] != "ok"] == []
        assert (code, told["level"], err) == (0, "ok", "")
        groups = [finding["says"] for finding in told["findings"] if finding["check"] == "groups"]
        readers = (("crawler", "1 reader"), ("extractor", "1 reader"), ("store", "3 readers"))  # one for each topic
        assert groups == [f"kabar-{name}: 0 messages to do, {told}." for name, told in readers]
        assert {finding["check"] for finding in told["findings"]} == {
            "python", "packages", "java", "settings", "disk", "site files", "kafka", "topics", "groups", "store", "indexes", "sites",
            "clock", "services",
        }  # fmt: skip

        code, out, err = await kabar("status", "--data-dir", data, KABAR_SITES=sites)
        assert (code, err) == (0, "")
        rows = [line.split() for line in out.splitlines()]
        assert ["kafka", stack.kafka_servers] in rows
        assert ["documents", stack.mongo_uri] in rows
        for name in ("crawler", "extractor", "store"):
            assert [name, str(stack.running().services[name]), "ready"] in rows
            assert [name, "ready", "0", "0", "0", "0"] in rows, "nothing is new in the second between the two looks"
            assert [f"kabar-{name}", "0"] in rows
        assert ["articles", str(ARTICLES)] in rows
        (site,) = (row for row in rows if row[:1] == ["situs-uji.example"])
        assert site[1] == "well"
        assert site[2].endswith("Z")

        await asyncio.to_thread(seen_live, data, sites)

        named = {"KABAR_KAFKA_SERVERS": stack.kafka_servers, "KABAR_MONGO_URI": stack.mongo_uri, "KABAR_SITES": sites}
        named["KABAR_SERVICES"] = ",".join(f"{name}=localhost:{port}" for name, port in stack.running().services.items())
        code, out, err = await kabar("doctor", "--json", "--data-dir", str(tmp_path / "none"), **named)
        assert (code, json.loads(out)["level"], err) == (0, "ok", "")


def seen_live(data: str, sites: str) -> None:
    with on_a_terminal("status", "--data-dir", data, KABAR_SITES=sites) as terminal:
        terminal.until(f"articles {ARTICLES} · ".encode())
        terminal.until(b"Sites, the worst first: 1 of 1")
        terminal.press(b"q")
        assert terminal.ended() == 0
    assert b"no answer" not in terminal.said


async def examined(stack: Servers, tmp_path: Path, *words: str) -> tuple[int, dict[str, list[tuple[str, str]]]]:
    """Exit code, and check → level and sentence of each finding."""
    code, out, err = await kabar("doctor", "--json", *words, "--data-dir", str(tmp_path), **stack.environment())
    assert err == ""
    found: dict[str, list[tuple[str, str]]] = {}
    for finding in json.loads(out)["findings"]:
        found.setdefault(finding["check"], []).append((finding["level"], finding["says"]))
    return code, found


@pytest.fixture
async def prepared(stack: Servers) -> Servers:
    """With every index of store and crawler."""
    async with open_repository(stack.documents.uri, "kabar") as repository:
        await repository.prepare()
    async with open_frontier(Settings(mongo_uri=stack.documents.uri), None):
        pass
    return stack


async def test_a_missing_index(prepared: Servers, tmp_path: Path) -> None:
    assert (await examined(prepared, tmp_path))[1]["indexes"] == [("ok", f"All {EVERY} indexes are there.")]
    async with open_database(prepared.documents.uri, "kabar") as database:
        await database["articles"].drop_index("by_block")
        await database["urls"].drop_index("host_due")
    code, found = await examined(prepared, tmp_path)
    assert (code, found["indexes"]) == (1, [("failure", f"Missing indexes, 2 of {EVERY}: articles.by_block, urls.host_due.")])


async def test_topics_that_are_wrong_or_missing(stack: Servers, tmp_path: Path) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=stack.kafka.servers)
    await admin.start()
    try:
        await remade(admin, NewTopic(CRAWL_REQUESTED.name, 1, 1, topic_configs={**CRAWL_REQUESTED.config(), "retention.ms": "1000"}))
        code, found = await examined(stack, tmp_path)
        assert code == 1
        assert found["topics"] == [
            ("failure", "kabar.crawl.requested has 1 partitions instead of 3."),
            ("failure", "kabar.crawl.requested has retention.ms=1000 instead of 604800000."),
        ]
        assert found["groups"][0] == ("warning", "kabar-crawler: 0 messages to do, nobody reads."), "what there is can be counted"
        await remade(admin, None)
        code, found = await examined(stack, tmp_path)
        assert (code, found["topics"]) == (1, [("failure", "Missing topics: kabar.crawl.requested.")])
    finally:
        await admin.close()
    await create_topics(stack.kafka.servers)
    assert (await examined(stack, tmp_path))[1]["topics"] == [("ok", "All 6 topics have their partitions and settings.")]


async def remade(admin: AIOKafkaAdminClient, topic: NewTopic | None) -> None:
    """The topic of requests goes, and this one comes."""
    await admin.delete_topics([CRAWL_REQUESTED.name])

    async def gone() -> bool:
        return CRAWL_REQUESTED.name not in await admin.list_topics()

    await until("the topic gone", gone)
    if topic is None:
        return
    await admin.create_topics([topic])

    async def led() -> bool:
        found = [one["partitions"] for one in await admin.describe_topics() if one["topic"] == topic.name]
        return found != [] and found[0] != [] and all(partition["leader"] >= 0 for partition in found[0])

    await until("the topic made", led)


async def test_messages_that_nobody_reads(stack: Servers, tmp_path: Path) -> None:
    await send(stack.kafka.servers, CRAWL_REQUESTED, [(b"a", b"{}"), (b"b", b"{}")])
    _, found = await examined(stack, tmp_path)
    assert found["groups"] == [
        ("failure", "kabar-crawler: 2 messages to do, nobody reads."),
        ("warning", "kabar-extractor: 0 messages to do, nobody reads."),
        ("warning", "kabar-store: 0 messages to do, nobody reads."),
    ]


async def hung_and_stopped(stack: Servers, server: KafkaServer | DocumentStore, tmp_path: Path) -> list[dict[str, list[tuple[str, str]]]]:
    """What is found while the server hangs, and while it is stopped; it runs again afterwards."""
    os.killpg(server.child.pid, signal.SIGSTOP)
    try:
        code, hung = await examined(stack, tmp_path, "--seconds", "4")
    finally:
        os.killpg(server.child.pid, signal.SIGCONT)
    await server.kill()
    try:
        stopped = (await examined(stack, tmp_path))[1]
    finally:
        await server.start()
    assert code == 1
    return [hung, stopped]


async def test_a_store_that_is_stopped_or_hangs(stack: Servers, tmp_path: Path) -> None:
    for found in await hung_and_stopped(stack, stack.documents, tmp_path):
        assert found["store"][0][0] == "failure"
        assert found["indexes"] == [("warning", "It was not looked at, as the document store was not reached.")]
        assert found["kafka"][0][0] == found["topics"][0][0] == "ok"
    assert (await examined(stack, tmp_path))[1]["store"][0][0] == "ok"


async def test_a_kafka_that_is_stopped_or_hangs(stack: Servers, tmp_path: Path) -> None:
    for found in await hung_and_stopped(stack, stack.kafka, tmp_path):
        assert found["kafka"][0][0] == "failure"
        assert found["topics"] == [("warning", "It was not looked at, as Kafka was not reached.")]
        assert found["store"][0][0] == "ok"
    assert (await examined(stack, tmp_path))[1]["kafka"][0][0] == "ok"

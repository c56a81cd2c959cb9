"""Every way we reach Kafka, on a real one that wants a password; in the clear and over TLS."""

from __future__ import annotations

import asyncio
import gc
import re
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio
from pydantic import SecretStr

from deploy.local.ask import ask_for
from deploy.local.children import Child
from deploy.local.jars import ROOT
from deploy.local.kafka import ready_kafka
from deploy.local.parts import started
from shared.broker import Broker
from shared.create_topics import create_topics, kafka_answers, wait_for_kafka
from shared.dead import Failure, Record, bury
from shared.envelope import open_sealed
from shared.follow import changes
from shared.kafka_address import KafkaAddress
from shared.lag import open_positions
from shared.lifecycle import Runtime
from shared.messages import CrawlRequested, EventChanged
from shared.outcomes import Outage
from shared.put_back import putting_back
from shared.settings import Settings
from shared.telemetry import Metrics, start_logging
from shared.topics import CRAWL_REQUESTED, EVENT_CHANGED, TOPICS
from tests.integration.secured_kafka import PASSWORD, USER, SecuredKafka
from tests.integration.waiting import until

pytestmark = [pytest.mark.integration, pytest.mark.asyncio(loop_scope="module")]
GOLDEN = ROOT / "tests/contracts/EventChanged.v1.json"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def kafka(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[SecuredKafka]:
    made = SecuredKafka(await ready_kafka(lambda _sentence: None), tmp_path_factory.mktemp("secured"))
    async with started(made):
        yield made


def environment(kafka: SecuredKafka, door: str, mechanism: str, password: str = PASSWORD) -> Mapping[str, str]:
    """What an operator sets for that door."""
    env = {"KABAR_KAFKA_SECURITY": door, "KABAR_KAFKA_MECHANISM": mechanism, "KABAR_KAFKA_USER": USER, "KABAR_KAFKA_PASSWORD": password}
    if door == "SASL_SSL":
        return env | {"KABAR_KAFKA_SERVERS": kafka.tls_servers, "KABAR_KAFKA_CA_FILE": str(kafka.ca_file)}
    return env | {"KABAR_KAFKA_SERVERS": kafka.servers}


def settings(
    monkeypatch: pytest.MonkeyPatch, kafka: SecuredKafka, door: str, mechanism: str = "PLAIN", password: str = PASSWORD
) -> Settings:
    for name, value in environment(kafka, door, mechanism, password).items():
        monkeypatch.setenv(name, value)
    return Settings()


each_door = pytest.mark.parametrize("door", ["SASL_PLAINTEXT", "SASL_SSL"])


@pytest.mark.parametrize(
    ("door", "mechanism"), [("SASL_PLAINTEXT", "PLAIN"), ("SASL_PLAINTEXT", "SCRAM-SHA-256"), ("SASL_SSL", "SCRAM-SHA-512")]
)
async def test_every_client_is_let_in(
    kafka: SecuredKafka, door: str, mechanism: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    told = settings(monkeypatch, kafka, door, mechanism)
    await wait_for_kafka(told.kafka, 10.0)
    assert [one.topic for one in await create_topics(told.kafka)] == list(TOPICS)
    async with open_positions(told.kafka) as positions:
        before = await positions.published(CRAWL_REQUESTED)
        # The broker of a service takes what the broker of the command sends, and a letter put back.
        command = [sys.executable, "-m", "tests.integration.probe_service", str(tmp_path / "finished")]
        child = Child(command, tmp_path / "probe.jsonl", cwd=ROOT, env=environment(kafka, door, mechanism))
        try:
            await ask_for(CrawlRequested(site_id="asked.example", requested_by="ok"), told)
            again = CrawlRequested(site_id="again.example", requested_by="ok").model_dump_json().encode()
            record = Record(CRAWL_REQUESTED.name, 0, 0, b"again.example", again, ())
            async with putting_back(told.kafka) as put_back:
                await put_back(bury(record, Failure("reject", "", 1, "probe", datetime.now(UTC))))

            async def both_done() -> bool:
                return await positions.lag("kabar-probe", [CRAWL_REQUESTED]) == 0

            await until(f"both requests done; log in {tmp_path}", both_done)
        finally:
            await child.stop(40.0)
        assert await positions.published(CRAWL_REQUESTED) == before + 2
    assert {"asked.example 1", "again.example 1"} == set((tmp_path / "finished").read_text().splitlines())
    assert PASSWORD not in (tmp_path / "probe.jsonl").read_text()


async def test_no_connection_is_lost_by_who_stops_asking(kafka: SecuredKafka, monkeypatch: pytest.MonkeyPatch) -> None:
    """aiokafka loses one it is cancelled on, and says so as a warning, which is an error here."""
    told = settings(monkeypatch, kafka, "SASL_PLAINTEXT")

    async def ask() -> None:
        async with open_positions(told.kafka):
            await asyncio.Event().wait()

    for milliseconds in range(30):
        asking = asyncio.create_task(ask())
        await asyncio.sleep(milliseconds / 1_000)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
    gc.collect()


@each_door
async def test_changes_can_be_followed(kafka: SecuredKafka, door: str, monkeypatch: pytest.MonkeyPatch) -> None:
    told = settings(monkeypatch, kafka, door)
    await create_topics(told.kafka)
    change = open_sealed(EVENT_CHANGED, GOLDEN.read_bytes())
    broker = Broker(Runtime("store", told, start_logging("store", "error"), Metrics("store")))
    async with broker.running():
        assert await broker.ping()
        await broker.publish(change, "cor_1")
    async with asyncio.timeout(30.0), aclosing(changes(told.kafka, from_beginning=True)) as told_changes:
        got: EventChanged = await anext(told_changes)
    assert got == change


@each_door
async def test_a_wrong_password_is_a_kafka_that_cannot_be_reached(
    kafka: SecuredKafka, door: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told = settings(monkeypatch, kafka, door, password="hunter2")
    assert not await kafka_answers(told.kafka)
    with pytest.raises(Outage) as outage:
        async with open_positions(told.kafka):
            pass
    assert "hunter2" not in str(outage.value.detail)
    assert "hunter2" not in "".join(capsys.readouterr())


async def test_without_the_password_or_the_certificate_nobody_is_let_in(kafka: SecuredKafka) -> None:
    assert not await kafka_answers(kafka.servers)
    assert not await kafka_answers(KafkaAddress(kafka.tls_servers, "SASL_SSL", "PLAIN", USER, SecretStr(PASSWORD)))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, "True\n"),
        ({"KABAR_KAFKA_PASSWORD": "hunter2"}, "SaslAuthenticationFailed"),
        ({"KABAR_KAFKA_CA_FILE": ""}, "CERTIFICATE_VERIFY_FAILED"),
    ],
    ids=["well", "password", "certificate"],
)
async def test_an_operator_is_told_why_nobody_answers(kafka: SecuredKafka, changed: Mapping[str, str], said: str) -> None:
    """The command of docs/operate.md, as Python sees it in the container."""
    (code,) = re.findall(r"--entrypoint python kabar -c '\n(.*?)'\n", (ROOT / "docs/operate.md").read_text(encoding="utf-8"), re.DOTALL)
    env = {**environment(kafka, "SASL_SSL", "PLAIN"), **changed}
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, cwd=ROOT, env=env, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    told = (await child.communicate())[0].decode()
    assert said in told
    assert "hunter2" not in told
    assert ("True" in told) is (not changed)

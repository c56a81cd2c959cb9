"""Kafka and the document store as they are run here, for real."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from deploy.local.failures import InUse
from deploy.local.parts import started
from deploy.local.servers import Servers, servers
from services.store.reader import open_reader
from shared.create_topics import create_topics, kafka_answers, wait_for_kafka
from shared.lag import open_positions
from shared.outcomes import Outage
from shared.topics import DEAD, EVENT_CHANGED, PAGE_FETCHED, TOPICS

pytestmark = pytest.mark.integration


async def send(kafka_servers: str, values: list[bytes]) -> None:
    async with AIOKafkaProducer(bootstrap_servers=kafka_servers, acks="all") as producer:
        for value in values:
            await producer.send_and_wait(PAGE_FETCHED.name, value, partition=0)


async def commit(kafka_servers: str, group: str, done: int) -> None:
    async with AIOKafkaConsumer(bootstrap_servers=kafka_servers, group_id=group, enable_auto_commit=False) as consumer:
        consumer.assign([TopicPartition(PAGE_FETCHED.name, 0)])
        await consumer.commit({TopicPartition(PAGE_FETCHED.name, 0): done})


async def published(both: Servers) -> int:
    async with open_positions(both.kafka.servers) as positions:
        return await positions.published(PAGE_FETCHED)


async def test_servers_keep_their_data_over_a_power_cut_and_over_new_ports(tmp_path: Path) -> None:
    async with servers(tmp_path) as both:
        created = await create_topics(both.kafka.servers)
        assert [(one.topic, one.new, one.partitions, one.complaint) for one in created] == [(t, True, t.partitions, None) for t in TOPICS]
        assert not any(one.new for one in await create_topics(both.kafka.servers))
        await send(both.kafka.servers, [b"1", b"2", b"3"])
        address = both.environment()
        await both.kafka.kill()
        await both.documents.kill()
        assert not await kafka_answers(both.kafka.servers)
        async with started(both.kafka, both.documents):
            assert both.environment() == address
            assert await published(both) == 3
    async with servers(tmp_path) as both:
        assert both.environment() != address
        assert not any(one.new for one in await create_topics(both.kafka.servers))
        assert await published(both) == 3
        with pytest.raises(InUse):
            async with servers(tmp_path):
                pass


async def test_lag_counts_what_a_group_has_still_to_do(tmp_path: Path) -> None:
    async with servers(tmp_path) as both:
        at = both.kafka.servers
        await create_topics(at)
        await send(at, [b"1", b"2", b"3"])
        async with open_positions(at) as positions:
            assert await positions.lag("nobody", [EVENT_CHANGED]) == 0
            assert await positions.lag("nobody", [PAGE_FETCHED, DEAD]) == 3
            await commit(at, "somebody", 2)
            assert await positions.lag("somebody", [PAGE_FETCHED]) == 1
            await both.kafka.stop()
            with pytest.raises(Outage):
                await positions.lag("somebody", [PAGE_FETCHED])
        with pytest.raises(Outage):
            async with open_positions(at):
                pass
        with pytest.raises(Outage, match=f"no answer from {at}"):
            await wait_for_kafka(at, 0.3)


async def test_a_topic_that_differs_is_told_and_left_as_it_is(tmp_path: Path) -> None:
    async with servers(tmp_path) as both:
        admin = AIOKafkaAdminClient(bootstrap_servers=both.kafka.servers)
        await admin.start()
        await admin.create_topics([NewTopic(PAGE_FETCHED.name, 1, 1)])
        await admin.close()
        complaints = [one.complaint for one in await create_topics(both.kafka.servers) if one.complaint]
        assert complaints == ["kabar.page.fetched has 1 partitions instead of 6; left as it is."]


async def test_memory_is_within_its_bounds(tmp_path: Path) -> None:
    async with servers(tmp_path) as both:
        await create_topics(both.kafka.servers)
        assert resident_mb(both.kafka.child.pid) < 350
        async with open_reader(both.documents.uri, "kabar") as reader:
            assert (await reader.counts()).articles == 0
        assert resident_mb(both.documents.child.pid) < 150


async def test_a_start_cut_off_while_formatting_starts_again(tmp_path: Path) -> None:
    """What a killed format leaves: half a folder under the draft's name."""
    draft = tmp_path / "kafka.new"
    draft.mkdir()
    (draft / "meta.properties").write_text("#half\n")
    async with servers(tmp_path) as both:
        assert await kafka_answers(both.kafka.servers)
        assert not draft.exists()
        os.kill(both.kafka.child.pid, signal.SIGKILL)
        assert await both.kafka.child.wait() == -signal.SIGKILL


def resident_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024

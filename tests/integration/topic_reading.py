"""Reading and writing topics from outside, as the tests' own witness."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition

from shared.topics import Topic


async def read_all(servers: str, topic: Topic) -> Sequence[ConsumerRecord[bytes, bytes]]:
    """Every record on `topic` now, partition by partition."""
    async with _consumer(servers) as consumer:
        partitions = [TopicPartition(topic.name, number) for number in range(topic.partitions)]
        consumer.assign(partitions)
        ends = await consumer.end_offsets(partitions)
        for partition, start in (await consumer.beginning_offsets(partitions)).items():
            consumer.seek(partition, start)
        records: list[ConsumerRecord[bytes, bytes]] = []
        while any([await consumer.position(partition) < end for partition, end in ends.items()]):
            for batch in (await consumer.getmany(timeout_ms=500)).values():
                records += batch
        return records


async def lag(servers: str, group: str, topic: Topic) -> int:
    """Messages on `topic` that `group` has not committed."""
    async with _consumer(servers, group) as consumer:
        partitions = [TopicPartition(topic.name, number) for number in range(topic.partitions)]
        ends = await consumer.end_offsets(partitions)
        return sum([end - (await consumer.committed(partition) or 0) for partition, end in ends.items()])


async def send(
    servers: str, topic: Topic, messages: Iterable[tuple[bytes | None, bytes]], headers: Sequence[tuple[str, bytes]] = ()
) -> None:
    """Put (key, value) pairs on `topic` as they are, in order, acknowledged."""
    producer = AIOKafkaProducer(bootstrap_servers=servers, acks="all", max_request_size=5_000_000)
    await producer.start()
    try:
        for key, value in messages:
            await producer.send_and_wait(topic.name, value, key=key, headers=list(headers))
    finally:
        await producer.stop()


@asynccontextmanager
async def _consumer(servers: str, group: str | None = None) -> AsyncIterator[AIOKafkaConsumer]:
    consumer = AIOKafkaConsumer(bootstrap_servers=servers, group_id=group, enable_auto_commit=False)
    await consumer.start()
    try:
        yield consumer
    finally:
        await consumer.stop()

"""How far Kafka's consumers are behind, and how much a topic holds."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import GroupCoordinatorNotAvailableError, GroupIdNotFound, NotCoordinatorForGroupError

from shared.kafka_address import KafkaAt, client_arguments
from shared.kafka_connect import connect
from shared.kafka_errors import kafka_errors
from shared.topics import ARTICLE_EXTRACTED, ARTICLE_GONE, CRAWL_REQUESTED, DEAD, PAGE_FETCHED, Topic

GROUPS: Mapping[str, tuple[Topic, ...]] = {
    "kabar-crawler": (CRAWL_REQUESTED,),
    "kabar-extractor": (PAGE_FETCHED,),
    "kabar-store": (ARTICLE_EXTRACTED, ARTICLE_GONE, DEAD),
}
"""Who reads what: the groups named after the services (`shared/broker.py`)."""

_PATIENCE_MS = 5_000
# A group nobody has joined yet, or whose coordinator is just coming up, has committed nothing that we could see.
_NO_GROUP = (GroupCoordinatorNotAvailableError, GroupIdNotFound, NotCoordinatorForGroupError)


class Positions:
    """Where the topics end and where the groups are. Methods raise `Outage` while Kafka is away."""

    def __init__(self, admin: AIOKafkaAdminClient, consumer: AIOKafkaConsumer) -> None:
        self._admin, self._consumer = admin, consumer

    async def published(self, topic: Topic) -> int:
        """Messages ever published to the topic, those past their retention included."""
        with kafka_errors():
            return sum((await self._ends([topic])).values())

    async def lag(self, group: str, topics: Sequence[Topic]) -> int:
        """Messages of `topics` that `group` has still to do. What was never committed counts from the topic's start."""
        with kafka_errors():
            ends = await self._ends(topics)
            starts = await self._consumer.beginning_offsets(list(ends))
            done = await self._committed(group)
        return sum(end - max(starts[partition], done.get(partition, 0)) for partition, end in ends.items())

    async def _ends(self, topics: Sequence[Topic]) -> dict[TopicPartition, int]:
        partitions = [TopicPartition(topic.name, number) for topic in topics for number in range(topic.partitions)]
        ends: dict[TopicPartition, int] = await self._consumer.end_offsets(partitions)
        return ends

    async def _committed(self, group: str) -> dict[TopicPartition, int]:
        try:
            offsets = await self._admin.list_consumer_group_offsets(group)
        except _NO_GROUP:
            return {}
        return {partition: committed.offset for partition, committed in offsets.items()}


@asynccontextmanager
async def open_positions(servers: KafkaAt) -> AsyncIterator[Positions]:
    """Connected for as long as the block lasts. Raises `Outage` when Kafka is away."""
    arguments = {**client_arguments(servers), "request_timeout_ms": _PATIENCE_MS}
    admin, consumer = AIOKafkaAdminClient(**arguments), AIOKafkaConsumer(**arguments)
    try:
        await connect(admin.start, consumer.start)
        yield Positions(admin, consumer)
    finally:
        await consumer.stop()
        await admin.close()

"""What Kafka says of itself: its limits, the topics as they are, who is in a group. For looking only; nothing here changes anything."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import GroupCoordinatorNotAvailableError, NotCoordinatorForGroupError
from aiokafka.protocol.admin import ApiVersionRequest

from shared.kafka_address import KafkaAt, client_arguments
from shared.kafka_connect import connect
from shared.kafka_errors import kafka_errors

_PATIENCE_MS = 5_000
_FETCH, _MESSAGE_BYTES = 1, "message.max.bytes"


@dataclass(frozen=True)
class BrokersSeen:
    """`message_bytes`: the largest message each broker takes, by its id. `fetch_versions`: the least and highest version of a Fetch
    request; Kafka tells its own version in no other way."""

    message_bytes: Mapping[str, int]
    fetch_versions: tuple[int, int]


@dataclass(frozen=True)
class TopicSeen:
    """One topic as it is. `leaderless`: partitions nobody can write to now. `config` as Kafka names it, defaults included."""

    partitions: int
    leaderless: int
    config: Mapping[str, str]


class KafkaState:
    """Methods raise `Outage` while Kafka is away."""

    def __init__(self, client: AIOKafkaClient, admin: AIOKafkaAdminClient) -> None:
        self._client, self._admin = client, admin

    async def brokers(self) -> BrokersSeen:
        """Every broker of the cluster."""
        with kafka_errors():
            ids = sorted(broker.nodeId for broker in self._client.cluster.brokers())
            configs = await self._configs(ConfigResourceType.BROKER, [str(number) for number in ids])
            answer = await self._client.send(ids[0], ApiVersionRequest())
        versions = {key: (least, most) for key, least, most in answer.api_versions}
        most_bytes = {name: int(config[_MESSAGE_BYTES]) for name, config in configs.items() if _MESSAGE_BYTES in config}
        return BrokersSeen(most_bytes, versions.get(_FETCH, (0, 0)))

    async def topics(self, names: Collection[str]) -> dict[str, TopicSeen]:
        """Those of them that are there."""
        with kafka_errors():
            described = {found["topic"]: found["partitions"] for found in await self._admin.describe_topics()}
            there = sorted(described.keys() & set(names))
            configs = await self._configs(ConfigResourceType.TOPIC, there)
        return {name: _topic(described[name], configs.get(name, {})) for name in there}

    async def members(self, group: str) -> int:
        """How many consumers are in the group now."""
        with kafka_errors():
            try:
                # One a request: aiokafka reads the answer with a field too few, which throws it out of step at the second group.
                answers = await self._admin.describe_consumer_groups([group])
            except (GroupCoordinatorNotAvailableError, NotCoordinatorForGroupError):
                return 0
        return sum(len(found[5]) for answer in answers for found in answer.groups if found[1] == group)

    async def _configs(self, kind: ConfigResourceType, names: Collection[str]) -> dict[str, dict[str, str]]:
        """Name → setting → value."""
        if not names:
            return {}
        answers = await self._admin.describe_configs([ConfigResource(kind, name) for name in names])
        found = [resource for answer in answers for resource in answer.resources if resource[0] == 0]
        return {name: {entry[0]: entry[1] for entry in entries} for _, _, _, name, entries in found}


def _topic(partitions: list[dict[str, Any]], config: Mapping[str, str]) -> TopicSeen:
    return TopicSeen(len(partitions), sum(partition["leader"] < 0 for partition in partitions), config)


@asynccontextmanager
async def open_kafka_state(at: KafkaAt) -> AsyncIterator[KafkaState]:
    """Connected for as long as the block lasts. Raises `Outage` when Kafka is away."""
    arguments = {**client_arguments(at), "request_timeout_ms": _PATIENCE_MS}
    client, admin = AIOKafkaClient(**arguments), AIOKafkaAdminClient(**arguments)
    try:
        await connect(client.bootstrap, admin.start)
        yield KafkaState(client, admin)
    finally:
        await client.close()
        await admin.close()

"""The changes of events as they are published, for whoever watches."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from aiokafka import AIOKafkaConsumer

from shared.envelope import open_sealed
from shared.kafka_address import KafkaAt, client_arguments
from shared.kafka_errors import kafka_errors
from shared.messages import EventChanged
from shared.topics import EVENT_CHANGED


async def changes(servers: KafkaAt, *, from_beginning: bool = False) -> AsyncGenerator[EventChanged, None]:
    """Every change from now on, or from the beginning of what the topic keeps; those of one event in order. Never ends.

    Raises `Outage` if Kafka cannot be reached at the start; later it waits for it. Raises `Reject` for a message that is none of ours.
    """
    start = "earliest" if from_beginning else "latest"
    consumer = AIOKafkaConsumer(EVENT_CHANGED.name, **client_arguments(servers), auto_offset_reset=start, enable_auto_commit=False)
    try:
        with kafka_errors():
            await consumer.start()
        async for record in consumer:
            message = open_sealed(EVENT_CHANGED, record.value)
            assert isinstance(message, EventChanged)
            yield message
    finally:
        await consumer.stop()

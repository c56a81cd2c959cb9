"""Messages put back on the topic they came from: dead letters byte for byte, and pages that were kept."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from aiokafka import AIOKafkaProducer

from shared.envelope import seal
from shared.kafka_address import KafkaAt, client_arguments
from shared.kafka_errors import kafka_errors
from shared.lifecycle import utc_now
from shared.messages import DeadLetter, PageFetched
from shared.outcomes import Reject
from shared.topics import DEAD_LETTER_BYTES, TOPICS

_LONGEST = 30.0


def why_not(letter: DeadLetter) -> str | None:
    """Why a letter cannot be put back, if it cannot: it never was a message, or we hold less of it than there was."""
    if letter.topic not in {topic.name for topic in TOPICS}:
        return "it never was a message; ask for its page with kabar crawl"
    return "the message was too long to keep as a whole" if letter.truncated else None


@asynccontextmanager
async def putting_back(servers: KafkaAt) -> AsyncIterator[Callable[[DeadLetter], Awaitable[None]]]:
    """What sends a letter as it was, with its key and headers, acknowledged by all replicas.

    It raises `Reject("not_a_message")` for a letter with a `why_not`, and `Outage` while Kafka is away, as entering does.
    """
    async with _producing(servers) as producer:

        async def send(letter: DeadLetter) -> None:
            if reason := why_not(letter):
                raise Reject("not_a_message", f"{letter.id}: {reason}")
            key = None if letter.key is None else letter.key.encode()
            headers = [(name, base64.b64decode(value)) for name, value in letter.headers]
            with kafka_errors():
                await producer.send_and_wait(letter.topic, base64.b64decode(letter.value), key=key, headers=headers)

        yield send


@asynccontextmanager
async def putting_pages_back(
    servers: KafkaAt, now: Callable[[], datetime] = utc_now
) -> AsyncIterator[Callable[[PageFetched], Awaitable[None]]]:
    """What publishes a page again under its own id, acknowledged by all replicas.

    It raises `Reject("message_too_big")`, and `Outage` while Kafka is away, as entering does.
    """
    async with _producing(servers) as producer:

        async def send(page: PageFetched) -> None:
            sealed = seal(page, source="replay", time=now(), correlation_id=page.page_id.replace("pag_", "cor_", 1))
            if len(sealed) > sealed.topic.max_bytes:
                raise Reject("message_too_big", f"{page.page_id}: {len(sealed)} bytes, {sealed.topic.max_bytes} allowed")
            with kafka_errors():
                await producer.send_and_wait(sealed.topic.name, sealed.value, key=sealed.key, headers=list(sealed.headers))

        yield send


@asynccontextmanager
async def _producing(servers: KafkaAt) -> AsyncIterator[AIOKafkaProducer]:
    producer = AIOKafkaProducer(**client_arguments(servers), acks="all", enable_idempotence=True, max_request_size=DEAD_LETTER_BYTES)
    try:
        with kafka_errors():
            async with asyncio.timeout(_LONGEST):
                await producer.start()
        yield producer
    finally:
        await producer.stop()

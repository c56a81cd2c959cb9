"""Create the topics of `shared/topics.py`: `python -m shared.create_topics`, before anything publishes."""

from __future__ import annotations

import asyncio
import logging
import sys
import time
from collections.abc import AsyncIterator, Set
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaError, NoError, TopicAlreadyExistsError, for_code

from shared.kafka_address import KafkaAt, client_arguments
from shared.outcomes import Outage
from shared.settings import SettingsError, load_settings
from shared.topics import TOPICS, Topic

_WAIT_SECONDS = 60.0
_ATTEMPT_MS = 5_000
_LOOK_AGAIN = 0.1


@dataclass(frozen=True)
class Created:
    """What became of one topic. `complaint` is a sentence when what exists differs from what it should be."""

    topic: Topic
    new: bool
    partitions: int
    complaint: str | None = None


async def create_topics(servers: KafkaAt) -> list[Created]:
    """Create what is missing and wait until every broker shows it. Raises `Outage` while Kafka is away.

    Changes nothing that exists: more partitions would send a host's or an article's next message past those under way.
    """
    async with _admin(servers) as admin:
        new = await _create(admin, set(await admin.list_topics()))
        partitions = await _shown(admin)
    return [_outcome(topic, topic.name in new, partitions[topic.name]) for topic in TOPICS]


async def kafka_answers(servers: KafkaAt) -> bool:
    """Does a broker answer there now."""
    client = AIOKafkaClient(**client_arguments(servers), request_timeout_ms=_ATTEMPT_MS)
    try:
        await client.bootstrap()
    except (KafkaError, OSError):
        return False
    else:
        return bool(client.cluster.brokers())
    finally:
        await client.close()


async def wait_for_kafka(servers: KafkaAt, seconds: float = _WAIT_SECONDS) -> None:
    """Return when a broker answers. Raises `Outage("kafka_away")` after `seconds`."""
    # Between two attempts, never in one: aiokafka loses a connection it is cancelled on.
    end = time.monotonic() + seconds
    while not await kafka_answers(servers):
        if time.monotonic() > end:
            raise Outage("kafka_away", detail=f"no answer from {servers} within {seconds:.0f} s")
        await asyncio.sleep(_LOOK_AGAIN)


async def _create(admin: AIOKafkaAdminClient, there: Set[str]) -> set[str]:
    """The names created. Somebody else may create them at the same time."""
    missing = [topic for topic in TOPICS if topic.name not in there]
    if not missing:
        return set()
    answer = await admin.create_topics([_wanted(topic) for topic in missing])
    errors = {name: for_code(code) for name, code, *_ in answer.topic_errors}
    for name, error in errors.items():
        if error not in (NoError, TopicAlreadyExistsError):
            raise error(name)
    return {name for name, error in errors.items() if error is NoError}


def _wanted(topic: Topic) -> NewTopic:
    wanted = NewTopic(topic.name, topic.partitions, 1, topic_configs=topic.config())
    # The brokers' own default. Kafka knows it by -1; aiokafka's constructor refuses that beside a number of partitions.
    wanted.replication_factor = -1
    return wanted


async def _shown(admin: AIOKafkaAdminClient) -> dict[str, int]:
    """Topic → partitions, once every partition of every topic of ours has a leader."""
    names = {topic.name for topic in TOPICS}
    try:
        async with asyncio.timeout(_WAIT_SECONDS):
            while True:
                described: list[dict[str, Any]] = await admin.describe_topics()
                led = {d["topic"]: len(d["partitions"]) for d in described if all(p["leader"] >= 0 for p in d["partitions"])}
                if names <= led.keys():
                    return led
                await asyncio.sleep(_LOOK_AGAIN)
    except TimeoutError:
        raise Outage("kafka_away", detail=f"topics without a leader after {_WAIT_SECONDS:.0f} s") from None


def _outcome(topic: Topic, new: bool, found: int) -> Created:
    complaint = None if found == topic.partitions else f"{topic.name} has {found} partitions instead of {topic.partitions}; left as it is."
    return Created(topic, new, found, complaint)


@asynccontextmanager
async def _admin(servers: KafkaAt) -> AsyncIterator[AIOKafkaAdminClient]:
    admin = AIOKafkaAdminClient(**client_arguments(servers))
    try:
        await admin.start()
        yield admin
    except (KafkaError, OSError) as error:
        raise Outage("kafka_away", detail=f"{type(error).__name__}: {error}") from error
    finally:
        await admin.close()


async def _main(servers: KafkaAt) -> int:
    await wait_for_kafka(servers)
    for created in await create_topics(servers):
        sys.stdout.write(f"{created.topic.name}: {'created' if created.new else 'exists'}, {created.partitions} partitions\n")
        if created.complaint:
            sys.stderr.write(f"{created.complaint}\n")
    return 0


def main() -> int:
    """Returns the exit code: 0 done, 2 settings, 4 Kafka cannot be reached."""
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    try:
        return asyncio.run(_main(load_settings().kafka))
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except Outage as outage:
        sys.stderr.write(f"Kafka cannot be reached: {outage.detail}.\n")
        return 4


if __name__ == "__main__":
    sys.exit(main())

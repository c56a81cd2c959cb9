"""Every message counts once: the identity that docs/metrics.md promises, on a broker whose Kafka is a list."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Any

import pytest
import structlog
from aiokafka.errors import KafkaConnectionError
from faststream.exceptions import NackMessage

from shared.broker import Broker, Delivered
from shared.dead import Record
from shared.envelope import Outgoing
from shared.lanes import End, Lanes
from shared.lifecycle import Runtime
from shared.messages import CrawlRequested, Message
from shared.outcomes import Outage, Reject, Retry
from shared.settings import Settings
from shared.telemetry import Metrics
from shared.topics import CRAWL_REQUESTED, DEAD, Topic
from tests.unit.shared.samples import samples, total

TOPIC = CRAWL_REQUESTED.name
ENDS = ("received", "delivered", "dead", "returned", "repeated")


class Listed(Broker):
    """Publishes to a list, unless Kafka is away."""

    def __init__(self, run: Runtime) -> None:
        super().__init__(run)
        self.sent: list[Outgoing] = []
        self.away = False
        self.lanes = Lanes(TOPIC, run.metrics)

    async def take(self, *wishes: str) -> None:
        """A batch of these, from the first offset on."""
        await self.lanes.take(asks(*wishes), partial(self.deliver, CRAWL_REQUESTED, handle))

    async def _send(self, sealed: Outgoing) -> None:
        if self.away:
            raise KafkaConnectionError
        self.sent.append(sealed)


def runtime() -> Runtime:
    log = structlog.stdlib.get_logger("kabar.lanes")
    return Runtime("crawler", Settings(deliver_attempts=2, deliver_backoff_seconds=0.001), log, Metrics("crawler"))


def asks(*wishes: str) -> list[Record]:
    """One message each, `broken` cannot be read; each has a key of its own."""
    values = [b"{" if wish == "broken" else CrawlRequested(site_id=wish).model_dump_json().encode() for wish in wishes]
    return [Record(TOPIC, 0, number, str(number).encode(), value, ()) for number, value in enumerate(values)]


async def handle(delivered: Delivered[CrawlRequested]) -> Sequence[Message]:
    match delivered.message.site_id:
        case "reject":
            raise Reject("never_good")
        case "retry":
            raise Retry("not_yet", after=0.0)
        case "defect":
            raise ZeroDivisionError
        case "away":
            raise Outage("store_away", after=0.0)
    return [CrawlRequested(site_id="next")]


def ends(metrics: Metrics, topic: str = TOPIC) -> dict[str, float]:
    return {end: samples(metrics, f"kabar_messages_{end}_total", "topic").get((topic,), 0.0) for end in ENDS}


def published(metrics: Metrics, topic: Topic) -> float:
    return samples(metrics, "kabar_messages_published_total", "topic").get((topic.name,), 0.0)


async def test_every_message_is_delivered_or_dead_and_what_came_of_it_is_published() -> None:
    run = runtime()
    broker = Listed(run)
    await broker.take("fine", "reject", "retry", "defect", "broken", "fine")
    assert ends(run.metrics) == {"received": 6, "delivered": 2, "dead": 4, "returned": 0, "repeated": 0}
    assert samples(run.metrics, "kabar_messages_dead_total", "reason") == {
        ("never_good",): 1,
        ("not_yet",): 1,
        ("unexpected_error",): 1,
        ("invalid_json",): 1,
    }
    assert published(run.metrics, CRAWL_REQUESTED) == 2, "one for each that was delivered"
    assert published(run.metrics, DEAD) == 4, "a letter for each that is dead"
    assert [sealed.topic for sealed in broker.sent].count(DEAD) == 4
    assert total(run.metrics, "kabar_handle_seconds_count") == 2


async def test_a_batch_that_comes_again_counts_when_it_is_done() -> None:
    """Two of it were already at their end, one with a dead letter; they come again with the third, and count once."""
    run = runtime()
    broker = Listed(run)
    broker._stopping.set()  # so that an outage is given back at once
    with pytest.raises(NackMessage):
        await broker.take("fine", "reject", "away")
    assert ends(run.metrics) == {"received": 3, "delivered": 0, "dead": 0, "returned": 3, "repeated": 0}
    broker._stopping.clear()
    await broker.take("fine", "reject", "fine")
    after = ends(run.metrics)
    assert after == {"received": 6, "delivered": 2, "dead": 1, "returned": 3, "repeated": 0}
    assert after["received"] == sum(value for end, value in after.items() if end != "received")
    assert published(run.metrics, DEAD) == 2, "the letter went out twice, under one id; the count of the dead does not"


async def test_what_is_done_and_comes_once_more_counts_as_repeated() -> None:
    """A commit that is lost in a rebalance: all of the batch comes again, with what came behind it."""
    run = runtime()
    broker = Listed(run)
    await broker.take("fine", "reject")
    await broker.take("fine", "reject", "fine", "reject")
    after = ends(run.metrics)
    assert after == {"received": 6, "delivered": 2, "dead": 2, "returned": 0, "repeated": 2}
    assert after["received"] == sum(value for end, value in after.items() if end != "received")
    assert samples(run.metrics, "kabar_messages_dead_total", "reason") == {("never_good",): 2}


async def test_each_partition_is_done_by_itself() -> None:
    metrics = Metrics("crawler")
    lanes = Lanes(TOPIC, metrics)

    async def deliver(_record: Record) -> End:
        return End(0.0)

    for partition, offset in ((0, 7), (1, 3), (0, 7), (1, 4), (0, 8), (1, 3)):
        await lanes.take([Record(TOPIC, partition, offset, b"a", b"", ())], deliver)
    assert ends(metrics) == {"received": 6, "delivered": 4, "dead": 0, "returned": 0, "repeated": 2}


async def test_a_letter_that_kafka_does_not_take_is_no_dead_message() -> None:
    run = runtime()
    broker = Listed(run)
    broker.away = True
    broker._stopping.set()
    with pytest.raises(NackMessage):
        await broker.take("reject")
    assert ends(run.metrics) == {"received": 1, "delivered": 0, "dead": 0, "returned": 1, "repeated": 0}


async def test_a_batch_cut_off_is_given_back() -> None:
    run, begun = runtime(), asyncio.Event()

    async def forever(_record: Record) -> End:
        begun.set()
        await asyncio.Event().wait()
        raise AssertionError

    work = asyncio.create_task(Lanes(TOPIC, run.metrics).take(asks("fine", "fine"), forever))
    await begun.wait()
    assert ends(run.metrics) == {"received": 2, "delivered": 0, "dead": 0, "returned": 0, "repeated": 0}, "in hand"
    work.cancel()
    await asyncio.wait([work])
    assert ends(run.metrics) == {"received": 2, "delivered": 0, "dead": 0, "returned": 2, "repeated": 0}


async def test_those_of_one_key_stay_in_order_and_others_go_beside_them() -> None:
    order: list[int] = []
    free = asyncio.Event()

    async def deliver(record: Record) -> End:
        if record.offset == 0:
            await free.wait()
        order.append(record.offset)
        if record.offset == 2:
            free.set()
        return End(0.0)

    batch = [Record(TOPIC, 0, number, key, b"", ()) for number, key in enumerate((b"a", b"a", b"b"))]
    await Lanes(TOPIC, Metrics("crawler")).take(batch, deliver)
    assert order == [2, 0, 1]


async def test_a_topic_that_is_read_counts_from_nothing() -> None:
    run = runtime()

    async def nothing(_delivered: Delivered[Any]) -> Sequence[Message]:
        return ()

    Broker(run).subscribe(CRAWL_REQUESTED, nothing)
    for end in ("received", "delivered", "returned", "repeated"):
        assert samples(run.metrics, f"kabar_messages_{end}_total", "topic") == {(TOPIC,): 0.0}

"""Kafka: delivery guarantees live here and nowhere else.

Every subscriber takes small batches under `NACK_ON_ERROR`; the router-level middleware splits a batch into messages,
those of one key in order, different keys side by side. A message is done when its handler has returned *and* the messages
it returned are acknowledged by all replicas (or its dead letter is); only then is the batch committed. So whatever dies,
a message is either done or comes again.

    invalid input, `Reject`     dead letter at once
    `Retry`, any other error    again after back-off, at most `deliver_attempts` times, then dead letter
    `Outage`                    again for as long as it takes; after OUTAGE_PATIENCE the batch goes back to Kafka, so that
                                the group does not lose this member
"""

from __future__ import annotations

import asyncio
import dataclasses
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

from aiokafka import ConsumerRecord
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaError, MessageSizeTooLargeError
from faststream import AckPolicy, BaseMiddleware
from faststream.exceptions import NackMessage
from faststream.kafka import KafkaBroker, KafkaRouter
from faststream.kafka.message import KafkaMessage

from shared.backoff import Backoff
from shared.broker_security import broker_security
from shared.dead import Failure, Record, bury, subject
from shared.envelope import Outgoing, open_sealed, seal
from shared.kafka_address import client_arguments
from shared.lanes import End, Lanes
from shared.lifecycle import Runtime
from shared.messages import Message
from shared.outcomes import Outage, Reject, Retry, reason_of
from shared.telemetry import about
from shared.topics import DEAD, DEAD_LETTER_BYTES, Topic
from shared.tracing import fail, span, tell, traceparent
from shared.watch_lag import watching_lag

OUTAGE_PATIENCE = 60.0
_BATCH_WAIT_MS = 100

M = TypeVar("M", bound=Message)


@dataclass(frozen=True)
class Delivered(Generic[M]):
    """A message as a handler gets it."""

    message: M
    correlation_id: str


Handler = Callable[[Delivered[M]], Awaitable[Sequence[Message]]]


class Broker:
    """One service's connection to Kafka. `subscribe` before `running()`; a handler returns the messages to publish."""

    def __init__(self, run: Runtime) -> None:
        self._run = run
        self._stopping = asyncio.Event()
        self._reads: dict[str, list[Topic]] = {}
        self._kafka = KafkaBroker(
            str(run.settings.kafka).split(","),
            security=broker_security(run.settings.kafka),
            acks="all",
            enable_idempotence=True,
            linger_ms=0,
            # The one client also carries dead letters; each topic's own limit is held in `publish`.
            max_request_size=DEAD_LETTER_BYTES,
            client_id=f"kabar-{run.service}",
            allow_auto_create_topics=False,
            graceful_timeout=run.settings.stop_seconds,
            apply_types=False,
            # Not FastStream's own logger, which prints in colours to a terminal; its routine warnings tell an operator nothing.
            logger=_quiet(logging.getLogger("kafka.faststream")),
        )

    def subscribe(self, topic: Topic, handler: Handler[M], *, group: str | None = None) -> None:
        """Let `handler` have every message of `topic`, in `group`; without one in that named after the service."""
        group = group or f"kabar-{self._run.service}"
        self._reads.setdefault(group, []).append(topic)
        self._run.metrics.reads(topic.name)
        router = KafkaRouter(middlewares=[_Delivery(Lanes(topic.name, self._run.metrics), partial(self.deliver, topic, handler))])
        take = router.subscriber(
            topic.name,
            batch=True,
            max_records=self._run.settings.deliver_batch,
            batch_timeout_ms=_BATCH_WAIT_MS,
            group_id=group,
            auto_offset_reset="earliest",
            ack_policy=AckPolicy.NACK_ON_ERROR,
            parser=_parse_untrusted,
        )
        take(_nothing)
        self._kafka.include_router(router)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Connected and consuming; at the end the work in hand is finished first. Raises `Outage` if Kafka is away."""
        await self._reach()
        try:
            await self._kafka.start()
        except (KafkaError, OSError) as error:
            await self._kafka.stop()
            raise Outage("kafka_away", detail=str(error)) from error
        async with watching_lag(self._run, self._reads):
            try:
                yield
            finally:
                self._stopping.set()
                await self._kafka.stop()

    async def _reach(self) -> None:
        """FastStream leaks a half-started producer when Kafka is away, so look first."""
        client = AIOKafkaClient(**client_arguments(self._run.settings.kafka))
        try:
            await client.bootstrap()
        except (KafkaError, OSError) as error:
            raise Outage("kafka_away", detail=str(error)) from error
        finally:
            await client.close()

    async def ping(self) -> bool:
        """Does Kafka answer now."""
        return await self._kafka.ping(timeout=2.0)

    async def publish(self, message: Message, correlation_id: str) -> None:
        """Send and wait until all replicas have it. Raises `Outage`, or `Reject("message_too_big")`."""
        with span("publish", "producer"):
            await self._publish(message, correlation_id)

    async def _publish(self, message: Message, correlation_id: str) -> None:
        sealed = seal(message, source=self._run.service, time=self._run.now(), correlation_id=correlation_id, traceparent=traceparent())
        tell(messaging__destination__name=sealed.topic.name, messaging__message__id=sealed.id)
        if len(sealed) > sealed.topic.max_bytes:
            raise Reject("message_too_big", f"{len(sealed)} bytes for {sealed.topic.name}, {sealed.topic.max_bytes} allowed")
        try:
            await self._send(sealed)
        except MessageSizeTooLargeError as error:
            raise Reject("message_too_big", str(error)) from error
        except (TimeoutError, KafkaError, OSError) as error:
            raise Outage("kafka_away", detail=f"{type(error).__name__}: {error}") from error
        self._run.metrics.published(sealed.topic.name)
        self._run.log.debug("published", correlation_id=correlation_id, topic=sealed.topic.name, message_id=sealed.id)

    async def _send(self, sealed: Outgoing) -> None:
        await self._kafka.publish(
            sealed.value,
            sealed.topic.name,
            key=sealed.key,
            headers={name: value.decode() for name, value in sealed.headers},
            correlation_id=next(value.decode() for name, value in sealed.headers if name == "correlation_id"),
        )

    async def deliver(self, topic: Topic, handler: Handler[Any], record: Record) -> End:
        """Bring one record to its end: handled and its outputs acknowledged, or dead-lettered. Raises `NackMessage` to get it again."""
        with about(record.correlation_id), self._run.traces.journey("receive", "consumer", record.correlation_id, record.traceparent):
            tell(messaging__destination__name=topic.name, kabar__partition=record.partition, messaging__kafka__offset=record.offset)
            return await self._deliver(topic, handler, record)

    async def _deliver(self, topic: Topic, handler: Handler[Any], record: Record) -> End:
        run, started, dead = self._run, self._run.monotonic(), None
        message: Message | None = None
        try:
            message = open_sealed(topic, record.value)
            tell(kabar__site=subject(message)[0], url__full=subject(message)[1])
            with about(record.correlation_id, *subject(message)):
                await self._handle(topic, handler, Delivered(message, record.correlation_id))
        except _GivenUp as given_up:
            dead = given_up.failure
        except Reject as reject:
            dead = self._failure(reject, 1)
        seconds, (site, url) = run.monotonic() - started, subject(message)
        if dead is not None:
            await self._dead(topic, handler, record, dead, message)
            return End(seconds, dead.reason)
        run.log.info("delivered", topic=topic.name, site=site, url=url, seconds=round(seconds, 3))
        return End(seconds)

    async def _handle(self, topic: Topic, handler: Handler[Any], delivered: Delivered[Any]) -> None:
        """Try until it works, can never work (`Reject`), or has been tried often enough (`_GivenUp`)."""
        attempts, since = 0, self._run.monotonic()
        backoff = Backoff.of(self._run.settings, self._run.random)
        while True:
            attempts += 1
            try:
                for output in await handler(delivered):
                    await self.publish(output, delivered.correlation_id)
                self._run.fault("published")
                return
            except Reject as reject:
                raise _GivenUp(self._failure(reject, attempts)) from reject
            except Outage as outage:
                attempts -= 1
                self._run.metrics.retried(topic.name, outage.reason)
                self._run.log.warning("outage", topic=topic.name, reason=outage.reason, detail=outage.detail)
                if self._run.monotonic() - since > OUTAGE_PATIENCE:
                    raise NackMessage from outage
                await self._wait(max(outage.after, backoff.next()))
            except Exception as error:
                if attempts >= self._run.settings.deliver_attempts:
                    raise _GivenUp(self._failure(error, attempts)) from error
                self._run.metrics.retried(topic.name, reason_of(error))
                await self._wait(max(error.after if isinstance(error, Retry) else 0.0, backoff.next()))

    async def _dead(self, topic: Topic, handler: Handler[Any], record: Record, failure: Failure, message: Message | None) -> None:
        """Publish the dead letter, however long the broker is away. Unreadable dead letters are handed on wrapped."""
        letter = bury(record, failure, message)
        fail(failure.reason, failure.detail)
        self._run.log.error(
            "dead_letter",
            correlation_id=letter.correlation_id, site=letter.site_id, url=letter.url,
            topic=topic.name, partition=record.partition, offset=record.offset,
            reason=failure.reason, detail=failure.detail, attempts=failure.attempts, traceback=letter.traceback_digest,
        )  # fmt: skip
        if topic is DEAD:
            if message is None:
                await handler(Delivered(letter, letter.correlation_id))
            return
        await self.publish_surely(letter, letter.correlation_id)

    async def publish_surely(self, message: Message, correlation_id: str) -> None:
        """`publish`, waiting out an outage; `NackMessage` after OUTAGE_PATIENCE or at the end of the service."""
        backoff, since = Backoff.of(self._run.settings, self._run.random), self._run.monotonic()
        while True:
            try:
                return await self.publish(message, correlation_id)
            except Outage as outage:
                if self._run.monotonic() - since > OUTAGE_PATIENCE:
                    raise NackMessage from outage
                await self._wait(backoff.next())

    async def _wait(self, seconds: float) -> None:
        """Sleep, or give the batch back when the service is ending."""
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return
        raise NackMessage

    def _failure(self, error: Exception, attempts: int) -> Failure:
        detail = error.detail if isinstance(error, Reject | Retry) else f"{type(error).__name__}: {error}"
        return Failure(reason_of(error), detail, attempts, self._run.service, self._run.now(), error)


class _GivenUp(Exception):
    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.reason)
        self.failure = failure


class _Delivery:
    """The router-level middleware: one instance a subscriber."""

    def __init__(self, lanes: Lanes, deliver: Callable[[Record], Awaitable[End]]) -> None:
        self._lanes, self._deliver = lanes, deliver

    def __call__(self, msg: Any, *, context: Any) -> BaseMiddleware[Any, Any]:
        return _DeliveryScope(msg, context=context, deliver=self._deliver_batch)

    async def _deliver_batch(self, records: Sequence[ConsumerRecord[Any, Any]]) -> None:
        await self._lanes.take([Record.of(record) for record in records], self._deliver)


class _DeliveryScope(BaseMiddleware[Any, Any]):
    def __init__(self, msg: Any, /, *, context: Any, deliver: Callable[[Sequence[Any]], Awaitable[None]]) -> None:
        super().__init__(msg, context=context)
        self._deliver = deliver

    async def consume_scope(self, call_next: Callable[[Any], Awaitable[Any]], msg: Any) -> None:
        # The handler has been called by `deliver`. `call_next` would decode the batch again, FastStream's way, and raise,
        # for ever, on a header that is not UTF-8.
        await self._deliver(msg.raw_message)


async def _nothing(_batch: Any) -> None:
    """FastStream wants a handler to subscribe; the middleware does the work."""


def _quiet(logger: logging.Logger) -> logging.Logger:
    logger.setLevel(logging.ERROR)
    return logger


async def _parse_untrusted(
    records: tuple[ConsumerRecord[Any, Any], ...], original: Callable[[Any], Awaitable[KafkaMessage]]
) -> KafkaMessage:
    """FastStream's own parser decodes headers as UTF-8 too: give it none."""
    message = await original(tuple(dataclasses.replace(record, headers=(), value=b"") for record in records))
    message.raw_message = records
    return message

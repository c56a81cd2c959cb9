"""Kafka's errors as our one word for them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from aiokafka.errors import KafkaError

from shared.outcomes import Outage


@contextmanager
def kafka_errors() -> Iterator[None]:
    """Raises `Outage("kafka_away")` for whatever Kafka's client, the network or a deadline has to say."""
    try:
        yield
    except KafkaError as error:  # says its own name
        raise Outage("kafka_away", detail=str(error)) from error
    except OSError as error:
        raise Outage("kafka_away", detail=f"{type(error).__name__}: {error}") from error

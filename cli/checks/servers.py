"""Kafka, the document store and the services: are they there, and such that Kabar can work with them. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cli.checks.finding import Finding, failure, listed, ok, warning
from deploy.local.health import Health
from services.store.examine import StoreSeen
from shared.kafka_state import BrokersSeen

_FETCH_OF_0_11 = 4
_LEAST_MONGO = 7
_NO_SUCH_SERVICE = "Set KABAR_SERVICES to where the services are, or start them."


def judge_kafka(seen: BrokersSeen, wanted_bytes: int) -> Iterator[Finding]:
    """`wanted_bytes`: the largest message of any topic of ours. Fetch requests: version 4 came with 0.11 (idempotence, headers),
    and 4.0 dropped all below it; of Produce it still names those that it dropped."""
    least, most = seen.fetch_versions
    if most < _FETCH_OF_0_11:
        yield failure("kafka", "Kafka is older than 0.11.", "Use Kafka 4.")
    elif least < _FETCH_OF_0_11:
        yield warning("kafka", "Kafka is older than 4.0, with which Kabar is not tested.", "Use Kafka 4.")
    small = sorted(f"broker {name} takes {size} bytes" for name, size in seen.message_bytes.items() if size < wanted_bytes)
    if small:
        says = f"Dead letters need messages of {wanted_bytes} bytes, but {listed(small)}."
        yield failure("kafka", says, "Raise message.max.bytes to 5242880, as docker-compose.yml does.")
    elif least >= _FETCH_OF_0_11:
        yield ok("kafka", f"Kafka answers: {_brokers(len(seen.message_bytes))} of 4.0 or later, messages up to {_least(seen)} bytes.")


def judge_store(seen: StoreSeen) -> Iterator[Finding]:
    """Version, and whether it takes writes as we make them."""
    kind = f"replica set {seen.replica_set}" if seen.replica_set else "a single server"
    if seen.refused is not None:
        yield failure(
            "store",
            f"The document store takes no write by a majority and in its journal: {seen.refused}.",
            "See that it has a primary, a disk that is not full, and a user who may write.",
        )
    if (release := _release(seen.version)) is not None and release < _LEAST_MONGO:
        yield warning("store", f"The document store is MongoDB {seen.version}.", f"Use MongoDB {_LEAST_MONGO} or later; 8 is tested.")
    elif seen.refused is None:
        yield ok("store", f"The document store takes writes by a majority and in its journal: {seen.version or 'unknown version'}, {kind}.")


def judge_services(healths: Mapping[str, Health]) -> Iterator[Finding]:
    """By name, what each says of itself; a service of several processes has several names."""
    for name, health in sorted(healths.items()):
        if not health.alive:
            yield failure("services", f"The {name} does not answer.", f"Start it, or look for its last words in the log of the {name}.")
        elif not health.ready:
            failing = listed(check for check, well in health.checks.items() if not well) or "it has not begun to work"
            yield failure("services", f"The {name} is not ready: {failing}.", f"See the findings on these, and the log of the {name}.")
    if healths and all(health.ready for health in healths.values()):
        yield ok("services", f"Ready: {listed(sorted(healths), 20)}.")
    if not healths:
        yield warning("services", "It is not known where the services are.", _NO_SUCH_SERVICE)


def _brokers(number: int) -> str:
    return "one broker" if number == 1 else f"{number} brokers"


def _least(seen: BrokersSeen) -> int:
    return min(seen.message_bytes.values(), default=0)


def _release(version: str) -> int | None:
    """8 of 8.0.4; `None` for what has no such number."""
    first = version.split(".", 1)[0]
    return int(first) if first.isascii() and first.isdigit() else None

"""The servers a command needs: named in the environment, of the running stack, or started for the time of the command."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.local.documents import DocumentStore
from deploy.local.failures import Say, StackFailure
from deploy.local.folder import find_running, hold
from deploy.local.kafka import KafkaServer, ready_kafka
from deploy.local.parts import started
from shared.kafka_address import KafkaAt
from shared.settings import kafka_at


@asynccontextmanager
async def reach_documents(data_dir: Path, environ: Mapping[str, str] = os.environ) -> AsyncIterator[str]:
    """The URI of the document store. Raises `StackFailure` when there is none, `InUse` when somebody else is at it."""
    if given := environ.get("KABAR_MONGO_URI"):
        yield given
    elif running := find_running(data_dir):
        yield running.mongo_uri
    elif not (data_dir / "documents").is_dir():
        raise StackFailure(f"There are no documents in {data_dir}: run `kabar up` first, or name another folder with --data-dir.")
    else:
        with hold(data_dir):
            store = DocumentStore(data_dir)
            async with started(store):
                yield store.uri


@asynccontextmanager
async def reach_kafka(data_dir: Path, say: Say, environ: Mapping[str, str] = os.environ) -> AsyncIterator[KafkaAt]:
    """Kafka's servers, and how they let us in. Raises `Missing`, `InUse`, or `StackFailure` when it does not come up."""
    if given := environ.get("KABAR_KAFKA_SERVERS"):
        yield kafka_at(given)
    elif running := find_running(data_dir):
        yield running.kafka_servers
    else:
        with hold(data_dir):
            kafka = KafkaServer(await ready_kafka(say), data_dir)
            async with started(kafka):
                yield kafka.servers


@dataclass(frozen=True)
class Reached:
    """Servers that run: Kafka's, and the URI of the document store."""

    kafka: KafkaAt
    mongo: str


def reach_running(data_dir: Path, environ: Mapping[str, str] = os.environ) -> Reached:
    """The servers of services that run: both named in the environment, or those of the running stack. Raises `StackFailure`."""
    running = find_running(data_dir)
    kafka = environ.get("KABAR_KAFKA_SERVERS") or (running and running.kafka_servers)
    mongo = environ.get("KABAR_MONGO_URI") or (running and running.mongo_uri)
    if not kafka or not mongo:
        raise StackFailure(
            f"Kabar is not running in {data_dir}: run `kabar up` first, name another folder with --data-dir, "
            "or set KABAR_KAFKA_SERVERS and KABAR_MONGO_URI."
        )
    return Reached(kafka_at(kafka), mongo)

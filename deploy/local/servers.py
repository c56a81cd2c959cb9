"""The two servers of the local stack, and a service of it."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.local.children import Child
from deploy.local.documents import DocumentStore
from deploy.local.failures import Say
from deploy.local.folder import hold
from deploy.local.jars import ROOT
from deploy.local.kafka import KafkaServer, ready_kafka
from deploy.local.parts import Part, started
from deploy.local.ports import free_port

# A service has KABAR_STOP_SECONDS, 25, for the work in hand.
_STOP_SECONDS = 30.0


@dataclass(frozen=True)
class Servers:
    """Both run; either may be killed, stopped and started again at its address."""

    kafka: KafkaServer
    documents: DocumentStore

    def environment(self) -> dict[str, str]:
        """What a service needs to find them."""
        return {"KABAR_KAFKA_SERVERS": self.kafka.servers, "KABAR_MONGO_URI": self.documents.uri}


@asynccontextmanager
async def servers(data_dir: Path, say: Say = lambda _sentence: None) -> AsyncIterator[Servers]:
    """A running Kafka and document store with their data in `data_dir`, which nobody else may use meanwhile.

    Raises `Missing`, `InUse`, or `StackFailure` when one does not come up. Topics are not created here.
    """
    with hold(data_dir):
        both = Servers(KafkaServer(await ready_kafka(say), data_dir), DocumentStore(data_dir))
        async with started(both.kafka, both.documents):
            yield both


def service_process(name: str, env: Mapping[str, str], log: Path) -> Child:
    """Start `python -m services.NAME` with `env` added to ours, its JSON lines appended to `log`."""
    return Child([sys.executable, "-m", f"services.{name}"], log, cwd=ROOT, env=env)


class Service(Part):
    """One service, with its health at a port of its own."""

    def __init__(self, name: str, env: Mapping[str, str], log: Path) -> None:
        super().__init__(name, _STOP_SECONDS)
        self.port, self._log = free_port(), log
        self._env = {**env, "KABAR_HTTP_PORT": str(self.port)}

    async def start(self) -> None:
        """Start it. It waits by itself for what it needs, so there is nothing to wait for here."""
        self._child = service_process(self.name, self._env, self._log)

"""Everything real: Kafka, the document store and the services, each a process of its own that can be struck."""

from __future__ import annotations

import asyncio
import os
import signal
import time
import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from deploy.local.documents import DocumentStore
from deploy.local.folder import hold
from deploy.local.health import read_health
from deploy.local.kafka import KafkaServer, ready_kafka
from deploy.local.parts import Part, started
from deploy.local.servers import Servers, Service
from shared.create_topics import create_topics
from shared.lag import GROUPS, open_positions
from shared.outcomes import Outage

HEALTHY_SECONDS = 60.0
_LOOK_AGAIN = 0.25
_STOP_SECONDS = 40.0


class TestableStore(DocumentStore):
    """The document store with the commands its maker has for tests, so that it can be told to refuse writes."""

    __test__ = False

    def _command(self) -> list[str]:
        return [*super()._command(), "--enable-test-commands"]


@dataclass
class Rig:
    """A stack under test. `worst` is the longest time, in seconds, from a strike's end until all services were ready again."""

    servers: Servers
    folder: Path
    database: str
    environment: Mapping[str, str]
    fault: str
    services: dict[str, Service] = field(default_factory=dict)
    struck_at: float | None = None
    worst: float = 0.0
    was_red: bool = False
    complaints: list[str] = field(default_factory=list)

    @property
    def marker(self) -> Path:
        """While it is there, no fault point is taken."""
        return self.folder / "marker"

    async def start(self, *names: str) -> None:
        """Each at the port it had before."""
        for name in names:
            if name not in self.services:
                self.services[name] = Service(name, self.environment, self.folder / "logs" / f"{name}.jsonl")
            await self.services[name].start()

    async def kill(self, *names: str) -> None:
        """SIGKILL to all of them and what they have started, at once."""
        for name in names:
            self.services[name].child.kill()
        await asyncio.gather(*(self.services[name].child.wait() for name in names))

    async def terminate(self, name: str) -> None:
        """SIGTERM; another exit code than 0 is complained of."""
        code = await self.services[name].child.stop(_STOP_SECONDS)
        if code != 0:
            self.complaints.append(f"{name} ended with {code} at SIGTERM")

    async def until_dead(self, name: str, seconds: float = 60.0) -> None:
        """Until it has ended by a SIGKILL of its own."""
        code = await asyncio.wait_for(self.services[name].child.wait(), seconds)
        if code != -signal.SIGKILL:
            self.complaints.append(f"{name} ended with {code}, not by its fault point")

    def pause(self, part: Part) -> None:
        os.kill(part.child.pid, signal.SIGSTOP)

    def resume(self, part: Part) -> None:
        os.kill(part.child.pid, signal.SIGCONT)

    async def heal(self) -> None:
        """Start whatever has ended, as an init system would."""
        for part in (self.servers.kafka, self.servers.documents, *self.services.values()):
            if not part.child.running:
                await part.child.wait()
                await part.start()

    def strike_over(self) -> None:
        """From now on the services have HEALTHY_SECONDS."""
        self.struck_at = time.monotonic()

    async def ready(self) -> bool:
        health = await read_health({name: service.port for name, service in self.services.items()})
        return all(one.ready for one in health.values())

    async def watch(self) -> None:
        """For ever: note how long it takes until all are ready after a strike, and that they are not meanwhile."""
        while True:
            before, is_ready = self.struck_at, await self.ready()
            self.was_red |= not is_ready
            if is_ready and before is not None and before == self.struck_at:
                self.worst, self.struck_at = max(self.worst, time.monotonic() - before), None
            await asyncio.sleep(_LOOK_AGAIN)

    async def healthy(self) -> None:
        """Return when the last strike is got over, or HEALTHY_SECONDS after it."""
        with suppress(TimeoutError):
            async with asyncio.timeout(HEALTHY_SECONDS):
                while self.struck_at is not None:  # noqa: ASYNC110 — `watch` sees to it
                    await asyncio.sleep(_LOOK_AGAIN)
        if self.struck_at is not None:
            self.worst = float("inf")

    async def lag(self) -> int:
        """Messages its services have not dealt with; -1 while Kafka is away."""
        try:
            async with open_positions(self.servers.kafka.servers) as positions:
                groups = [(f"kabar-{name}", GROUPS[f"kabar-{name}"]) for name in self.services]
                return sum([await positions.lag(group, topics) for group, topics in groups])
        except Outage:
            return -1


@asynccontextmanager
async def rig(folder: Path, environment: Mapping[str, str], services: Sequence[str], fault: str = "") -> AsyncIterator[Rig]:
    """A new stack in `folder`, its services ready and watched. `environment` is added to theirs; `fault` names a fault point."""
    with hold(folder):
        both = Servers(KafkaServer(await ready_kafka(lambda _sentence: None), folder), TestableStore(folder))
        database = f"fault_{uuid.uuid4().hex[:12]}"
        env = {**both.environment(), "KABAR_MONGO_DATABASE": database, "KABAR_EXTRACT_WORKERS": "1", **environment}
        made = Rig(both, folder, database, env, fault)
        if fault:
            made.marker.touch()
            made.environment = {**env, "KABAR_FAULT": f"{fault}@{made.marker}"}
        async with started(both.kafka, both.documents):
            await create_topics(both.kafka.servers)
            watching = asyncio.create_task(made.watch())
            try:
                await made.start(*services)
                made.strike_over()
                await made.healthy()
                made.worst, made.was_red = 0.0, False
                yield made
            finally:
                watching.cancel()
                await asyncio.gather(watching, *(service.kill() for service in made.services.values()), return_exceptions=True)

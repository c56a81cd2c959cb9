"""What is done to the stack, and how often. A strike ends with everything started again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from random import Random

from aiokafka import AIOKafkaConsumer, TopicPartition

from services.store.repository import open_database
from shared.lag import GROUPS
from tests.faults.rig import Rig

Strike = Callable[[Rig, Random, int], Awaitable[None]]
_SERVICES = ("crawler", "extractor", "store")
# A service killed is ready again when its group has given it up, after ten seconds: of these moments one in two comes before.
_LONGEST_MOMENT = 20.0
_WRITES = ("insert", "update", "delete", "findAndModify", "createIndexes")
_FULL_SECONDS = 20.0
_READ_ONLY = 20  # IllegalOperation: what a read-only MongoDB says


async def nothing(_rig: Rig, _random: Random, _times: int) -> None:
    """The load is the fault."""


def kill(*names: str) -> Strike:
    """SIGKILL at any moment: at work, while it starts, while its group waits for the one killed before."""

    async def strike(rig: Rig, random: Random, times: int) -> None:
        for _ in range(times):
            await asyncio.sleep(random.uniform(0.2, _LONGEST_MOMENT))
            await rig.kill(*names)
            await rig.start(*names)
            rig.strike_over()

    return strike


async def terminate(rig: Rig, random: Random, times: int) -> None:
    """SIGTERM to one of the three after the other."""
    for number in range(times):
        await asyncio.sleep(random.uniform(0.2, 8.0))
        name = _SERVICES[number % len(_SERVICES)]
        await rig.terminate(name)
        await rig.start(name)
        rig.strike_over()


async def kill_broker(rig: Rig, random: Random, times: int) -> None:
    for _ in range(times):
        await asyncio.sleep(random.uniform(2.0, 8.0))
        await rig.servers.kafka.kill()
        await asyncio.sleep(random.uniform(0.0, 10.0))
        await rig.servers.kafka.start()
        rig.strike_over()
        await rig.healthy()


async def kill_documents(rig: Rig, random: Random, times: int) -> None:
    for _ in range(times):
        await asyncio.sleep(random.uniform(2.0, 8.0))
        await rig.servers.documents.kill()
        await asyncio.sleep(random.uniform(0.0, 10.0))
        await rig.servers.documents.start()
        rig.strike_over()
        await rig.healthy()


async def stop_documents(rig: Rig, random: Random, times: int) -> None:
    """SIGSTOP: it takes connections and answers none of them for a minute. Readiness must say so."""
    for _ in range(times):
        await asyncio.sleep(random.uniform(2.0, 8.0))
        rig.was_red = False
        rig.pause(rig.servers.documents)
        await asyncio.sleep(60.0)
        rig.resume(rig.servers.documents)
        if not rig.was_red:
            rig.complaints.append("every service said it was ready while the document store stood still")
        rig.strike_over()
        await rig.healthy()


async def refuse_writes(rig: Rig, random: Random, times: int) -> None:
    """SecantusDB has no read-only mode; its test command lets every write fail as one of a read-only MongoDB does, and reads go on."""
    for _ in range(times):
        await asyncio.sleep(random.uniform(2.0, 8.0))
        await _fail_writes(rig, "alwaysOn")
        await asyncio.sleep(20.0)
        await _fail_writes(rig, "off")
        rig.strike_over()
        await rig.healthy()


async def _fail_writes(rig: Rig, mode: str) -> None:
    async with open_database(rig.servers.documents.uri, "admin") as admin:
        data = {"failCommands": list(_WRITES), "errorCode": _READ_ONLY}
        await admin.command({"configureFailPoint": "failCommand", "mode": mode, "data": data})


async def end_at_point(rig: Rig, random: Random, times: int) -> None:
    """The service ends itself at its fault point as soon as the marker is taken away, which it leaves again when it does."""
    for _ in range(times):
        await asyncio.sleep(random.uniform(0.0, 4.0))
        rig.marker.unlink()
        await rig.until_dead(rig.fault.partition(".")[0])
        await rig.heal()
        rig.strike_over()
        await rig.healthy()


async def fill_disk(rig: Rig, random: Random, times: int) -> None:
    """Not a byte is left in the data folder, of Kafka nor of the document store. Whatever ends is started again, as `kabar up` does."""
    for _ in range(times):
        await asyncio.sleep(random.uniform(4.0, 8.0))
        filler = rig.folder / "filler"
        rig.was_red = False
        _fill(filler)
        await asyncio.sleep(_FULL_SECONDS)
        if not rig.was_red and rig.servers.kafka.child.running and rig.servers.documents.child.running:
            rig.complaints.append("nobody noticed that the disk was full")
        filler.unlink()
        rig.strike_over()
        await rig.heal()
        await rig.healthy()


def _fill(path: Path) -> None:
    with path.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))


async def redeliver(rig: Rig, random: Random, times: int) -> None:
    """The groups of extractor and store are sent back to the beginning of their topics."""
    names = ("extractor", "store")
    for _ in range(times):
        await asyncio.sleep(random.uniform(4.0, 8.0))
        for name in names:
            await rig.terminate(name)
            await _rewind(rig, f"kabar-{name}")
        await rig.start(*names)
        rig.strike_over()
        await rig.healthy()


async def _rewind(rig: Rig, group: str) -> None:
    """Nobody may be in the group."""
    consumer = AIOKafkaConsumer(bootstrap_servers=rig.servers.kafka.servers, group_id=group, enable_auto_commit=False)
    partitions = [TopicPartition(topic.name, number) for topic in GROUPS[group] for number in range(topic.partitions)]
    await consumer.start()
    try:
        consumer.assign(partitions)
        await consumer.commit(dict.fromkeys(partitions, 0))
    finally:
        await consumer.stop()

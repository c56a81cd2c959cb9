"""One fault, from a new stack to the count."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from deploy.local.jars import ROOT
from services.store.reader import open_reader
from services.store.repository import open_database
from shared.topics import EVENT_CHANGED
from tests.faults.loads import Load
from tests.faults.rig import HEALTHY_SECONDS, Rig, rig
from tests.faults.table import Fault
from tests.faults.tally import Left, Sent, Tally, tally
from tests.integration.topic_reading import read_all

# A crawler waits fifteen seconds before it takes over what a killed one held.
_STANDSTILL_SECONDS = 60.0
_LOOK_AGAIN = 0.5
_DISK = "256m"


@dataclass(frozen=True)
class Outcome:
    """What a fault did. `healthy` is the longest time until all services were ready again after a strike, in seconds."""

    fault: Fault
    times: int
    sent: Sent
    count: Tally
    letters: int
    healthy: float
    complaints: tuple[str, ...]
    seconds: float

    @property
    def wrongs(self) -> tuple[str, ...]:
        """A sentence for everything that is not as it must be."""
        late = (f"not healthy within {HEALTHY_SECONDS:.0f} s",) if self.healthy > HEALTHY_SECONDS else ()
        return (*self.count.lost, *self.count.twice, *self.count.strangers, *self.complaints, *late)


async def run_fault(fault: Fault, times: int, folder: Path, seed: int) -> Outcome:
    """Strike so many times under load, let everything come to rest, and count."""
    began, load = time.monotonic(), fault.load()
    with _disk(folder, fault.little_room), load.serving(folder) as environment:
        async with rig(folder / "stack", environment, load.services, fault.point) as made:
            await _under_load(fault, times, made, load, Random(seed))
            await _at_rest(made, load.sent)
            left = await _left(made)
    seconds = time.monotonic() - began
    return Outcome(fault, times, load.sent, tally(load.sent, left), len(left.letters), made.worst, tuple(made.complaints), seconds)


async def _under_load(fault: Fault, times: int, made: Rig, load: Load, random: Random) -> None:
    enough = asyncio.Event()
    feeding = asyncio.create_task(load.feed(made.servers.kafka.servers, enough))
    try:
        await fault.strike(made, random, times)
        await made.heal()
        await made.healthy()
        enough.set()
        await feeding
    finally:
        feeding.cancel()


async def _at_rest(made: Rig, sent: Sent) -> None:
    """Until all that was sent is there and nothing is left to do; or until nothing has moved for a minute: the count will say."""
    before, moved_at = None, time.monotonic()
    while time.monotonic() - moved_at < _STANDSTILL_SECONDS:
        lag = await made.lag()
        async with open_reader(made.servers.documents.uri, made.database) as reader:
            counts = await reader.counts()
        now = (lag, counts.articles, counts.events, counts.dead_letters)
        if lag == 0 and counts.articles >= len(sent.articles) and counts.dead_letters >= sent.poison.total():
            return
        if now != before:
            before, moved_at = now, time.monotonic()
        await asyncio.sleep(_LOOK_AGAIN)


async def _left(made: Rig) -> Left:
    async with open_reader(made.servers.documents.uri, made.database) as reader:
        articles = [article async for article in reader.articles()]
        events = [event async for event in reader.events()]
        letters = [letter async for letter in reader.dead_letters()]
    async with open_database(made.servers.documents.uri, made.database) as database:
        found = database["revisions"].find({}, {"of": 1, "revision": 1})
        revisions = [(one["of"], one["revision"]) async for one in found]
    records = await read_all(made.servers.kafka.servers, EVENT_CHANGED)
    told = [(dict(record.headers)["ce_id"].decode(), record.value) for record in records]
    return Left(articles, revisions, events, await _held(made), told, letters)


async def _held(made: Rig) -> dict[str, Any]:
    """What `examples/follow_events.py` holds, started last."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, ROOT / "examples/follow_events.py", "--once",
        env={"KABAR_KAFKA_SERVERS": made.servers.kafka.servers, "PYTHONIOENCODING": "utf-8"}, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, _ = await child.communicate()
    assert child.returncode == 0, "examples/follow_events.py failed"
    return {event["id"]: event for event in map(json.loads, out.splitlines())}


def can_mount() -> bool:
    """Whether we may put a folder on a disk of its own."""
    return os.geteuid() == 0


@contextmanager
def _disk(folder: Path, little: bool) -> Iterator[None]:
    """The folder, if so wanted on a disk of its own with little room."""
    folder.mkdir(parents=True, exist_ok=True)
    if not little:
        yield
        return
    stack = folder / "stack"
    stack.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={_DISK}", "tmpfs", str(stack)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(stack)], check=False)

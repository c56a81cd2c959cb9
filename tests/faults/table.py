"""Every fault: what is put in, what is done meanwhile, how often; and how often in the quick set, if it is in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from random import Random

from tests.faults import strikes
from tests.faults.loads import Load, Messages, Newsroom, out_of_order, unending, with_poison


@dataclass(frozen=True)
class Fault:
    """`load` makes a new one. `point` names a fault point; `little_room` puts the data folder on a small disk of its own (root only)."""

    name: str
    load: Callable[[], Load]
    strike: strikes.Strike
    times: int
    quick: int = 0
    point: str = ""
    little_room: bool = False
    remark: str = ""


def _poison(stories: int, poison: int) -> Load:
    return Messages(with_poison(stories, poison, Random(stories)), ("extractor", "store"))


def _endless() -> Load:
    return Messages(unending(), a_second=20.0, endless=True)


FAULTS = (
    Fault("SIGKILL of the store", Newsroom, strikes.kill("store"), 20),
    Fault("SIGKILL of the extractor", Newsroom, strikes.kill("extractor"), 20),
    Fault("SIGKILL of the crawler", Newsroom, strikes.kill("crawler"), 20),
    Fault("SIGKILL of all three at once", Newsroom, strikes.kill("crawler", "extractor", "store"), 5),
    Fault("SIGTERM under load", Newsroom, strikes.terminate, 20),
    Fault("broker killed", Newsroom, strikes.kill_broker, 3),
    Fault("document store killed", Newsroom, strikes.kill_documents, 3),
    Fault("document store stopped for 60 s", Newsroom, strikes.stop_documents, 1),
    Fault(
        "document store refuses writes", Newsroom, strikes.refuse_writes, 1,
        remark="every write fails with code 20 by SecantusDB's test command: it has no read-only mode",
    ),
    Fault("disk full on the data folder", Newsroom, strikes.fill_disk, 1, little_room=True),
    Fault("50 poison messages among 1,000", partial(_poison, 950, 50), strikes.nothing, 1),
    Fault("everything redelivered", Newsroom, strikes.redeliver, 3),
    Fault("revisions arrive 3, 1, 2", lambda: Messages(out_of_order(100, (3, 1, 2))), strikes.nothing, 1),
    Fault("killed between write and publish", _endless, strikes.end_at_point, 3, quick=1, point="store.written"),
    Fault("killed between publish and commit", _endless, strikes.end_at_point, 3, point="store.published"),
    Fault("extractor killed between publish and commit", Newsroom, strikes.end_at_point, 3, point="extractor.published"),
)  # fmt: skip

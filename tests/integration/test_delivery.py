"""What `shared/broker.py` promises, on a real Kafka, seen from outside."""

from __future__ import annotations

import base64
import sys
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from deploy.local.children import Child
from deploy.local.jars import ROOT
from deploy.local.servers import Servers
from shared.envelope import open_sealed
from shared.messages import CrawlRequested, DeadLetter
from shared.topics import CRAWL_REQUESTED, DEAD
from tests.integration.topic_reading import lag, read_all, send
from tests.integration.waiting import until

pytestmark = pytest.mark.integration


class ProbeRun:
    """The probe service as a process; `finished` is what it says it did."""

    def __init__(self, stack: Servers, folder: Path) -> None:
        self._stack, self._folder = stack, folder
        self.out = folder / "finished"
        self.child = self.start()

    def start(self) -> Child:
        command = [sys.executable, "-m", "tests.integration.probe_service", str(self.out)]
        environment = {**self._stack.environment(), "KABAR_DELIVER_BACKOFF_SECONDS": "0.01", "KABAR_DELIVER_BATCH": "10"}
        self.child = Child(command, self._folder / "probe.jsonl", cwd=ROOT, env=environment)
        return self.child

    def finished(self) -> Counter[str]:
        """How often each message was finished, by its name."""
        lines = self.out.read_text(encoding="utf-8").splitlines() if self.out.exists() else []
        return Counter(line.split()[0] for line in lines)

    async def has_finished(self, names: Sequence[str], seconds: float = 60.0) -> None:
        async def all_there() -> bool:
            return set(names) <= set(self.finished())

        await until(f"{len(names)} messages finished", all_there, seconds)


@pytest.fixture
async def probe(stack: Servers, tmp_path: Path) -> AsyncIterator[ProbeRun]:
    run = ProbeRun(stack, tmp_path)
    yield run
    await run.child.stop(40.0)


def _asks(name: str, wish: str = "ok", key: str | None = None) -> tuple[bytes, bytes]:
    return (key or name).encode(), CrawlRequested(site_id=name, requested_by=wish).model_dump_json().encode()


async def _letters(stack: Servers) -> list[DeadLetter]:
    letters = [open_sealed(DEAD, record.value) for record in await read_all(stack.kafka.servers, DEAD)]
    return [letter for letter in letters if isinstance(letter, DeadLetter)]


async def _drained(stack: Servers) -> None:
    async def empty() -> bool:
        return await lag(stack.kafka.servers, "kabar-probe", CRAWL_REQUESTED) == 0

    await until("everything committed", empty)


async def test_a_failing_message_is_retried_dead_lettered_whole_and_holds_nothing_up(stack: Servers, probe: ProbeRun) -> None:
    good = [f"good-{number}" for number in range(20)]
    poison = _asks("poison", "raise")
    messages = [*map(_asks, good[:10]), poison, *map(_asks, good[10:])]
    await send(stack.kafka.servers, CRAWL_REQUESTED, messages, headers=[("correlation_id", b"cor-1"), ("odd", b"\xff\xfe")])
    await probe.has_finished(good)
    await _drained(stack)
    letters = [letter for letter in await _letters(stack) if letter.site_id == "poison"]
    assert [(letter.reason, letter.attempts, letter.topic) for letter in letters] == [("unexpected_error", 5, CRAWL_REQUESTED.name)]
    assert base64.b64decode(letters[0].value) == poison[1]
    assert {name: base64.b64decode(value) for name, value in letters[0].headers} == {"correlation_id": b"cor-1", "odd": b"\xff\xfe"}
    assert letters[0].correlation_id == "cor-1"
    assert (letters[0].traceback_digest or "").startswith("ValueError:")
    assert probe.finished() == Counter(good)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (b'{"site_id": "x"', "invalid_json"),
        (b"\xff\xfe\x00", "invalid_json"),
        (b'{"schema_version": 9, "site_id": "x"}', "unknown_schema_version"),
        (b'{"site_id": "x", "url": "https://x.example/"}', "invalid_message"),
        (b"[]", "invalid_message"),
    ],
)
async def test_what_cannot_be_read_is_dead_lettered_at_once(stack: Servers, probe: ProbeRun, value: bytes, reason: str) -> None:
    behind = f"behind-{base64.b16encode(value).decode().lower()[:30]}"
    await send(stack.kafka.servers, CRAWL_REQUESTED, [(b"k", value), (b"k", _asks(behind)[1])])
    await probe.has_finished([behind])
    await _drained(stack)
    letters = [letter for letter in await _letters(stack) if base64.b64decode(letter.value) == value]
    assert [(letter.reason, letter.attempts) for letter in letters] == [(reason, 1)]


async def test_a_reject_is_not_retried_and_a_retry_is_until_it_works(stack: Servers, probe: ProbeRun) -> None:
    await send(
        stack.kafka.servers, CRAWL_REQUESTED, [_asks("never", "reject"), _asks("later", "retry-twice"), _asks("away", "outage-ten-times")]
    )
    await probe.has_finished(["later", "away"])
    await _drained(stack)
    tries = dict(line.split() for line in probe.out.read_text(encoding="utf-8").splitlines())
    assert tries == {"later": "3", "away": "11"}
    letters = [letter for letter in await _letters(stack) if letter.site_id in ("never", "later", "away")]
    assert [(letter.site_id, letter.reason, letter.attempts, letter.detail) for letter in letters] == [
        ("never", "never_good", 1, "says the test")
    ]


async def test_sigterm_finishes_what_is_held_and_nothing_done_comes_again(stack: Servers, probe: ProbeRun) -> None:
    names = [f"term-{number}" for number in range(60)]
    await send(stack.kafka.servers, CRAWL_REQUESTED, [_asks(name, "slow", key="one lane") for name in names])
    await probe.has_finished(["term-0"])
    assert await probe.child.stop(40.0) == 0
    done = probe.finished()
    assert len(done) < len(names), "it must be stopped in the middle of its work"
    probe.start()
    await probe.has_finished(names)
    await _drained(stack)
    assert probe.finished() == Counter(names)


async def test_sigkill_loses_nothing(stack: Servers, probe: ProbeRun) -> None:
    names = [f"kill-{number}" for number in range(60)]
    await send(stack.kafka.servers, CRAWL_REQUESTED, [_asks(name, "slow", key="one lane") for name in names])
    await probe.has_finished(["kill-0"])
    probe.child.kill()
    await probe.child.wait()
    assert set(probe.finished()) < set(names), "it must be killed in the middle of its work"
    probe.start()
    await probe.has_finished(names)

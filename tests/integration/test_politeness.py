"""Many hosts at a pace of one second: everything arrives, and no host is ever asked twice within its pace.

60 hosts of 10 articles in `make test`; `make politeness` takes 300 of 20.
"""

from __future__ import annotations

import asyncio
import os
import sys
import uuid
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count, pairwise
from pathlib import Path
from typing import Any

import pytest
from pymongo import AsyncMongoClient

from deploy.local.children import Child
from deploy.local.jars import ROOT
from deploy.local.servers import Servers, service_process
from shared.envelope import open_sealed
from shared.messages import PageFetched
from shared.topics import PAGE_FETCHED
from tests.integration.polite_hosts import article_path
from tests.integration.topic_reading import read_all
from tests.integration.waiting import until

pytestmark = [pytest.mark.integration, pytest.mark.timeout(400)]

HOSTS = [f"desa-{number}.example" for number in range(int(os.environ.get("POLITE_HOSTS", "60")))]
ARTICLES = int(os.environ.get("POLITE_ARTICLES", "10"))
PACE = 1.0
MOST_MEMORY = 300_000  # kB
EVERYTHING = {f"http://{host}{article_path(number)}" for host in HOSTS for number in range(1, ARTICLES + 1)}


@dataclass
class Village:
    """The hosts, their ledger, and the crawlers at work on them."""

    stack: Servers
    folder: Path
    environment: Mapping[str, str]
    database: str
    crawlers: dict[int, Child] = field(default_factory=dict)
    peaks: list[int] = field(default_factory=list)
    numbers: count[int] = field(default_factory=count)

    def start(self, crawlers: int, since: datetime) -> None:
        for _ in range(crawlers):
            number = next(self.numbers)
            environment = {**self.environment, "KABAR_CRAWL_PASS": since.isoformat()}
            self.crawlers[number] = service_process("crawler", environment, self.folder / f"crawler-{number}.jsonl")

    async def kill_one(self, since: datetime) -> None:
        """The oldest goes without a word, and a new one comes."""
        oldest = self.crawlers.pop(min(self.crawlers))
        self.peaks.append(_peak(oldest.pid))
        oldest.kill()
        await oldest.wait()
        self.start(1, since)

    async def passed(self, since: datetime, seconds: float) -> None:
        """Asks for one small document: counting all URLs ten times a second would be the test's own load."""
        async with AsyncMongoClient[dict[str, Any]](self.stack.documents.uri, tz_aware=True) as client:

            async def over() -> bool:
                state = await client[self.database]["crawl_state"].find_one({"_id": "pass"}) or {}
                return state.get("pass") == since and state["finished_at"] is not None

            await until(f"the pass is over; logs in {self.folder}", over, seconds)

    async def end(self) -> None:
        self.peaks += [_peak(child.pid) for child in self.crawlers.values()]
        await asyncio.gather(*(child.stop(40.0) for child in self.crawlers.values()))
        self.crawlers.clear()

    async def published(self) -> Counter[str]:
        """How often each of our articles was published."""
        messages = (open_sealed(PAGE_FETCHED, record.value) for record in await read_all(self.stack.kafka.servers, PAGE_FETCHED))
        return Counter(message.url for message in messages if isinstance(message, PageFetched))

    def ledger(self) -> list[tuple[float, str, str, int]]:
        """Every request: when, of which host, for what, answered how."""
        rows = (line.split("\t") for line in (self.folder / "ledger").read_text(encoding="utf-8").splitlines())
        return [(float(at), host, path, int(status)) for at, host, path, status in rows]

    def least_gap(self) -> float:
        """The shortest time between two requests to one host."""
        asked: dict[str, list[float]] = defaultdict(list)
        for at, host, _, _ in self.ledger():
            asked[host].append(at)
        return min(later - earlier for times in asked.values() for earlier, later in pairwise(times))


def _now() -> datetime:
    """As exact as the store keeps it."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def _peak(pid: int) -> int:
    """The most memory a process has held, in kB."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0])


@pytest.fixture
async def village(stack: Servers, tmp_path: Path) -> AsyncIterator[Village]:
    command = [sys.executable, "-m", "tests.integration.polite_hosts", str(ARTICLES), str(tmp_path / "port"), str(tmp_path / "ledger")]
    hosts = Child(command, tmp_path / "hosts.log", cwd=ROOT, env={})

    async def serves() -> bool:
        return (tmp_path / "port").exists() and (tmp_path / "port").read_text(encoding="ascii") != ""

    await until("the hosts answer", serves)
    target = f"127.0.0.1:{(tmp_path / 'port').read_text(encoding='ascii')}"
    entry = '[[site]]\nid = "{0}"\nname = "{0}"\nhome = "http://{0}/"\nlistings = ["http://{0}/berita"]\npace = {1}\n'
    (tmp_path / "sites.toml").write_text("".join(entry.format(host, PACE) for host in HOSTS), encoding="utf-8")
    database = f"test_{uuid.uuid4().hex[:12]}"
    environment = {
        **stack.environment(),
        "KABAR_FETCH_HOSTS": ",".join(f"{host}={target}" for host in HOSTS),
        "KABAR_FETCH_ALLOW": target,
        "KABAR_MONGO_DATABASE": database,
        "KABAR_SITES": str(tmp_path / "sites.toml"),
        "KABAR_HTTP_PORT": "0",
        "KABAR_CRAWL_HOSTS": "300",
    }
    made = Village(stack, tmp_path, environment, database)
    try:
        yield made
    finally:
        await made.end()
        await hosts.stop(10.0)


async def test_one_crawler_and_a_second_pass(village: Village) -> None:
    before, since = await village.published(), _now()
    village.start(1, since)
    await village.passed(since, 200.0)
    await village.end()
    assert await village.published() - before == Counter(dict.fromkeys(EVERYTHING, 1))
    assert village.least_gap() >= PACE
    assert len(village.ledger()) == len(HOSTS) * (ARTICLES + 2)

    before, asked, since = await village.published(), len(village.ledger()), _now()
    village.start(1, since)
    await village.passed(since, 200.0)
    await village.end()
    assert await village.published() == before
    again = village.ledger()[asked:]
    assert sum(status == 304 for *_, status in again) >= 0.95 * len(again)
    assert max(village.peaks) < MOST_MEMORY


async def test_three_crawlers_one_of_them_killed_every_ten_seconds(village: Village) -> None:
    before, since = await village.published(), _now()
    village.start(3, since)
    passing, kills = asyncio.create_task(village.passed(since, 300.0)), 0
    while not passing.done():
        await asyncio.wait([passing], timeout=10.0)
        if not passing.done():
            await village.kill_one(since)
            kills += 1
    await passing
    await village.end()
    published = await village.published() - before
    assert kills > 0
    assert set(published) == EVERYTHING
    # Twice only what was in hand at a kill: one page a host.
    assert published.total() - len(EVERYTHING) <= kills * len(HOSTS)
    assert village.least_gap() >= PACE
    assert max(village.peaks) < MOST_MEMORY

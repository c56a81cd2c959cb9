"""A service that does as its messages say, to test delivery from outside: `python -m tests.integration.probe_service OUT`.

It takes `CrawlRequested`; `requested_by` tells it what to do. Each message it finishes is a line in OUT.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from shared.broker import Broker, Delivered
from shared.health import Check
from shared.lifecycle import Runtime, Service, run_service
from shared.messages import CrawlRequested, Message
from shared.outcomes import Outage, Reject, Retry
from shared.settings import load_settings
from shared.topics import CRAWL_REQUESTED


class Probe:
    """The handler and what it has seen."""

    def __init__(self, out: Path) -> None:
        self._out = out
        self._tries: dict[str, int] = {}

    async def handle(self, delivered: Delivered[CrawlRequested]) -> Sequence[Message]:
        name, wish = delivered.message.site_id or "", delivered.message.requested_by
        self._tries[name] = tries = self._tries.get(name, 0) + 1
        match wish:
            case "raise":
                raise ValueError("a defect")
            case "reject":
                raise Reject("never_good", "says the test")
            case "retry-twice" if tries <= 2:
                raise Retry("not_yet", after=0.01)
            case "outage-ten-times" if tries <= 10:
                raise Outage("something_away", after=0.01)
            case "slow":
                await asyncio.sleep(0.1)
        with self._out.open("a", encoding="utf-8") as file:
            file.write(f"{name} {tries}\n")
        return []


def probe(out: Path) -> Service:
    @asynccontextmanager
    async def service(run: Runtime) -> AsyncIterator[Mapping[str, Check]]:
        broker = Broker(run)
        broker.subscribe(CRAWL_REQUESTED, Probe(out).handle)
        async with broker.running():
            yield {"kafka": broker.ping}

    return service


if __name__ == "__main__":
    sys.exit(run_service("probe", load_settings(), probe(Path(sys.argv[1]))))

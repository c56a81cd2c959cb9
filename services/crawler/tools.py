"""What every visit of a crawler works with."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from services.crawler.deliver import Deliverer
from services.crawler.fetch import Fetcher
from services.crawler.frontier import Frontier
from shared.lifecycle import Runtime


@dataclass(frozen=True)
class Tools:
    """What every visit of a crawler, `name`, works with. `since` is the instant of the pass under way, if one is; `sure` says whether a
    host is still ours, `waiting` whether other hosts wait for a place. `asked`: when each host was last dealt with, on the monotonic
    clock; `one_big`: held while a source of megabytes is in memory; `resting`: those that a visit waits for without asking anything."""

    name: str
    run: Runtime
    frontier: Frontier
    fetcher: Fetcher
    deliverer: Deliverer
    since: datetime | None
    sure: Callable[[str], bool]
    waiting: Callable[[], bool]
    asked: dict[str, float] = field(default_factory=dict)
    one_big: asyncio.Lock = field(default_factory=asyncio.Lock)
    resting: set[str] = field(default_factory=set)

    def now(self) -> datetime:
        """The crawlers' clock, never before the pass began: a clock set back must not make it endless."""
        return self.frontier.now() if self.since is None else max(self.frontier.now(), self.since)

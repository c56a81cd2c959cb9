"""When a pass is over: everything discovered is stored or dead-lettered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from services.crawler.standing import read_progress
from shared.kafka_address import KafkaAt
from shared.lag import GROUPS, Positions, open_positions
from shared.outcomes import Outage

_LOOK_AGAIN = 0.5


@dataclass(frozen=True)
class Backlog:
    """What is still to be done: URLs by the crawler (`None`: its pass is over), messages by the two services that follow it."""

    urls: int | None
    pages: int
    articles: int

    @property
    def done(self) -> bool:
        return self.urls is None and self.pages == 0 and self.articles == 0


Show = Callable[[Backlog], None]


def new_pass() -> datetime:
    """The instant of a pass that begins now. In whole milliseconds: MongoDB keeps no more, and it has to be known again."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


async def until_idle(kafka: KafkaAt, mongo_uri: str, database: str, crawl_pass: datetime, show: Show) -> None:
    """Return when the pass is over and nothing of it is on its way. `show` gets what is left, about twice a second.

    A server that is away for a while is waited for.
    """
    while True:
        try:
            async with open_positions(kafka) as positions:
                while not (left := await _look(positions, mongo_uri, database, crawl_pass)).done:
                    show(left)
                    await asyncio.sleep(_LOOK_AGAIN)
                return
        except Outage:
            await asyncio.sleep(_LOOK_AGAIN)


async def _look(positions: Positions, mongo_uri: str, database: str, crawl_pass: datetime) -> Backlog:
    """In the direction things flow: what has left one place when that is looked at, is seen in the next."""
    progress = await read_progress(mongo_uri, database)
    over = progress.instant == crawl_pass and progress.finished is not None
    pages = await positions.lag("kabar-extractor", GROUPS["kabar-extractor"])
    articles = await positions.lag("kabar-store", GROUPS["kabar-store"])
    return Backlog(None if over else progress.pending, pages, articles)

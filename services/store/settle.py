"""The events of an article's happening, and of every happening it touches, brought in line with what the articles tell.

What belongs together is read whole: the article, whatever is linked with it however far, the events that hold any of these, and what
else those events hold. Reading starts anew after each write that another copy of the store was faster with, and once more after the last:
whoever writes last has seen everything, so two copies at work side by side end alike.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable
from dataclasses import dataclass
from zlib import crc32

from services.store.blocking import is_band, sought_keys
from services.store.clusters import Evidence, happenings, linked_with
from services.store.history import event_revision
from services.store.merge import Merging
from services.store.moves import Move, SavedEvent, announcement, moves
from services.store.repository import Repository
from services.store.revisions import SavedArticle
from services.store.told import Told
from services.store.unfinished import Unfinished
from shared.faults import FaultPoint, no_fault
from shared.messages import Message
from shared.outcomes import Retry
from shared.telemetry import Metrics
from shared.tracing import lap, span, tell
from shared.urls import event_id

Announce = Callable[[Message, str], Awaitable[None]]
"""Publishes a message under a correlation id, and returns once Kafka has it."""

_TRIES = 10
# Around so many reports nobody looks for the copies of copies: it takes a query by a thousand keys.
_MANY = 50
# Fifty reports of one happening may come in one batch; side by side they would only be in each other's way.
_TURNS = 64


@dataclass(frozen=True)
class Surroundings:
    """All reports and events that a move may concern, by what is stored now."""

    told: dict[str, Told]
    events: dict[str, SavedEvent]


class _Comparable:
    """What the store holds under the keys of some reports: each key is asked for once."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._asked: set[str] = set()
        self._read: dict[str, Told] = {}

    async def reports(self, ids: Collection[str]) -> list[Told]:
        """These, as far as they report something."""
        unread = sorted(set(ids) - set(self._read))
        self._read |= {one.id: one for one in (await self._repository.told(unread) if unread else [])}
        return [self._read[key] for key in sorted(ids) if key in self._read]

    async def of(self, reports: Iterable[Told]) -> list[Told]:
        """Whatever they may be compared with, and more."""
        sought = {key for one in reports for key in sought_keys(one.store.blocks)} - self._asked
        if self._asked and len(self._read) > _MANY:
            sought = {key for key in sought if not is_band(key)}
        self._asked |= sought
        self._read |= {one.id: one for one in await self._repository.comparable(sought)}
        return list(self._read.values())


class Settler:
    """`announce` tells the world of an event; `evidence` is what is remembered of pairs of articles; `fault` is for tests."""

    def __init__(
        self, repository: Repository, announce: Announce, metrics: Metrics, evidence: Evidence, fault: FaultPoint = no_fault
    ) -> None:
        self._repository, self._announce, self._metrics, self._evidence = repository, announce, metrics, evidence
        self._merging, self._fault = Merging(), fault
        self._turns = [asyncio.Lock() for _ in range(_TURNS)]

    async def settle(self, article: SavedArticle, correlation_id: str, *, announce_again: bool) -> None:
        """Move events until nothing is left to move, and announce those that moved; with `announce_again` those around the article too,
        for an earlier delivery may have died before it did. Raises `Retry("store_conflict")`, `Outage`, `Reject`."""
        with span("settle"):
            async with self._turns[_province(article) % _TURNS]:
                lap("kabar.queue_seconds")
                await self._settle(article, correlation_id, announce_again=announce_again)

    async def _settle(self, article: SavedArticle, correlation_id: str, *, announce_again: bool) -> None:
        left = await self._repository.unfinished(article.id)
        around, announced = {article.id}, set[str]()
        if left is not None:
            around, announced = around | set(left.articles), announced | set(left.events)
        for _ in range(_TRIES):
            now = await self._surroundings(around)
            todo = moves(list(now.events.values()), happenings(now.told.values(), self._evidence), article.last_seen_at, self._merging.of)
            if announce_again:
                announced |= {event.id for event in now.events.values() if _is_about(event, article.id)}
            if not todo:
                return await self._finish(left, announced, correlation_id)
            announced |= {move.new.id for move in todo}
            if left is not None or len(todo) > 1 or not _is_about(todo[0].new, article.id):
                around |= set(now.told)
                left = Unfinished(id=article.id, articles=tuple(sorted(around)), events=tuple(sorted(announced)))
                await self._repository.begin(left)
            await self._write(todo)
        raise Retry("store_conflict", detail=article.id)

    async def _finish(self, left: Unfinished | None, announced: Iterable[str], correlation_id: str) -> None:
        self._fault("written")
        for key in sorted(announced):
            await self._announce_event(key, correlation_id)
        if left is not None:
            await self._repository.finish(left)

    async def _write(self, todo: Iterable[Move]) -> None:
        """As far as nobody else was faster."""
        for move in todo:
            if move.old is not None:
                # The version about to be overwritten may have lost its place in the history to a kill.
                await self._repository.keep_event(event_revision(move.old))
            if not await self._repository.put_event(move.new, replacing=move.old):
                return
            self._metrics.saved("events", move.new.store.change)

    async def _surroundings(self, articles: Collection[str]) -> Surroundings:
        """Events first: one that changes after it was read cannot be overwritten by what is read later."""
        told: dict[str, Told | None] = {}
        events: dict[str, SavedEvent] = {}
        comparable = _Comparable(self._repository)
        new = set(articles)
        while new:
            found = {event.id: event for event in await self._repository.events_with(new) if event.id not in events}
            events |= found
            reports = await comparable.reports(new)
            told |= dict.fromkeys(new) | {one.id: one for one in reports}
            # Those already found need not be found again: else three hundred copies are compared each with each.
            others = [other for other in await comparable.of(reports) if other.id not in told]
            near = {other.id for one in reports for other in linked_with(one, others, self._evidence)}
            held = {report.id for event in found.values() for report in event.articles}
            new = (near | held) - set(told)
        return Surroundings({key: one for key, one in told.items() if one is not None}, events)

    async def _announce_event(self, key: str, correlation_id: str) -> None:
        """Another copy may write while we announce, and announce before us: the last word on the topic must be the last version."""
        event = await self._repository.event(key)
        while event is not None:
            await self._repository.keep_event(event_revision(event))
            with span("announce"):
                tell(kabar__event=event.id, kabar__revision=event.revision, kabar__change=event.store.change)
                await self._announce(announcement(event), correlation_id)
            latest = await self._repository.event(key)
            event = latest if latest is not None and latest.revision != event.revision else None


def _province(article: SavedArticle) -> int:
    """A number of the province it reports from: what belongs together nearly always lies in one."""
    place = article.event.place if article.event else None
    return crc32((place.provinsi.code or "").encode("utf-8", "replace")) if place and place.provinsi else 0


def _is_about(event: SavedEvent, article: str) -> bool:
    """Does it hold the article, or was it founded by it: a redelivery of the article finds it again."""
    return event.id == event_id(article) or any(report.id == article for report in event.articles)

"""The mongo edge of the crawler: hosts and their owners, URLs, robots files, how far a pass is.

Work is claimed by host, by `_id`; due URLs of one host are read in batches through an index, unsorted; every write names
the version or owner it expects, so a crawler that has lost a host changes nothing. Every operation raises `Outage` while
the store is away.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from typing import Any

from pymongo import AsyncMongoClient, UpdateOne

from services.crawler.known import NEVER_CHECKED, Host, Known, Leave, State
from services.crawler.ledger import Days
from services.crawler.mongo import Document, open_client, or_outage
from services.crawler.receipt import Receipt
from services.crawler.robots import RobotsFile
from services.crawler.stored import INDEXES, added, fields_of, host_of, known_of, noted, robots_of, twin_kept, twin_tried
from shared.lifecycle import utc_now
from shared.settings import Settings

_BATCH, _LOOKED_UP, _LATER_BATCH = 500, 50, 5
PASS = "pass"  # noqa: S105  the _id of the one document that says how far a pass is
CLOCK = "clock"
"""The `_id` of the one that says how late it is by the crawlers' clock."""


class Frontier:
    """`since` is the instant of the pass under way: everything not checked since is due. `None`: what is due, by the clock `now`,
    which all crawlers share (see `clock.py`)."""

    def __init__(
        self, client: AsyncMongoClient[Document], database: str, since: datetime | None, now: Callable[[], datetime] = utc_now
    ) -> None:
        self._client, self._since, self.now = client, since, now
        self._database = db = client[database]
        self._hosts, self._urls, self._robots, self._state = db["hosts"], db["urls"], db["robots"], db["crawl_state"]
        self._receipts = db["receipts"]

    @or_outage
    async def prepare(self) -> None:
        """The indexes, and the pass under way made known."""
        for collection, indexes in INDEXES.items():
            await self._database[collection].create_indexes(list(indexes))
        if self._since is not None:
            fresh = {"pass": self._since, "finished_at": None}
            await self._state.update_one({"_id": PASS}, {"$setOnInsert": fresh}, upsert=True)
            await self._state.update_one({"_id": PASS, "pass": {"$ne": self._since}}, {"$set": fresh})

    async def ping(self) -> bool:
        """Does the store answer now."""
        await self._client.admin.command("ping")
        return True

    @or_outage
    async def add_hosts(self, keys: Iterable[str]) -> None:
        new = {
            "owner": None,
            "left_by": None,
            "beat": 0,
            "due_at": NEVER_CHECKED,
            "rest_until": NEVER_CHECKED,
            "failures": 0,
            "passed": None,
        }
        await _upsert(self._hosts, ((key, new) for key in keys))

    @or_outage
    async def add(self, urls: Iterable[Known]) -> int:
        """Remember URLs. Those known already stay as they are; but under another address they are tried once more if never used.
        Returns how many are to be asked for, that were not."""
        links = list(urls)
        first: dict[str, Known] = {}
        for known in links:
            first.setdefault(known.id, known)
        new = await _upsert(self._urls, ((known.id, fields_of(known)) for known in first.values()))
        told_again = [known for known in links if known.id not in new or first[known.id] is not known]
        twins = await self._twins(told_again)
        tried = await _update(self._urls, map(twin_tried, twins))
        await _update(self._urls, map(twin_kept, twins))
        return len(new) + tried

    async def _twins(self, told: Sequence[Known]) -> list[Known]:
        """Those that are known under another address, and were never used there: hardly ever any. To look is ten times cheaper than to
        try to change what needs no change."""
        twins: list[Known] = []
        for start in range(0, len(told), _LOOKED_UP):
            few = told[start : start + _LOOKED_UP]
            wanted = {"_id": {"$in": [known.id for known in few]}, "published_at": None, "raw_digest": None}
            there = {found["_id"]: found["url"] async for found in self._urls.find(wanted, {"url": 1})}
            twins += [known for known in few if there.get(known.id) not in (None, known.twin or known.url)]
        return twins

    @or_outage
    async def hosts_with_work(self, now: datetime) -> list[Host]:
        """Hosts that may have something due, whoever owns them."""
        wanted = {"due_at": {"$lte": now}} if self._since is None else {"passed": {"$ne": self._since}}
        return [host_of(found) async for found in self._hosts.find(wanted)]

    @or_outage
    async def claim(self, host: Host, owner: str) -> bool:
        """Own the host, unless anything happened to it since `host` was read."""
        seen = {"_id": host.key, "owner": host.owner, "beat": host.beat}
        claimed = await self._hosts.update_one(seen, {"$set": {"owner": owner}, "$inc": {"beat": 1}})
        return claimed.matched_count == 1

    @or_outage
    async def beat(self, keys: set[str], owner: str) -> set[str]:
        """Show that the owner is alive. Returns the hosts it still owns."""
        if not keys:
            return keys
        beats = [UpdateOne({"_id": key, "owner": owner}, {"$inc": {"beat": 1}}) for key in sorted(keys)]
        written = await self._hosts.bulk_write(beats, ordered=False)
        if written.matched_count == len(keys):
            return keys
        mine = self._hosts.find({"_id": {"$in": sorted(keys)}, "owner": owner}, {"_id": 1})
        return {found["_id"] async for found in mine}

    @or_outage
    async def tick(self) -> None:
        """Say how late it is, for crawlers yet to start."""
        await self._state.update_one({"_id": CLOCK}, {"$max": {"at": self.now()}}, upsert=True)

    @or_outage
    async def owned(self) -> set[str]:
        """The hosts that have an owner: few of some hundreds. Asked for by a list of 500 keys they cost the embedded store 190 ms, so 6;
        an index on them would cost more at every beat."""
        return {found["_id"] async for found in self._hosts.find({"owner": {"$gt": ""}}, {"_id": 1})}

    @or_outage
    async def hand_back(self, key: str, owner: str) -> None:
        """Own the host no more, without having asked it anything."""
        await self._hosts.update_one({"_id": key, "owner": owner}, {"$set": {"owner": None}, "$inc": {"beat": 1}})

    @or_outage
    async def release(self, key: str, owner: str, leave: Leave, now: datetime) -> None:
        """Hand the host back, with when it has work again and when it may be asked again."""
        left = {
            "owner": None,
            "left_by": owner,
            "due_at": now + timedelta(seconds=max(leave.due_in, leave.rest)),
            "rest_until": now + timedelta(seconds=leave.rest),
            "failures": leave.failures,
        }
        passed = {"passed": self._since} if leave.drained and self._since is not None else {}
        await self._hosts.update_one({"_id": key, "owner": owner}, {"$set": {**left, **passed}, "$inc": {"beat": 1}})

    @or_outage
    async def due(self, host: str, sites: Iterable[str], now: datetime, limit: int) -> list[Known]:
        """Some of the host's URLs that are due, in no order; of a backfill a few, and only if nothing else is: what has become due
        meanwhile does not wait for long."""
        wanted = {"host": host, **self._due(now), "site": {"$in": sorted(sites)}}
        # What was stored before there were ranks has none.
        for ranks, most in (((0, None), limit), ((1,), _LATER_BATCH), ((2,), 1)):
            ranked = self._urls.find({**wanted, "rank": {"$in": ranks}}).limit(min(limit, most))
            if due := [known_of(found) async for found in ranked]:
                return due
        return []

    @or_outage
    async def set_part(self, known: Known) -> None:
        """Remember a further page of an article, whatever the URL was taken for so far."""
        fields = {name: value for name, value in fields_of(known).items() if name != "version"}
        await self._urls.update_one({"_id": known.id}, {"$set": fields, "$inc": {"version": 1}}, upsert=True)

    @or_outage
    async def next_due(self, host: str, sites: Iterable[str]) -> datetime | None:
        """When the host's first URL is due; `None` when none ever is of itself."""
        waiting = {"host": host, "due_at": {"$gt": NEVER_CHECKED}, "site": {"$in": sorted(sites)}}
        first = await self._urls.find(waiting, {"due_at": 1}).sort("due_at", 1).limit(1).to_list()
        return first[0]["due_at"] if first else None

    @or_outage
    async def save(self, known: Known) -> bool:
        """Write what became of a URL, unless somebody else wrote first; a twin heard of meanwhile stays."""
        fields = {name: value for name, value in fields_of(known).items() if name != "version" and (name != "twin" or value)}
        expected = {"_id": known.id, "version": known.version} | ({"twin": known.twin} if known.given_up else {})
        saved = await self._urls.update_one(expected, {"$set": fields, "$inc": {"version": 1}})
        return saved.matched_count == 1

    @or_outage
    async def twin(self, known: Known) -> str | None:
        """The other address of a URL, which may have been heard of since `known` was read."""
        found = await self._urls.find_one({"_id": known.id}, {"twin": 1})
        return None if found is None else found.get("twin")

    @or_outage
    async def give_up(self, host: str, sites: Iterable[str], reason: str, now: datetime) -> int:
        """Whatever of the host is still due has failed, for this reason. Returns how many URLs that were."""
        wanted = {"host": host, **self._due(now), "site": {"$in": sorted(sites)}}
        lost = {"$set": {"state": State.failed.value, "reason": reason, "checked_at": now}, "$inc": {"version": 1}}
        return int((await self._urls.update_many(wanted, lost)).modified_count)

    @or_outage
    async def make_due(self, ids: Sequence[str], host: str, now: datetime) -> None:
        """These URLs of the host are asked for again."""
        again = {"$set": {"due_at": now, "checked_at": NEVER_CHECKED}, "$inc": {"version": 1}}
        await self._urls.bulk_write([UpdateOne({"_id": found}, again) for found in ids], ordered=False)
        await self.wake(host, now)

    @or_outage
    async def retry_backfill(self, backfill: str, now: datetime) -> None:
        """What a backfill has given up is asked for again."""
        given_up = {"backfill": backfill, "state": State.failed.value, "due_at": None}
        await self._urls.update_many(
            given_up, {"$set": {"due_at": now, "checked_at": NEVER_CHECKED, "failures": 0}, "$inc": {"version": 1}}
        )

    @or_outage
    async def wake(self, host: str, now: datetime) -> None:
        """The host has work again, though it may have been through with a pass, or the pass be over."""
        await self._hosts.update_one({"_id": host}, {"$set": {"due_at": now, "passed": None}})
        await self._state.update_one({"_id": PASS}, {"$set": {"finished_at": None}})

    @or_outage
    async def robots(self, host: str) -> RobotsFile | None:
        """The host's robots.txt as it was last read."""
        found = await self._robots.find_one({"_id": robots_id(host)})
        return None if found is None else robots_of(found)

    @or_outage
    async def save_robots(self, host: str, file: RobotsFile) -> None:
        fields = {"host": host, "text": file.text, "fetched_at": file.fetched_at, "max_age": file.max_age}
        await self._robots.update_one({"_id": robots_id(host)}, {"$set": fields}, upsert=True)

    @or_outage
    async def add_receipts(self, receipts: Mapping[str, Receipt], days: Days) -> None:
        """Add what a visit asked for to the receipts of its sites, by id, and what it saw to the ledger of their days. A crawler killed
        in a visit leaves that visit out."""
        changes = [UpdateOne({"_id": site}, added(receipt), upsert=True) for site, receipt in receipts.items() if receipt.counts()]
        changes += [noted(site, day, seen) for (site, day), seen in days.items() if seen.counts()]
        if changes:
            await self._receipts.bulk_write(changes)

    @or_outage
    async def forget_days(self, before: date) -> int:
        """Drop what the ledger has of earlier days; receipts stay. Returns how many days of sites that were."""
        return int((await self._receipts.delete_many({"day": {"$gt": "", "$lt": before.isoformat()}})).deleted_count)

    @or_outage
    async def pending(self, now: datetime) -> int:
        """URLs still to be asked for. Not by site: a list of 300 sites compared with every URL kept the embedded store busy for seconds."""
        return await self._urls.count_documents(dict(self._due(now)))

    @or_outage
    async def finish_pass(self, now: datetime) -> None:
        """Say that the pass under way is over, if nobody has."""
        await self._state.update_one({"_id": PASS, "pass": self._since, "finished_at": None}, {"$set": {"finished_at": now}})

    def _due(self, now: datetime) -> Mapping[str, Any]:
        return {"due_at": {"$lte": now}} if self._since is None else {"checked_at": {"$lt": self._since}}


@asynccontextmanager
async def open_frontier(settings: Settings, since: datetime | None, now: Callable[[], datetime] = utc_now) -> AsyncIterator[Frontier]:
    """A frontier ready for work. Raises `Outage` while the store is away."""
    async with open_client(settings.mongo_uri) as client:
        frontier = Frontier(client, settings.mongo_database, since, now)
        await frontier.prepare()
        yield frontier


async def _upsert(collection: Any, documents: Iterable[tuple[str, Document]]) -> set[str]:
    """Insert those that are not there. Returns their ids."""
    given = list(documents)
    new: set[str] = set()
    for start in range(0, len(given), _BATCH):
        batch = given[start : start + _BATCH]
        operations = [UpdateOne({"_id": key}, {"$setOnInsert": fields}, upsert=True) for key, fields in batch]
        written = await collection.bulk_write(operations, ordered=False)
        new.update(batch[number][0] for number in written.upserted_ids)
    return new


async def _update(collection: Any, changes: Iterable[UpdateOne]) -> int:
    """Returns how many documents are other than before."""
    operations, changed = list(changes), 0
    for start in range(0, len(operations), _BATCH):
        changed += (await collection.bulk_write(operations[start : start + _BATCH], ordered=False)).modified_count
    return changed


def robots_id(host: str) -> str:
    """Under which the robots.txt of a host key is kept."""
    return "rob_" + hashlib.sha256(host.encode()).hexdigest()[:32]

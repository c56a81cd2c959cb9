"""How far the crawl is, and how late by its clock, for whoever is not crawling: read from the frontier, never written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from services.crawler.backfill import BackfillProgress, backfill_progress
from services.crawler.frontier import CLOCK, PASS, robots_id
from services.crawler.known import Host, Known
from services.crawler.ledger import Day, day_of
from services.crawler.mongo import open_client, or_outage
from services.crawler.progress import Progress, progress_of
from services.crawler.receipt import Receipt, receipt_of
from services.crawler.robots import RobotsFile
from services.crawler.stored import host_of, known_of, robots_of


@dataclass(frozen=True)
class UrlStanding:
    """What the frontier knows of a URL and of its host; `None` for what it has never heard of."""

    known: Known | None
    host: Host | None
    robots: RobotsFile | None


@or_outage
async def read_progress(uri: str, database: str) -> Progress:
    """How far the pass under way is, or was. Raises `Outage`."""
    async with open_client(uri) as client:
        db = client[database]
        state = await db["crawl_state"].find_one({"_id": PASS}) or {}
        pending = 0 if not state else await db["urls"].count_documents({"checked_at": {"$lt": state["pass"]}})
        kinds = {"site": "$site", "kind": "$kind", "state": "$state", "reason": "$reason"}
        groups = await db["urls"].aggregate([{"$group": {"_id": kinds, "urls": {"$sum": 1}}}])
        return progress_of(state, pending, [found["_id"] | {"urls": found["urls"]} async for found in groups])


@or_outage
async def read_receipt(uri: str, database: str, site: str) -> Receipt | None:
    """What a site was asked for so far; `None` for one nobody has asked. Raises `Outage`."""
    async with open_client(uri) as client:
        found = await client[database]["receipts"].find_one({"_id": site})
        return None if found is None else receipt_of(found)


@or_outage
async def read_ledger(uri: str, database: str, since: date, until: date) -> dict[tuple[str, str], Day]:
    """What was seen of each site on each of these days, both included, where anybody has looked. Raises `Outage`."""
    async with open_client(uri) as client:
        days = client[database]["receipts"].find({"day": {"$gte": since.isoformat(), "$lte": until.isoformat()}})
        return {(found["site"], found["day"]): day_of(found) async for found in days}


@or_outage
async def read_backfill(uri: str, database: str, backfill: str) -> BackfillProgress:
    """How far a backfill is. Raises `Outage`."""
    async with open_client(uri) as client:
        fields = {"kind": "$kind", "state": "$state", "reason": "$reason", "waits": {"$ne": ["$due_at", None]}}
        group = {"_id": fields, "urls": {"$sum": 1}, "oldest": {"$min": "$dated"}}
        groups = await client[database]["urls"].aggregate([{"$match": {"backfill": backfill}}, {"$group": group}])
        return backfill_progress([found["_id"] | {"urls": found["urls"], "oldest": found["oldest"]} async for found in groups])


@or_outage
async def read_clock(uri: str, database: str) -> datetime | None:
    """How late it last was by the crawlers' clock; `None` before the first. Raises `Outage`."""
    async with open_client(uri) as client:
        found = await client[database]["crawl_state"].find_one({"_id": CLOCK})
        return None if found is None else found["at"]


@or_outage
async def read_url(uri: str, database: str, ids: Sequence[str], host: str) -> UrlStanding:
    """The URL that is known by one of these ids, the first that is; and the host with this key. Raises `Outage`."""
    async with open_client(uri) as client:
        db = client[database]
        by_id = {found["_id"]: found async for found in db["urls"].find({"_id": {"$in": list(ids)}})}
        known = next((known_of(by_id[key]) for key in ids if key in by_id), None)
        key = host if known is None else known.host
        at, robots = await db["hosts"].find_one({"_id": key}), await db["robots"].find_one({"_id": robots_id(key)})
        return UrlStanding(known, None if at is None else host_of(at), None if robots is None else robots_of(robots))

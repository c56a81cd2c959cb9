"""What the frontier knows, as the store keeps it: documents, and the changes made to them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from pymongo import IndexModel, UpdateOne

from services.crawler.backfill import page_fields, page_of
from services.crawler.discover.links import Kind
from services.crawler.known import NEVER_CHECKED, Host, Known, Names, State
from services.crawler.ledger import Day
from services.crawler.mongo import Document
from services.crawler.receipt import Receipt
from services.crawler.robots import MAX_AGE, RobotsFile
from services.crawler.validators import Seen

# Those of one collection in the order in which they were first made: the embedded store may take the first that fits.
INDEXES: Mapping[str, tuple[IndexModel, ...]] = {
    "hosts": (IndexModel([("due_at", 1)], name="due"),),
    "receipts": (IndexModel([("day", 1)], name="day"),),
    "urls": (
        IndexModel([("host", 1), ("due_at", 1)], name="host_due"),
        IndexModel([("host", 1), ("rank", 1), ("due_at", 1)], name="host_rank_due"),
        IndexModel([("host", 1), ("rank", 1), ("checked_at", 1)], name="host_rank_checked"),
        IndexModel([("backfill", 1)], name="backfill", partialFilterExpression={"backfill": {"$gt": ""}}),
    ),
}

_GIVEN_UP = (State.failed.value, State.refused.value)


def fields_of(known: Known) -> Document:
    """All but its id."""
    fields = {name: value for name, value in asdict(known).items() if name != "id"}
    return fields | {
        "kind": known.kind.value,
        "state": known.state.value,
        "names": known.names.value,
        "rank": known.rank,
        "page": known.page and page_fields(known.page),
    }


def known_of(found: Document) -> Known:
    """`fields_of` undone; what was stored before a field was there has its default."""
    fields = {name: value for name, value in found.items() if name in Known.__dataclass_fields__}
    page = page_of(found["page"]) if found.get("page") else None
    parts = tuple(Seen(**seen) for seen in found.get("parts", ()))
    named = {"id": found["_id"], "kind": Kind(found["kind"]), "state": State(found["state"]), "page": page, "parts": parts}
    named["names"] = Names(found.get("names", Names.articles))
    return Known(**fields | named)


def host_of(found: Document) -> Host:
    left_by = found.get("left_by")  # not there in what was stored before
    return Host(found["_id"], found["owner"], found["beat"], found["due_at"], found["rest_until"], found["failures"], left_by)


def robots_of(found: Document) -> RobotsFile:
    return RobotsFile(found["text"], found["fetched_at"], found.get("max_age", MAX_AGE.total_seconds()))


def twin_tried(known: Known) -> UpdateOne:
    """Known under another address and given up there: asked for under this one, at once, unless it was already."""
    other = known.twin or known.url
    given_up = _never_used(known, other) | {"twin": {"$in": [None, other]}, "state": {"$in": _GIVEN_UP}, "due_at": None}
    anew = {"url": other, "twin": other, "state": State.found.value, "due_at": known.due_at, "checked_at": NEVER_CHECKED, "failures": 0}
    return UpdateOne(given_up, {"$set": anew, "$inc": {"version": 1}})


def twin_kept(known: Known) -> UpdateOne:
    """Known under another address and not given up: this one is remembered for then. Whoever has it in hand may still write."""
    other = known.twin or known.url
    return UpdateOne(_never_used(known, other) | {"twin": None, "state": {"$ne": State.part.value}}, {"$set": {"twin": other}})


def added(receipt: Receipt) -> Document:
    """The change that adds what a visit asked for to the receipt of a site."""
    if receipt.first_at is None:
        return {"$inc": receipt.counts()}
    return {"$inc": receipt.counts(), "$min": {"first_at": receipt.first_at}, "$max": {"last_at": receipt.last_at}}


def noted(site: str, day: str, seen: Day) -> UpdateOne:
    """The change that adds what a visit saw of a site to its day. Beside the receipts, so that one write takes both."""
    change: Document = {"$inc": seen.counts(), "$setOnInsert": {"site": site, "day": day}}
    change |= {"$max": seen.moments()} if seen.moments() else {}
    change |= {"$set": {"lost_for": seen.lost_for}} if seen.lost_for else {}
    return UpdateOne({"_id": f"{site}/{day}"}, change, upsert=True)


def _never_used(known: Known, other: str) -> dict[str, Any]:
    return {"_id": known.id, "published_at": None, "raw_digest": None, "url": {"$ne": other}}

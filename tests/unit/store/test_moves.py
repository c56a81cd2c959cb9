"""Events that become one, come apart, change hands and end; on the real document store, cut off at every write, and raced."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.store.repository import Database, Repository
from shared.documents import (
    Article,
    DateBasis,
    EventDate,
    EventMention,
    EventType,
    Participant,
    Place,
    PlacePrecision,
    Provenance,
    Quote,
    Region,
    SiteRef,
)
from shared.urls import article_id, event_id, page_id
from tests.merging.arriving import Arrivals, content
from tests.unit.store.mortal import Killed, Mortal

pytestmark = pytest.mark.integration
NOON = datetime(2023, 11, 14, 5, 0, tzinfo=UTC)
PLACE = Place(kabkota=Region(code="18.72", name="Kota Metro"), precision=PlacePrecision.venue)
ROSITA, BADAWI, GUNTUR, HENDRA = (Participant(name=name) for name in ("Rosita Dewi", "Badawi Idham", "Guntur Mahendra", "Hendra Apriyanes"))
SAID = Quote(text="Kita semua wajib menjaga pemilu ini dari awal sampai akhir")


def report(name: str, minute: int, *, people: tuple[Participant, ...] = (), said: bool = False, venue: str | None = None) -> Article:
    """What the paper `name` has at this minute; without people it reports nothing."""
    url = f"https://{name}.example/berita"
    body = f"{name} {minute} " + " ".join(person.name for person in people)
    at = NOON + timedelta(minutes=minute)
    event = EventMention(
        type=EventType.sosialisasi,
        date=EventDate(start=NOON.date(), end=NOON.date(), edtf="2023-11-14", basis=DateBasis.explicit),
        place=PLACE.model_copy(update={"venue": venue}),
        participants=people,
        quotes=(SAID,) if said else (),
    )
    return Article(
        id=article_id(url), url=url, canonical_url=url, site=SiteRef(id=f"{name}.example", name=name), title=f"Kabar {name}", body=body,
        fetched_at=at, content_hash=f"{name} {minute}", fingerprint="0", event=event if people else None,
        provenance=Provenance(
            page_id=page_id(url, name, at.isoformat()), extractor="kabar/0.1.0", extracted_at=at, http_status=200, raw_digest="sha256:0"
        ),
    )  # fmt: skip


def evt(name: str) -> str:
    return event_id(article_id(f"https://{name}.example/berita"))


# Two that have nothing in common but the day and town, and one that says what both say.
HOTEL = "Hotel Grand Skuntum"
ONE = report("satu", 1, people=(ROSITA, BADAWI, GUNTUR), venue=HOTEL)
TWO = report("dua", 2, people=(HENDRA,), said=True)
BRIDGE = report("jembatan", 3, people=(ROSITA, BADAWI, GUNTUR, HENDRA), said=True, venue=HOTEL)


async def live(database: Database) -> dict[str, list[str]]:
    """The live events, and whose reports they hold."""
    return {
        event["_id"]: [report["site"]["name"] for report in event["articles"]]
        async for event in database["events"].find({"withdrawn_at": None})
    }


async def test_a_bridge_makes_one_of_two_and_its_going_makes_two_again(database: Database, repository: Repository) -> None:
    arrivals = Arrivals(repository)
    await arrivals.take([ONE, TWO])
    assert await live(database) == {evt("satu"): ["satu"], evt("dua"): ["dua"]}
    await arrivals.take([BRIDGE])
    assert await live(database) == {evt("satu"): ["satu", "dua", "jembatan"]}
    replaced = await repository.event(evt("dua"))
    assert replaced is not None
    assert (replaced.replaced_by, replaced.articles, replaced.store.change.value) == (evt("satu"), (), "merged")
    await arrivals.take([report("jembatan", 9)])
    assert await live(database) == {evt("satu"): ["satu"], evt("dua"): ["dua"]}
    back = await repository.event(evt("dua"))
    assert back is not None
    assert (back.replaced_by, back.withdrawn_at, back.revision) == (None, None, 3)
    assert arrivals.changes == [
        ("created", evt("satu")), ("created", evt("dua")), ("merged", evt("dua")), ("merged", evt("satu")),
        ("split", evt("dua")), ("split", evt("satu")),
    ]  # fmt: skip


async def test_an_earlier_report_that_comes_late_founds_the_event(database: Database, repository: Repository) -> None:
    arrivals = Arrivals(repository)
    await arrivals.take([BRIDGE, ONE])
    assert await live(database) == {evt("satu"): ["satu", "jembatan"]}
    old = await repository.event(evt("jembatan"))
    assert old is not None
    assert old.replaced_by == evt("satu")


async def test_the_founder_leaves(database: Database, repository: Repository) -> None:
    arrivals = Arrivals(repository)
    await arrivals.take([ONE, BRIDGE, report("satu", 9)])
    assert await live(database) == {evt("jembatan"): ["jembatan"]}
    left = await repository.event(evt("satu"))
    assert left is not None
    assert left.replaced_by == evt("jembatan")


async def test_an_article_moves_from_one_event_to_another(database: Database, repository: Repository) -> None:
    arrivals = Arrivals(repository)
    await arrivals.take([ONE, TWO, report("tiga", 4, people=(HENDRA,), said=True)])
    assert await live(database) == {evt("satu"): ["satu"], evt("dua"): ["dua", "tiga"]}
    await arrivals.take([report("tiga", 9, people=(ROSITA, BADAWI))])
    assert await live(database) == {evt("satu"): ["satu", "tiga"], evt("dua"): ["dua"]}


HISTORIES = {
    "two become one": [ONE, TWO, BRIDGE],
    "one comes apart": [ONE, TWO, BRIDGE, report("jembatan", 9)],
    "the founder comes late": [BRIDGE, ONE],
    "the founder leaves": [ONE, BRIDGE, report("satu", 9)],
    "the founder turns to something else": [ONE, BRIDGE, report("satu", 9, people=(HENDRA,), venue="Lapangan Samber")],
    "from one to another": [ONE, TWO, report("tiga", 4, people=(HENDRA,), said=True), report("tiga", 9, people=(ROSITA, BADAWI))],
}


async def everything(database: Database) -> dict[str, Any]:
    names = ("articles", "event_revisions", "events", "revisions", "unfinished")
    return {name: await database[name].find().sort("_id", 1).to_list() for name in names}


@pytest.mark.parametrize("name", HISTORIES)
async def test_killed_at_any_write_and_redelivered(database: Database, repository: Repository, name: str) -> None:
    """As if nothing had happened; and whoever reads the topic holds what the store holds."""
    history, last = HISTORIES[name][:-1], HISTORIES[name][-1]
    arrivals = Arrivals(repository)
    await arrivals.take([*history, last])
    undisturbed = await everything(database)
    assert undisturbed["unfinished"] == []
    for kill in range(99):
        for collection in undisturbed:
            await database[collection].delete_many({})
        world = Arrivals(repository)
        await world.take(history)
        mortal = Mortal(database, kill)
        dying = Arrivals(mortal)
        dying.announced = world.announced
        try:
            await dying.take([last])
        except Killed:
            await world.take([last])
        assert await everything(database) == undisturbed, kill
        stored = {event["_id"]: content(event) for event in undisturbed["events"] if event["withdrawn_at"] is None}
        assert world.live() == stored, kill
        if mortal.left:
            return
    pytest.fail("it never lived")


@pytest.mark.parametrize("copies", [1, 3])
async def test_thirty_reports_of_one_happening_at_once(database: Database, copies: int) -> None:
    """A batch of Kafka's, and the like in other copies: nobody gives up for being in the others' way."""
    await Repository(database).prepare()
    reports = [report(f"koran{number}", number, people=(ROSITA, BADAWI), said=True) for number in range(30)]
    stores = [Arrivals(Repository(database)) for _ in range(copies)]
    await asyncio.gather(*(stores[number % copies].take([one]) for number, one in enumerate(reports)))
    assert [len(held) for held in (await live(database)).values()] == [30]
    assert await database["unfinished"].count_documents({}) == 0


async def test_two_copies_at_once_end_alike(database: Database, repository: Repository) -> None:
    """Every report to both copies, in another order, and the bridge comes and goes meanwhile."""
    reports = [ONE, TWO, BRIDGE, report("jembatan", 9), report("tiga", 4, people=(HENDRA,), said=True)]
    one, two = Arrivals(repository), Arrivals(Repository(database))
    await asyncio.gather(one.take(reports), two.take(reversed(reports)))
    assert await live(database) == {evt("satu"): ["satu"], evt("dua"): ["dua", "tiga"]}
    assert await database["unfinished"].count_documents({}) == 0

"""What people ask of the events, on a real document store: the right ones, through an index."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from services.store.moves import SavedEvent
from services.store.reader import Reader
from services.store.repository import Database, Repository
from services.store.revisions import decide
from services.store.search import Question, fits, is_region, keys_of, query_of
from shared.documents import Article, DateBasis, EventDate, Organizer, Participant, Place, PlacePrecision, Region
from shared.vocabularies import EventType
from tests.unit.store.pages import page
from tests.unit.store.telling import move

LAMPUNG, METRO = Region(code="18", name="Lampung"), Region(code="18.72", name="Kota Metro")
TIMUR, BARAT = Region(code="18.72.04", name="Metro Timur"), Region(code="18.72.03", name="Metro Barat")


def event(number: int, title: str = "Kabar", **fields: Any) -> SavedEvent:
    article: Article = page("apel", url=f"https://bawaslu-contoh.example/berita/{number}")
    assert article.event is not None
    told = article.model_copy(update={"title": title, "event": article.event.model_copy(update=fields)})
    saved = move(None, decide(None, told).article)
    assert saved is not None
    return saved


def on(day: date) -> EventDate:
    return EventDate(start=day, end=day, edtf=day.isoformat(), basis=DateBasis.explicit)


def people(*names: str) -> tuple[Participant, ...]:
    return tuple(Participant(name=name, aliases=(f"Pak {name.split()[0]}",)) for name in names)


EVENTS = {
    "apel": event(
        1, date=on(date(2026, 11, 3)), place=Place(provinsi=LAMPUNG, kabkota=METRO, kecamatan=TIMUR, precision=PlacePrecision.kecamatan),
        participants=people("Budi Santoso", "Siti Aminah"), topics=("netralitas-asn",),
    ),
    "bimtek": event(
        2, "Pengawas Dibekali", name="Bimtek Panwascam", type=EventType.pelatihan, date=on(date(2026, 11, 5)),
        place=Place(venue="Hotel Grand Skuntum", provinsi=LAMPUNG, kabkota=METRO, kecamatan=BARAT, precision=PlacePrecision.venue),
        participants=people("Budi Aminah"), organizers=(Organizer(name="Bawaslu Kota Metro"),),
    ),
    "lama": event(
        3, name="Apel Gelar Pasukan", date=on(date(2026, 10, 30)), place=Place(provinsi=LAMPUNG, precision=PlacePrecision.provinsi)
    ),
    "entah": event(4, name="Rapat", date=None, place=None),
}  # fmt: skip
ALL = ["bimtek", "apel", "lama", "entah"]  # the latest first; one without a day last

QUESTIONS = [
    (Question(), ALL, None),
    (Question(since=date(2026, 11, 1)), ["bimtek", "apel"], "by_date_type"),
    (Question(since=date(2026, 11, 1), until=date(2026, 11, 3)), ["apel"], "by_date_type"),
    (Question(until=date(2026, 10, 30)), ["lama"], "by_date_type"),
    (Question(region="18"), ["bimtek", "apel", "lama"], "by_provinsi_date"),
    (Question(region="18.72"), ["bimtek", "apel"], "by_kabkota_date"),
    (Question(region="18.72.03"), ["bimtek"], "by_kecamatan_date"),
    (Question(region="18.72.03.1001"), [], "by_desa_date"),
    (Question(type=EventType.pelatihan), ["bimtek"], "by_type_date"),
    (Question(person="budi"), ["bimtek", "apel"], "by_person_date"),
    (Question(person="Santoso, BUDI"), ["apel"], "by_person_date"),
    (Question(person="budi siti"), [], "by_person_date"),  # two people's names are nobody's
    (Question(person="pak siti"), ["apel"], "by_person_date"),
    (Question(organization="bawaslu metro"), ["bimtek"], "by_organization_date"),
    (Question(topic="netralitas-asn"), ["apel"], "by_topic_date"),
    (Question(site="bawaslu-contoh.example", person="aminah"), ["bimtek", "apel"], None),
    (Question(site="lain.example"), [], "by_site_date"),
    (Question(flag="short_body", since=date(2026, 11, 4)), ["bimtek"], None),
    (Question(flag="weekday_mismatch"), [], "by_flag_date"),
    (Question(text="grand skuntum"), ["bimtek"], "by_word_date"),
    (Question(text="apel"), ["apel", "lama"], "by_word_date"),
    (Question(text="bimtek dibekali"), ["bimtek"], "by_word_date"),  # a word of its name, and one of the title
    (Question(text="!?"), [], None),  # no word stands in any of them
]


@pytest.mark.integration
@pytest.mark.parametrize(("question", "names", "index"), QUESTIONS, ids=str)
async def test_who_answers_and_by_which_index(
    database: Database, repository: Repository, question: Question, names: list[str], index: str | None
) -> None:
    for saved in EVENTS.values():
        assert await repository.put_event(saved, replacing=None)
    found = [document["id"] async for document, _ in Reader(database).asked(question)]
    assert [next(name for name, saved in EVENTS.items() if saved.id == key) for key in found] == names
    if index is not None:
        plan = await database["events"].find(query_of(question)).explain()
        assert plan["queryPlanner"]["winningPlan"]["inputStage"]["indexName"] == index


@pytest.mark.integration
async def test_at_most_so_many(database: Database, repository: Repository) -> None:
    for saved in EVENTS.values():
        assert await repository.put_event(saved, replacing=None)
    assert [document["id"] async for document, _ in Reader(database).asked(Question(text="apel"), 1)] == [EVENTS["apel"].id]


def test_everything_that_fits_is_found_by_its_keys() -> None:
    assert keys_of(EVENTS["bimtek"].model_dump(mode="json"), ["Panwascam Dilatih"]) == {
        "people": ["aminah", "budi", "pak"],
        "organizations": ["bawaslu", "kota", "metro"],
        "words": ["barat", "bimtek", "dilatih", "grand", "hotel", "kota", "lampung", "metro", "panwascam", "skuntum"],
    }
    assert keys_of(EVENTS["entah"].model_dump(mode="json"), ()) == {"people": [], "organizations": [], "words": ["rapat"]}


def test_what_is_asked_is_never_an_operator() -> None:
    asked = query_of(Question(topic="$where", site='{"$gt": ""}', person="$ne", region="18"))
    assert asked == {"topics": "$where", "articles.site.id": '{"$gt": ""}', "store.people": "ne", "place.provinsi.code": "18"}
    assert not fits(Question(person="$ne"), EVENTS["apel"].model_dump(mode="json"), ())


@pytest.mark.parametrize(("code", "right"), [("18", True), ("18.72.01.1001", True), ("1872", False), ("18.", False), ("18.72.01.1", False)])
def test_region_codes(code: str, right: bool) -> None:
    assert is_region(code) is right

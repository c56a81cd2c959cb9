"""What a merged event takes from which report, and who is said to agree."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.store.blocking import sketch
from services.store.merge import merged
from services.store.told import MergeNotes, Told
from shared.documents import (
    Agreement,
    DateBasis,
    EventDate,
    EventMention,
    EventType,
    Figure,
    FigureKind,
    Flag,
    LegalRef,
    Participant,
    Place,
    PlacePrecision,
    Quote,
    Region,
    SiteKind,
    SiteRef,
    Span,
)

START = datetime(2023, 11, 14, 5, 0, tzinfo=ZoneInfo("UTC"))
METRO, PROVINCE = Region(code="18.72", name="Kota Metro"), Region(code="18", name="Lampung")
RELEASE = (
    "Bawaslu Kota Metro menggelar apel siaga di Lapangan Samber yang diikuti seluruh pengawas dari lima kecamatan dan dua puluh dua "
    "kelurahan menjelang masa tenang pekan depan kata ketuanya sambil mengingatkan agar laporan harian dikirim tepat waktu."
)


def told(paper: str, minute: int = 0, *, kind: SiteKind = SiteKind.portal, body: str = "", **said: Any) -> Told:
    """What one paper says; the article's id is its name."""
    return Told(
        id=paper,
        revision=1,
        url=f"https://{paper}.example/a",
        site=SiteRef(id=f"{paper}.example", name=paper, kind=kind),
        title=f"Kabar {paper}",
        fetched_at=START + timedelta(minutes=minute),
        first_seen_at=START + timedelta(minutes=minute),
        content_hash=paper,
        event=EventMention(**{"type": EventType.apel, **said}),
        flags=(Flag.short_body,) if paper == "a" else (),
        store=MergeNotes(sketch=sketch(body)),
    )


def on(day: int, *, inferred: bool = False, article: str | None = None) -> EventDate:
    when = date(2023, 11, day)
    basis = DateBasis.published if inferred else DateBasis.explicit
    return EventDate(start=when, end=when, basis=basis, inferred=inferred, evidence=Span(start=0, end=2, exact=f"{day}", article=article))


def at(venue: str | None, *, precision: PlacePrecision = PlacePrecision.venue) -> Place:
    return Place(venue=venue, kabkota=METRO, provinsi=PROVINCE, precision=precision)


@pytest.mark.parametrize(
    ("field", "said", "taken", "agree", "differ"),
    [
        # most sources
        ("type", ["apel", "deklarasi", "deklarasi"], EventType.deklarasi, "bc", "a"),
        # among as many, what says more
        ("type", ["lainnya", "apel", None], EventType.apel, "bc", "a"),
        ("name", ["Apel", "Apel Siaga Pengawasan", None], "Apel Siaga Pengawasan", "b", "a"),
        ("name", ["Apel Siaga", "APEL SIAGA", "Apel Siaga Besar Pengawasan"], "Apel Siaga", "ab", "c"),
        # stated before inferred, however many infer
        ("date", [on(15, inferred=True), on(15, inferred=True), on(14)], on(14, article="c"), "c", "ab"),
        ("date", [on(14), on(13), on(14)], on(14, article="a"), "ac", "b"),
        # of those who agree, the most exact
        ("place", [at(None, precision=PlacePrecision.kabkota), at("Aula"), None], at("Aula"), "ab", ""),
    ],
)
def test_a_field_with_one_value(field: str, said: list[Any], taken: Any, agree: str, differ: str) -> None:
    reports = [
        told(name, minute, **({field: value} if value is not None else {}))
        for minute, (name, value) in enumerate(zip("abc", said, strict=True))
    ]
    event = merged(reports)
    assert getattr(event, field) == taken
    (found,) = [one for one in event.agreement if one.field == field]
    assert (found.agree, found.differ) == (tuple(agree), tuple(differ))
    assert (Flag.reports_differ in event.flags) == (field == "date")


def test_where_nothing_else_decides_it_is_who_acts_then_who_was_first() -> None:
    names = [told("a", 1, name="Apel Pagi"), told("b", 2, name="Apel Sore", kind=SiteKind.bawaslu), told("c", 3, name="Apel Malam")]
    assert merged(names).name == "Apel Sore"
    assert merged([names[2], names[0]]).name == "Apel Pagi"


def test_copies_and_one_publisher_are_one_source_and_have_one_vote() -> None:
    copies = [told(name, 1, body=RELEASE, date=on(13)) for name in "abc"]
    own = [told("d", 2, date=on(14)), told("e", 3, date=on(14))]
    event = merged([*copies, *own])
    assert (event.sources, event.date and event.date.start, len(event.articles)) == (3, date(2023, 11, 14), 5)


ROSITA = Participant(name="Rosita", role="Kepala", evidence=Span(start=1, end=7, exact="Rosita"))
FULL = Participant(name="Rosita Dewi", suffix=("S.H.",), evidence=Span(start=4, end=15, exact="Rosita Dewi"))
TYPO = Participant(name="Rositaa Dewi", organization="Kesbangpol")


def test_people_are_one_by_their_names_and_known_as_far_as_anybody_knows_them() -> None:
    event = merged([told("a", 1, participants=(ROSITA,)), told("b", 2, participants=(FULL,)), told("c", 3, participants=(TYPO,))])
    alone, both = event.participants
    assert alone.name == "Rosita", "one name alone is nobody's for sure"
    assert (both.name, both.suffix, both.organization, both.aliases) == ("Rosita Dewi", ("S.H.",), "Kesbangpol", ("Rositaa Dewi",))
    assert both.evidence == Span(start=4, end=15, exact="Rosita Dewi", article="b")
    assert [one for one in event.agreement if one.field.startswith("participants")] == [
        Agreement(field="participants/0", agree=("a",)),
        Agreement(field="participants/1", agree=("b", "c")),
    ]


def test_quotes_and_laws_stand_once_as_the_fullest_report_has_them() -> None:
    short, full = "Kita wajib menjaga pemilu ini", "Kita wajib menjaga pemilu ini sampai selesai"
    event = merged(
        [
            told("a", 1, quotes=(Quote(text=short, speaker="Rosita"),), legal_refs=(LegalRef(id="UU 7/2017", kind="UU"),)),
            told("b", 2, quotes=(Quote(text=full),), legal_refs=(LegalRef(id="UU 7/2017", kind="UU", title="Pemilihan Umum"),)),
        ]
    )
    assert [quote.text for quote in event.quotes] == [full]
    assert [(law.id, law.title) for law in event.legal_refs] == [("UU 7/2017", "Pemilihan Umum")]
    assert Agreement(field="quotes/0", agree=("a", "b")) in event.agreement


def count(number: int, unit: str = "orang") -> Figure:
    return Figure(value=number, unit=unit, kind=FigureKind.count, text=f"{number} {unit}")


def test_another_number_of_the_same_thing_is_a_disagreement() -> None:
    event = merged(
        [told("a", 1, figures=(count(30), count(5, "desa"))), told("b", 2, figures=(count(40),)), told("c", 3, figures=(count(30),))]
    )
    said = {one.field: (one.agree, one.differ) for one in event.agreement if one.field.startswith("figures")}
    assert said == {"figures/0": (("a", "c"), ("b",)), "figures/1": (("a",), ()), "figures/2": (("b",), ("a", "c"))}
    assert Flag.reports_differ in event.flags


def test_two_numbers_in_one_report_are_none() -> None:
    event = merged([told("a", 1, figures=(count(30), count(12))), told("b", 2, figures=(count(30),))])
    assert all(one.differ == () for one in event.agreement)
    assert Flag.reports_differ not in event.flags


def test_one_report_agrees_with_nobody() -> None:
    event = merged([told("a", 1, figures=(count(30), count(40)), date=on(14))])
    assert (event.agreement, event.sources, event.flags) == ((), 1, (Flag.short_body,))


@given(st.permutations([told(name, minute, name=f"Apel {name}", date=on(13 + minute % 2)) for minute, name in enumerate("abcde")]))
def test_the_order_they_are_given_in_is_nothing(reports: list[Told]) -> None:
    event = merged(reports)
    assert [report.id for report in event.articles] == list("abcde")
    assert event == merged(sorted(reports, key=lambda one: one.id))

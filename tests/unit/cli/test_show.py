"""`kabar show` on a document store of its own; evidence in a text."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.evidence import marked
from services.store.repository import open_repository
from services.store.revisions import decide
from shared.documents import Article, Participant, Span
from shared.settings import load_settings
from tests.unit.cli.conftest import Kabar
from tests.unit.store.pages import NO_EVENT, page
from tests.unit.store.telling import move

BODY = "Ketua Bawaslu Rosita membuka apel di Kota Metro, Selasa (14/11/2023).\n\nSelesai."


def article(body: str = BODY) -> Article:
    bare = page("apel")
    assert bare.event is not None
    assert bare.event.date is not None
    start = body.index("Selasa")
    date = bare.event.date.model_copy(update={"evidence": Span(start=start, end=start + 19, exact=body[start : start + 19])})
    rosita = Participant(name="Rosita", role="Ketua", organization="Bawaslu", evidence=Span(start=0, end=20, exact=body[:20]))
    event = bare.event.model_copy(update={"date": date, "participants": (rosita,)})
    return bare.model_copy(update={"body": body, "event": event})


@pytest.fixture
def stored(store: str) -> tuple[str, str]:
    """The ids of an event and of its article."""
    saved = decide(None, article()).article
    event = move(None, saved)
    assert event is not None

    async def keep() -> None:
        async with open_repository(store, load_settings().mongo_database) as repository:
            assert await repository.put_article(saved, replacing=None)
            assert await repository.put_event(event, replacing=None)
            opinion = page(NO_EVENT, url="https://bawaslu-contoh.example/opini/1")
            assert await repository.put_article(decide(None, opinion).article, replacing=None)

    asyncio.run(keep())
    return event.id, saved.id


def test_an_event_with_its_words(kabar: Kabar, stored: tuple[str, str]) -> None:
    event, one = stored
    code, out, err = kabar("show", event)
    assert (code, err) == (0, "")
    assert "⟦Ketua Bawaslu Rosita⟧ membuka apel di Kota Metro, ⟦Selasa (14/11/2023)⟧." in out
    rows = [" ".join(line.split()) for line in out.splitlines()]
    assert "participants Rosita, Ketua, Bawaslu Ketua Bawaslu Rosita" in rows
    assert "date 2023-11-14 (explicit) Selasa (14/11/2023)" in rows
    assert "place Kota Metro 18.72 -" in rows
    assert kabar("show", one)[1] in out


def test_an_article_without_event(kabar: Kabar, stored: tuple[str, str]) -> None:
    opinion = page(NO_EVENT, url="https://bawaslu-contoh.example/opini/1")
    code, out, _ = kabar("show", opinion.id)
    assert code == 0
    assert "It reports no event" in out


def test_an_article_that_its_site_has_removed(kabar: Kabar, store: str) -> None:
    gone = page("Judul", url="https://bawaslu-contoh.example/hilang")
    lost = decide(None, gone).article.model_copy(update={"gone_at": datetime(2023, 11, 20, 12, 0, tzinfo=UTC)})

    async def keep() -> None:
        async with open_repository(store, load_settings().mongo_database) as repository:
            assert await repository.put_article(lost, replacing=None)

    asyncio.run(keep())
    assert "Its site has removed it, first seen 2023-11-20T12:00:00Z." in kabar("show", gone.id)[1]


def test_one_that_is_not_there(kabar: Kabar, stored: tuple[str, str]) -> None:
    assert kabar("show", "evt_none") == (1, "", "There is no event or article evt_none: kabar events shows the events.\n")


@given(st.text(max_size=50), st.lists(st.tuples(st.integers(-5, 60), st.integers(-5, 60)), max_size=8))
def test_marking_loses_nothing_and_marks_what_is_named(body: str, spans: list[tuple[int, int]]) -> None:
    pieces = list(marked(body, spans))
    assert "".join(piece for piece, _ in pieces) == body
    assert all(piece for piece, _ in pieces)
    proven = [proves for piece, proves in pieces for _ in piece]
    assert proven == [any(start <= at < end for start, end in spans) for at in range(len(body))]

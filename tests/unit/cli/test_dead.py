"""`kabar dead` on a document store of its own: no other server runs."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime

import pytest

from services.store.repository import open_repository
from shared.dead import Failure, Record, bury, bury_unsent
from shared.messages import DeadLetter
from shared.settings import load_settings
from tests.unit.cli.conftest import Kabar

NOW = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
VALUE = b'{"site_id": "\x1b[31mmerah", \xff'
ODD = bury(
    Record("kabar.crawl.requested", 1, 7, b"kunci", VALUE, (("correlation_id", b"cor_1"), ("odd", b"\xff"))),
    Failure("invalid_json", "EOF", 1, "crawler", NOW),
)
BIG = bury_unsent(
    url="https://situs.example/besar", site_id="situs.example", value=b"<html>", truncated=True, correlation_id="cor_2",
    failure=Failure("page_too_big", "over 2000000 bytes", 1, "crawler", NOW.replace(hour=3)),
)  # fmt: skip


@pytest.fixture
def letters(store: str) -> tuple[DeadLetter, ...]:
    """An unreadable message, and a page that was never sent."""

    async def keep() -> None:
        async with open_repository(store, load_settings().mongo_database) as repository:
            for letter in (ODD, BIG):
                assert await repository.bury(letter)

    asyncio.run(keep())
    return ODD, BIG


def test_they_are_listed_the_oldest_first(kabar: Kabar, letters: tuple[DeadLetter, ...]) -> None:
    code, out, err = kabar("dead", "list")
    assert (code, err) == (0, "")
    title, _, *rows = out.splitlines()
    assert title.strip() == "2 dead letters"
    assert [row.split() for row in rows] == [
        [BIG.id, "2026-11-25T03:00:00Z", "page_too_big", "-", "https://situs.example/besar", "-"],
        [ODD.id, "2026-11-25T04:00:00Z", "invalid_json", "kabar.crawl.requested", "-", "-"],
    ]


def test_they_are_listed_by_reason_and_site_and_as_json(kabar: Kabar, letters: tuple[DeadLetter, ...]) -> None:
    _, out, _ = kabar("dead", "list", "--reason", "invalid_json", "--json")
    (told,) = map(json.loads, out.splitlines())
    assert (told["id"], told["offset"], told["retried_at"], "value" in told) == (ODD.id, 7, None, False)
    _, out, _ = kabar("dead", "list", "--site", "situs.example", "--json")
    assert [json.loads(line)["id"] for line in out.splitlines()] == [BIG.id]


def test_one_is_shown_without_its_control_characters(kabar: Kabar, letters: tuple[DeadLetter, ...]) -> None:
    code, out, err = kabar("dead", "show", ODD.id)
    assert (code, err) == (0, "")
    assert "·[31mmerah" in out
    assert "\x1b" not in out
    assert "header odd" in out


@pytest.mark.parametrize("words", [("show", "ded_none"), ("drop", "ded_none")])
def test_one_that_is_not_there(kabar: Kabar, letters: tuple[DeadLetter, ...], words: tuple[str, ...]) -> None:
    assert kabar("dead", *words) == (1, "", "There is no dead letter ded_none: kabar dead list shows those there are.\n")


def test_a_dropped_one_is_gone_and_does_not_come_back(kabar: Kabar, store: str, letters: tuple[DeadLetter, ...]) -> None:
    assert kabar("dead", "drop", ODD.id) == (0, "", "1 dead letters dropped.\n")

    async def again() -> bool:
        async with open_repository(store, load_settings().mongo_database) as repository:
            return await repository.bury(ODD)

    assert not asyncio.run(again())
    assert [json.loads(line)["id"] for line in kabar("dead", "list", "--json")[1].splitlines()] == [BIG.id]
    assert [json.loads(line)["id"] for line in kabar("export", "dead")[1].splitlines()] == [BIG.id]
    assert kabar("dead", "show", ODD.id)[0] == 1


@pytest.mark.parametrize("words", [("retry",), ("drop",), ("retry", "ded_1", "--reason", "x"), ("drop", "ded_1", "--site", "x")])
def test_either_ids_or_all_of_a_kind(kabar: Kabar, words: tuple[str, ...]) -> None:
    code, out, err = kabar("dead", *words)
    assert (code, out) == (2, "")
    assert "Name either dead letters by their ids" in err

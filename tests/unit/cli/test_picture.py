from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console

from cli.fares import Fare, Standing
from cli.live import drawing
from cli.picture import Picture, dead_rows, site_rows, stage_rows, stored_line
from cli.stages import Counted, Look
from cli.where import Where
from deploy.local.health import Health
from services.store.dead_letters import Held
from services.store.reader import Counts
from shared.dead import Failure, bury_unsent
from shared.messages import DeadLetter

NOW = datetime(2026, 11, 26, 4, 0, tzinfo=UTC)
NASTY = "https://situs.example/\x1b[2J\x1b]0;title\x07\r\n\u202e\x9bx"
READY, GONE = Health(ready=True, checks={"kafka": True}), Health(alive=False, ready=False, checks={})
UNWELL = Health(ready=False, checks={"kafka": False, "store": True})
COUNTS = Counts(5, 4, 6, 3, {}, {}, {"no_article": 1, "bad_json": 2})


def letter(reason: str, hour: int, url: str = "https://situs.example/1") -> Held:
    made = bury_unsent(
        url=url, site_id="situs.example", value=b"", truncated=False, correlation_id="cor_1",
        failure=Failure(reason, "", 1, "crawler", NOW.replace(hour=hour)),
    )  # fmt: skip
    return Held(made, None)


@pytest.mark.parametrize(
    ("processes", "told"),
    [
        ({}, "-"),
        ({"store": READY}, "ready"),
        ({"store": UNWELL}, "not ready: kafka"),
        ({"store": GONE}, "no answer"),
        ({"store a": READY, "store b": READY}, "2 of 2 ready"),
        ({"store a": READY, "store b": UNWELL, "store c": GONE}, "1 of 3 not ready: kafka"),
        ({"store a": GONE, "store b": GONE}, "0 of 2 no answer"),
    ],
)
def test_the_health_of_a_stage(processes: dict[str, Health], told: str) -> None:
    assert stage_rows(Picture(healths={"store": processes}))[2][:2] == ("store", told)


def test_a_stage_has_rates_lag_and_why() -> None:
    looks = [
        Look(0, {"extractor": {"extractor": Counted(0, 0)}}),
        Look(60, {"extractor": {"extractor": Counted(120, 99.6, {"no_article": 12, "bot_wall": 0.25, "x": 0, "y": 0.1})}}),
    ]
    rows = stage_rows(Picture(looks=looks, lags={"kabar-extractor": 7, "kabar-store": 0}))
    assert rows == [
        ("crawler", "-", "0", "0", "0", "-", ""),
        ("extractor", "-", "120", "100", "12", 7, "no_article 12, bot_wall 0.2"),
        ("store", "-", "0", "0", "0", 0, ""),
    ]


def test_before_the_second_look_no_rate_is_known() -> None:
    assert stage_rows(Picture(looks=[Look(0, {})]))[0] == ("crawler", "-", "-", "-", "-", "-", "")


def test_dead_letters_by_reason_with_the_latest() -> None:
    letters = [letter("bad_json", 3), letter("no_article", 2), letter("bad_json", 1)]
    assert dead_rows({"no_article": 1, "bad_json": 2, "older": 1}, letters, 2) == [
        ("bad_json", 2, "2026-11-26T03:00:00Z", "situs.example", "https://situs.example/1"),
        ("no_article", 1, "2026-11-26T02:00:00Z", "situs.example", "https://situs.example/1"),
    ]
    assert dead_rows({"older": 1}, letters, 2) == [("older", 1, "-", "-", "-")]


def test_sites_as_many_as_fit() -> None:
    found = [
        Fare("a", Standing.blocked, "", "2026-11-26", "http_403", "2026-11-25"),
        Fare("b", Standing.well, "2026-11-26"),
        Fare("c", Standing.well),
    ]
    assert site_rows(found, 2) == [("a", "BLOCKED", "-", "2026-11-26", "http_403"), ("b", "well", "2026-11-26", "-", "-")]


def test_what_is_stored() -> None:
    assert stored_line(None) == "stored: not known yet"
    assert stored_line(COUNTS) == "articles 5 · events 4 · revisions 6 · dead letters 3"


WHERE = Where(Path("x"), None, "kafka:9092", "mongodb://kabar:rahasia@mongo:27017/?replicaSet=kabar")
FULL = Picture(
    healths={"store": {"store": UNWELL}},
    looks=[Look(0, {}), Look(1, {})],
    lags={},
    counts=COUNTS,
    letters=[letter("bad_json", 3, NASTY)],
    fares=[Fare(f"situs-{number}.example", Standing.well) for number in range(500)],
    away={"lag": f"Kafka cannot be reached: {NASTY}."},
)


def drawn(picture: Picture, width: int, height: int) -> list[str]:
    screen = Console(file=io.StringIO(), width=width, height=height, color_system=None)
    screen.print(drawing(picture, WHERE, NOW, screen))
    assert isinstance(screen.file, io.StringIO)
    return screen.file.getvalue().splitlines()


@pytest.mark.parametrize("width", [40, 80, 200])
@pytest.mark.parametrize("height", [24, 50, 200])
def test_it_fills_the_screen_and_goes_not_beyond(width: int, height: int) -> None:
    lines = drawn(FULL, width, height)
    assert len(lines) == height
    assert all(len(line) <= width for line in lines)
    assert sum(line.startswith("situs-") for line in lines) >= 3


def test_a_screen_that_is_too_low_shows_some_sites_all_the_same() -> None:
    lines = drawn(FULL, 80, 10)
    assert sum(line.startswith("situs-") for line in lines) == 3


def test_nothing_of_a_page_moves_the_terminal_and_no_password_is_shown() -> None:
    text = "\n".join(drawn(FULL, 400, 50))
    assert "situs.example/·[2J·]0;title····" in text
    assert "rahasia" not in text
    assert not any(not (c.isprintable() or c == "\n") for c in text)


def test_a_reason_or_check_of_somebody_else_moves_it_neither() -> None:
    health = Health(ready=False, checks={NASTY: False})
    looks = [Look(0, {"store": {"s": Counted()}}), Look(60, {"store": {"s": Counted(dropped={NASTY: 2})}})]
    counts = replace(COUNTS, dead_by_reason={NASTY: 1})
    strange = [
        Held(DeadLetter.model_validate({**held.letter.model_dump(), "reason": NASTY, "site_id": NASTY}), None) for held in FULL.letters
    ]
    found = Picture(
        healths={"store": {"s": health}}, looks=looks, counts=counts, letters=strange, fares=[Fare(NASTY, Standing.failing, reason=NASTY)]
    )
    text = "\n".join(drawn(found, 400, 50))
    assert text.count("·[2J") == 7
    assert not any(not (c.isprintable() or c == "\n") for c in text)


def test_with_nothing_known_yet_it_is_drawn_all_the_same() -> None:
    text = "\n".join(drawn(Picture(), 80, 24))
    assert "Kabar at kafka:9092 · mongodb://mongo:27017 · 2026-11-26T04:00:00Z" in text
    assert "stored: not known yet" in text
    assert "Sites: not known yet" in text

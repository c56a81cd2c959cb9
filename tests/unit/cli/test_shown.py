from __future__ import annotations

import io

import pytest
from rich.console import Console

from cli.shown import console, shown_summary, table, watched, without_password
from deploy.local.idle import Backlog
from deploy.local.passes import SiteSummary, Summary

SUMMARY = Summary(
    seconds=12.3,
    stages={"pages_published": 3},
    stored={"articles": 3, "dead_letters": 1},
    refused={"robots": 2},
    dead={"no_article": 1},
    sites={"a.example": SiteSummary(published=3, articles=2, refused={"robots": 2})},
)


@pytest.mark.parametrize("wish", ["FORCE_COLOR", "CLICOLOR_FORCE", "TTY_COMPATIBLE"])
def test_in_a_pipe_there_is_neither_colour_nor_progress(
    wish: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(wish, "1")
    with watched() as show:
        show(Backlog(3, 2, 1))
    console().print("[red]x[/red]")
    shown_summary(SUMMARY)
    out, err = capsys.readouterr()
    assert err == ""
    assert "\x1b" not in out


def test_a_summary_shows_every_count(capsys: pytest.CaptureFixture[str]) -> None:
    shown_summary(SUMMARY)
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["pages", "published", "3"] in rows
    assert ["dead", "letters", "1"] in rows
    assert ["crawler", "robots", "2"] in rows
    assert ["dead", "letter", "no_article", "1"] in rows
    assert ["a.example", "3", "2", "2"] in rows


def test_a_cell_is_text_and_never_markup() -> None:
    screen = Console(file=io.StringIO(), width=80)
    screen.print(table("[b]t[/b]", ("[i]c[/i]",), [("[link=file:///etc/passwd]x[/link]",)]))
    assert isinstance(screen.file, io.StringIO)
    assert "[link=file:///etc/passwd]x[/link]" in screen.file.getvalue()


@pytest.mark.parametrize(
    ("uri", "shown"),
    [
        ("mongodb://127.0.0.1:27017", "mongodb://127.0.0.1:27017"),
        ("mongodb://kabar:hunter2@mongo:27017/?authSource=admin", "mongodb://…@mongo:27017/?authSource=admin"),
        ("mongodb://kabar:hunter@2@a:1,b:2/", "mongodb://…@a:1,b:2/"),
        ("mongodb+srv://kabar:hunter2@db.example/kabar", "mongodb+srv://…@db.example/kabar"),
    ],
)
def test_an_address_is_shown_without_its_password(uri: str, shown: str) -> None:
    assert without_password(uri) == shown

"""`kabar status` in a pipe, on a document store of its own: no other server is named. On a terminal: test_live.py."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.crawler.frontier import open_frontier
from services.crawler.ledger import Day
from services.store.repository import open_repository
from shared.dead import Failure, bury_unsent
from shared.settings import load_settings
from tests.unit.cli.conftest import Kabar

NOW = datetime.now(UTC).replace(microsecond=0)
TOLD = NOW.isoformat().replace("+00:00", "Z")
NASTY = "https://situs.example/\x1b[2J\u202e"


@pytest.fixture
def kept(store: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """A dead letter of a nasty page, and two sites' ledger; the site files name one of them and one more."""

    async def keep() -> None:
        settings, failure = load_settings(), Failure("page_too_big", "", 1, "crawler", NOW)
        letter = bury_unsent(url=NASTY, site_id="baik.example", value=b"", truncated=False, correlation_id="c", failure=failure)
        async with open_repository(store, settings.mongo_database) as repository:
            await repository.bury(letter)
        days = {
            ("baik.example", NOW.date().isoformat()): Day(sources=2, seen_at=NOW),
            ("tutup.example", NOW.date().isoformat()): Day(unseen=Counter(http_403=1), lost_at=NOW, lost_for="http_403"),
        }
        async with open_frontier(settings, None) as frontier:
            await frontier.add_receipts({}, days)

    asyncio.run(keep())
    monkeypatch.delenv("KABAR_KAFKA_SERVERS", raising=False)
    entry = '[[site]]\nid = "{0}"\nname = "Situs"\nhome = "https://{0}/"\n'
    (tmp_path / "sites.toml").write_text(entry.format("baik.example") + entry.format("baru.example"))
    monkeypatch.setenv("KABAR_SITES", str(tmp_path / "sites.toml"))
    return store


def rows(out: str, title: str) -> list[list[str]]:
    """What stands below a title and its line of names."""
    lines = out.partition(f"\n{title}")[2].splitlines()[2:]
    return [line.split() for line in lines[: next((n for n, line in enumerate(lines) if not line.strip()), len(lines))]]


def test_what_the_store_knows_is_told_while_only_it_runs(kabar: Kabar, kept: str, tmp_path: Path) -> None:
    code, out, err = kabar("status", "--data-dir", str(tmp_path / "none"))
    assert (code, err) == (0, "")
    assert rows(out, "Stored")[-1] == ["dead", "letters", "1"]
    assert rows(out, "Dead letters") == [["page_too_big", "1", TOLD, "baik.example", "https://situs.example/·[2J·"]]
    assert rows(out, "Sites, the worst first: 2 of 2") == [
        ["baru.example", "not", "looked", "at", "-", "-", "-"],
        ["baik.example", "well", TOLD, "-", "-"],
    ]
    assert "\x1b" not in out


def test_where_the_site_files_cannot_be_read_the_sites_are_those_of_the_ledger(
    kabar: Kabar, kept: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KABAR_SITES", str(tmp_path / "nowhere"))
    code, out, err = kabar("status", "--data-dir", str(tmp_path / "none"))
    assert (code, err) == (0, "")
    assert rows(out, "Sites, the worst first: 2 of 2") == [
        ["tutup.example", "BLOCKED", "-", TOLD, "http_403"],
        ["baik.example", "well", TOLD, "-", "-"],
    ]

"""The document store looked at, a real one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from services.store.dead_letters import DeadLetters
from services.store.examine import read_indexes, read_store
from services.store.repository import Database, Repository
from shared.dead import Failure, bury_unsent
from shared.messages import DeadLetter
from shared.outcomes import Outage

NOW = datetime(2026, 11, 26, 4, 0, tzinfo=UTC)


async def test_it_tells_its_version_and_clock_and_takes_a_write(mongo_uri: str, database: Database) -> None:
    before = datetime.now(UTC)
    seen = await read_store(mongo_uri, database.name)
    assert seen.version[0].isdigit()
    assert seen.at is not None
    assert before - timedelta(seconds=1) <= seen.at <= datetime.now(UTC) + timedelta(seconds=1)
    assert seen.refused is None


async def test_one_that_refuses_writes_says_why(mongo_uri: str, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(_: Repository) -> bool:
        raise Outage("store_away", detail="not primary")

    monkeypatch.setattr(Repository, "takes_writes", refuse)
    seen = await read_store(mongo_uri, database.name)
    assert (seen.refused, seen.version[0].isdigit()) == ("not primary", True)


async def test_indexes_are_told_with_their_fields(mongo_uri: str, database: Database) -> None:
    assert await read_indexes(mongo_uri, database.name) == {}
    await Repository(database).prepare()
    seen = await read_indexes(mongo_uri, database.name)
    assert seen["articles"]["by_site_published"] == (("site.id", 1), ("store.published", -1))
    assert "_id_" not in seen["articles"]
    await database["articles"].drop_index("by_url")
    assert "by_url" not in (await read_indexes(mongo_uri, database.name))["articles"]


def letter(hour: int) -> DeadLetter:
    failure = Failure("no_article", "", 1, "extractor", NOW.replace(hour=hour))
    url = f"https://situs.example/{hour}"
    return bury_unsent(url=url, site_id="s", value=b"x" * 1_000, truncated=False, correlation_id="cor_1", failure=failure)


async def test_the_latest_dead_letters_come_first_and_without_their_bytes(database: Database, repository: Repository) -> None:
    for hour in (2, 4, 3, 1):
        await repository.bury(letter(hour))
    letters = DeadLetters(database)
    await letters.drop(letter(4).id, NOW)
    latest = await letters.latest(2)
    assert [held.letter.failed_at.hour for held in latest] == [3, 2]
    assert {held.letter.value for held in latest} == {""}

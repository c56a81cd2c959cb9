"""The handlers on a real document store: cut off at every step, redelivered, raced."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from services.store.clusters import Evidence
from services.store.moves import SavedEvent
from services.store.repository import Database, Repository
from services.store.router import Router
from services.store.settle import Settler
from shared.broker import Delivered
from shared.documents import Article
from shared.envelope import seal
from shared.messages import ArticleExtracted, Change, DeadLetter, EventChanged, Message
from shared.telemetry import Metrics
from shared.urls import event_id
from tests.unit.shared.samples import samples
from tests.unit.store.mortal import Killed, Mortal
from tests.unit.store.pages import NO_EVENT, fetched, page
from tests.unit.store.telling import move

pytestmark = pytest.mark.integration


class Told:
    """A router, and what it has announced."""

    def __init__(self, repository: Repository, metrics: Metrics | None = None) -> None:
        metrics = metrics or Metrics("store")
        self.announced: list[EventChanged] = []
        self.router = Router(repository, Settler(repository, self._announce, metrics, Evidence()), metrics)

    async def _announce(self, message: Message, _correlation_id: str) -> None:
        assert isinstance(message, EventChanged)
        self.announced.append(message)


def router(repository: Repository) -> Told:
    return Told(repository)


async def deliver(to: Told, article: Article) -> list[EventChanged]:
    """Returns what this very delivery has announced."""
    already = len(to.announced)
    assert list(await to.router.on_article(Delivered(ArticleExtracted(article=article), "cor_1"))) == []
    return to.announced[already:]


def ce_ids(messages: Sequence[Message]) -> list[str]:
    sealed = [seal(message, source="store", time=datetime(2024, 1, 1, tzinfo=UTC), correlation_id="c") for message in messages]
    return [dict(message.headers)["ce_id"].decode() for message in sealed]


async def contents(database: Database) -> dict[str, list[dict[str, Any]]]:
    """Everything in the store, bit for bit."""
    return {name: await database[name].find().sort("_id", 1).to_list() for name in ("articles", "event_revisions", "events", "revisions")}


HISTORIES = {
    "created": [page("a", 1)],
    "updated": [page("a", 1), page("b", 2)],
    "withdrawn": [page("a", 1), page(NO_EVENT, 2)],
    "no event": [page(NO_EVENT, 1), page(NO_EVENT, 2)],
    "seen again": [page("a", 1), page("a", 2)],
}
ENOUGH = 99


async def writes_of(database: Database, history: list[Article]) -> int:
    """How many writes the last page of `history` takes."""
    for article in history[:-1]:
        await deliver(router(Repository(database)), article)
    counting = Mortal(database, ENOUGH)
    await deliver(router(counting), history[-1])
    return ENOUGH - counting.left


@pytest.mark.parametrize("name", HISTORIES)
async def test_killed_before_any_write_and_redelivered(database: Database, name: str) -> None:
    """Two kills at every pair of points, then a delivery that lives: as if nothing had happened, and announced."""
    history, last = HISTORIES[name], HISTORIES[name][-1]
    writes = await writes_of(database, history)
    undisturbed = await contents(database)
    announced = ce_ids(await deliver(router(Repository(database)), last))
    assert writes >= 2
    for kills in itertools.product(range(writes), repeat=2):
        for collection in undisturbed:
            await database[collection].delete_many({})
        told = [message for article in history[:-1] for message in await deliver(router(Repository(database)), article)]
        for kill in kills:
            # The second time round there is less left to write, so it may live; what it says is lost in the kill all the same.
            try:
                await deliver(router(Mortal(database, kill)), last)
            except Killed:
                continue
        told += await deliver(router(Repository(database)), last)
        assert await contents(database) == undisturbed, kills
        assert ce_ids(told)[-1:] == announced, kills


async def test_one_page_makes_one_of_each(database: Database, repository: Repository) -> None:
    sent = await deliver(router(repository), page("a", 1))
    assert [message.change for message in sent] == [Change.created]
    assert ce_ids(sent) == [f"{event_id(page().id)}:1"]
    assert {len(found) for found in (await contents(database)).values()} == {1}


async def test_a_history_is_told_step_by_step(database: Database, repository: Repository) -> None:
    to = router(repository)
    told = [page("a", 1), page("a", 2), page("b", 3), page(NO_EVENT, 4), page("b", 5)]
    sent = [[(m.change, m.event.revision) for m in await deliver(to, article)] for article in told]
    assert sent == [[(Change.created, 1)], [], [(Change.updated, 2)], [(Change.withdrawn, 3)], [(Change.created, 4)]]
    ids = [revision["_id"] for revision in (await contents(database))["revisions"]]
    assert ids == [f"{page().id}:{number}" for number in range(1, 5)]


async def test_redelivery_writes_nothing_and_announces_again(database: Database, repository: Repository) -> None:
    to = router(repository)
    first = await deliver(to, page("b", 2))
    before = await contents(database)
    assert await deliver(to, page("b", 2)) == first
    assert await contents(database) == before


async def test_a_late_page_tells_when_the_article_was_first_there(database: Database, repository: Repository) -> None:
    to = router(repository)
    await deliver(to, page("b", 2))
    (earlier,) = await deliver(to, page("a", 1))
    assert (earlier.event.revision, earlier.event.name, earlier.event.first_seen_at) == (2, "Apel b", fetched(1))
    before = await contents(database)
    for late in (page("a", 1), page("b", 2)):
        assert await deliver(to, late) == [earlier], "it may have been cut off before it was announced: say it again"
    assert await contents(database) == before


@pytest.mark.parametrize("order", list(itertools.permutations([1, 2, 3])))
async def test_revisions_in_any_order_end_with_the_latest(repository: Repository, order: tuple[int, ...]) -> None:
    to = router(repository)
    for minute in order:
        await deliver(to, page(f"versi {minute}", minute))
    article, event = await repository.article(page().id), await repository.event(event_id(page().id))
    assert article is not None
    assert event is not None
    assert (article.title, event.name) == ("Siaga: versi 3", "Apel versi 3")


async def test_the_past_lost_to_a_kill_is_made_good_by_the_next_page(database: Database) -> None:
    with pytest.raises(Killed):
        await deliver(router(Mortal(database, 1)), page("a", 1))
    await deliver(router(Repository(database)), page("b", 2))
    kept = [(revision["_id"], revision["document"]["title"]) for revision in (await contents(database))["revisions"]]
    assert kept == [(f"{page().id}:1", "Siaga: a"), (f"{page().id}:2", "Siaga: b")]


async def test_two_copies_at_once_lose_nothing(database: Database, repository: Repository) -> None:
    """Both get every page of one article, at the same time and in another order."""
    pages = [page(f"versi {minute}", minute) for minute in range(1, 9)]
    one, two = router(repository), router(Repository(database))

    async def take(to: Told, order: list[Article]) -> list[str]:
        return ce_ids([message for article in order for message in await deliver(to, article)])

    announced = await asyncio.gather(take(one, pages), take(two, pages[::2] + pages[1::2]))
    article, event = await repository.article(page().id), await repository.event(event_id(page().id))
    assert article is not None
    assert event is not None
    kept = (await contents(database))["revisions"]
    assert sorted(revision["revision"] for revision in kept) == list(range(1, article.revision + 1))
    moments = [revision["at"] for revision in sorted(kept, key=lambda revision: revision["revision"])]
    assert moments == sorted(moments)
    assert (article.title, article.fetched_at) == ("Siaga: versi 8", fetched(8))
    assert move(event, article) is None
    assert f"{event.id}:{event.revision}" in set(announced[0] + announced[1])


async def test_the_same_page_to_two_copies_makes_one_revision(database: Database, repository: Repository) -> None:
    sent = await asyncio.gather(*(deliver(router(Repository(database)), page("a", 1)) for _ in range(6)))
    assert {ce_id for messages in sent for ce_id in ce_ids(messages)} == {f"{event_id(page().id)}:1"}
    assert {len(found) for found in (await contents(database)).values()} == {1}


class Slow(Repository):
    """Waits before the event is written until it is let go."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.reached, self.go = asyncio.Event(), asyncio.Event()

    async def put_event(self, event: SavedEvent, *, replacing: SavedEvent | None) -> bool:
        self.reached.set()
        await self.go.wait()
        return await super().put_event(event, replacing=replacing)


@pytest.mark.parametrize("later", ["b", NO_EVENT])
async def test_a_slow_copy_mends_what_it_wrote_from_an_outdated_article(database: Database, repository: Repository, later: str) -> None:
    slow = Slow(database)
    outdated = asyncio.create_task(deliver(router(slow), page("a", 1)))
    await slow.reached.wait()
    told = await deliver(router(repository), page(later, 2))
    slow.go.set()
    told += await outdated
    article, event = await repository.article(page().id), await repository.event(event_id(page().id))
    assert article is not None
    assert event is not None
    assert article.title == f"Siaga: {later}"
    assert move(event, article) is None
    assert ce_ids(told)[-1] == f"{event.id}:{event.revision}"


async def test_every_write_is_counted_by_what_it_changed(repository: Repository) -> None:
    metrics = Metrics("store")
    for article in (page("a", 1), page("a", 1), page("a", 2), page(NO_EVENT, 3)):
        await deliver(Told(repository, metrics), article)
    counted = {
        (sample.labels["collection"], sample.labels["change"]): sample.value
        for family in metrics.registry.collect()
        for sample in family.samples
        if sample.name == "kabar_documents_saved_total"
    }
    assert counted == {
        ("articles", "new"): 1,
        ("articles", "seen"): 1,
        ("articles", "changed"): 1,
        ("events", "created"): 1,
        ("events", "withdrawn"): 1,
        ("revisions", "created"): 2,
    }


async def test_every_article_that_comes_is_counted_once_and_the_age_of_a_new_one_told(repository: Repository) -> None:
    metrics = Metrics("store")
    for article in (page("a", 1), page("a", 1), page("a", 2), page("b", 3), page("c", 0)):
        await deliver(Told(repository, metrics), article)
    verdicts = samples(metrics, "kabar_articles_total", "verdict")
    assert verdicts == {("new",): 1, ("again",): 1, ("seen",): 1, ("changed",): 1, ("stale",): 1}
    left_out = samples(metrics, "kabar_age_left_out_total", "leg", "reason")
    assert left_out == {("seen_stored", "too_old"): 1, ("published_stored", "too_old"): 1}, "it was fetched in 2023"
    assert samples(metrics, "kabar_age_seconds_count", "leg") == {("published_seen",): 1}


async def test_dead_letters_are_kept_once(database: Database, repository: Repository) -> None:
    letter = DeadLetter(id="ded_1", reason="invalid_json", service="store", value="ew==", correlation_id="cor_1", failed_at=fetched(1))
    for _ in range(2):
        assert list(await router(repository).router.on_dead_letter(Delivered(letter, "cor_1"))) == []
    found = await database["dead_letters"].find().to_list()
    assert found == [{"_id": "ded_1", **letter.model_dump(mode="json")}]

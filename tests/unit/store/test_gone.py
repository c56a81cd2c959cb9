"""An article its site removes: what is marked, in whatever order pages and removals come."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from services.store.gone import Removal, marked, removal_of
from services.store.repository import Database, Repository
from services.store.revisions import SavedArticle, Verdict, decide
from services.store.router import Router
from shared.broker import Delivered
from shared.documents import Article
from shared.messages import ArticleExtracted, ArticleGone, PageSite
from tests.merging.arriving import Arrivals
from tests.unit.store.mortal import Killed, Mortal
from tests.unit.store.pages import SITE, URL, fetched, page
from tests.unit.store.telling import silent


def gone(minute: int, url: str = URL) -> ArticleGone:
    return ArticleGone(id=f"gon_{minute}", site=PageSite(**SITE.model_dump()), url=url, reason="http_410", seen_at=fetched(minute))


def held(told: str = "a", minute: int = 1) -> SavedArticle:
    return decide(None, page(told, minute)).article


def removed(*minutes: int) -> list[Removal]:
    return [removal_of(gone(minute)) for minute in minutes]


@pytest.mark.parametrize(
    ("minutes", "at"),
    [
        pytest.param([], None, id="never looked for in vain"),
        pytest.param([6], 6, id="gone"),
        pytest.param([9, 6, 7], 6, id="the first time counts"),
        pytest.param([4, 5], None, id="seen since"),
        pytest.param([4, 8], 8, id="gone again"),
    ],
)
def test_the_mark(minutes: list[int], at: int | None) -> None:
    assert marked(held(minute=5), removed(*minutes)).gone_at == (None if at is None else fetched(at))


def test_another_url_says_nothing_of_this_article() -> None:
    assert marked(held(), [removal_of(gone(5, "https://bawaslu-contoh.example/lain"))]).gone_at is None


def test_an_article_that_comes_back_is_a_new_revision_whatever_it_says() -> None:
    lost = marked(held(), removed(5))
    back = decide(lost, page("a", 6))
    assert (back.verdict, back.article.revision, back.article.gone_at) == (Verdict.changed, 2, None)
    assert back.article.store.changed_fields == ("gone_at",)


def test_a_page_from_before_the_removal_leaves_the_mark() -> None:
    lost = marked(held(), removed(5))
    seen, changed = decide(lost, page("a", 4)), decide(lost, page("b", 4))
    assert (seen.verdict, seen.article.gone_at, seen.article.last_seen_at) == (Verdict.seen, fetched(5), fetched(4))
    assert (changed.verdict, changed.article.gone_at) == (Verdict.changed, fetched(5))


async def deliver(to: Router, message: Article | ArticleGone) -> None:
    if isinstance(message, ArticleGone):
        assert await to.on_gone(Delivered(message, "cor_1")) == ()
    else:
        await to.on_article(Delivered(ArticleExtracted(article=message), "cor_1"))


async def end_of(database: Database, history: tuple[Article | ArticleGone, ...]) -> tuple[Any, ...]:
    to = silent(Repository(database))
    for message in history:
        await deliver(to, message)
    (article,) = await database["articles"].find().to_list()
    (event,) = await database["events"].find().to_list()
    assert [report["gone_at"] for report in event["articles"]] == [article["gone_at"]]
    for collection in ("articles", "events", "removals", "revisions"):
        await database[collection].delete_many({})
    return article["title"], article["gone_at"], article["last_seen_at"]


@pytest.mark.integration
@pytest.mark.parametrize(
    ("history", "lost_at"),
    [
        ((page("a", 1), gone(2)), 2),
        ((page("a", 1), gone(2), gone(3)), 2),
        ((page("a", 1), gone(2), page("a", 3)), None),
        ((page("a", 1), gone(2), page("b", 3), gone(4)), 4),
    ],
    ids=["gone", "still gone", "back", "gone again"],
)
async def test_every_order_of_arrival_ends_alike(
    database: Database, history: tuple[Article | ArticleGone, ...], lost_at: int | None
) -> None:
    wanted = await end_of(database, history)
    assert wanted[1] == (None if lost_at is None else fetched(lost_at).isoformat().replace("+00:00", "Z"))
    for order in itertools.permutations(history):
        assert await end_of(database, order) == wanted


@pytest.mark.integration
async def test_a_redelivered_removal_writes_nothing(database: Database, repository: Repository) -> None:
    to = silent(repository)
    for message in (page("a", 1), gone(2)):
        await deliver(to, message)
    kept = ("articles", "event_revisions", "events", "removals", "revisions")
    before = [await database[name].find().to_list() for name in kept]
    await deliver(to, gone(2))
    await deliver(to, page("a", 1))
    assert [await database[name].find().to_list() for name in kept] == before


@pytest.mark.integration
async def test_wherever_it_is_cut_off_article_and_event_are_marked_and_the_world_is_told(
    database: Database, repository: Repository
) -> None:
    for kill in range(9):
        for collection in ("articles", "event_revisions", "events", "removals", "revisions"):
            await database[collection].delete_many({})
        world, mortal = Arrivals(repository), Mortal(database, kill)
        await world.take([page("a", 1)])
        dying = Arrivals(mortal)
        dying.announced = world.announced
        try:
            await dying.lose(gone(2))
        except Killed:
            await world.lose(gone(2))
        article = await repository.article(page().id)
        assert article is not None
        assert (article.gone_at, article.last_seen_at, article.revision) == (fetched(2), fetched(1), 1)
        (told,) = world.announced.values()
        assert (told.event.revision, [report.gone_at for report in told.event.articles]) == (2, [fetched(2)])
        if mortal.left:
            return
    pytest.fail("it never lived")

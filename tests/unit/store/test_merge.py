"""What an article does to its event."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from services.store.moves import SavedEvent, announcement
from services.store.revisions import SavedArticle, decide
from shared.documents import Article, Event, Flag, Span
from shared.messages import Change
from tests.unit.store.pages import NO_EVENT, fetched, page
from tests.unit.store.telling import move


def saved(*pages: Article) -> SavedArticle:
    stored: SavedArticle | None = None
    for incoming in pages:
        stored = decide(stored, incoming).article
    assert stored is not None
    return stored


def moved(stored: SavedEvent | None, article: SavedArticle) -> SavedEvent:
    event = move(stored, article)
    assert event is not None
    return event


def test_a_mention_founds_an_event() -> None:
    article = saved(page("a", 1))
    event = moved(None, article)
    assert article.event is not None
    assert (event.name, event.place) == (article.event.name, article.event.place)
    assert event.date is not None
    assert event.date.evidence == Span(start=19, end=38, exact="Selasa (14/11/2023)", article=article.id)
    assert [(report.id, report.url, report.content_hash) for report in event.articles] == [(article.id, article.url, article.content_hash)]
    assert (event.revision, event.sources, event.flags) == (1, 1, (Flag.short_body,))
    assert (event.first_seen_at, event.updated_at) == (fetched(1), fetched(1))
    assert event.id.startswith("evt_")


def test_no_mention_founds_none() -> None:
    assert move(None, saved(page(NO_EVENT))) is None


def test_the_same_article_moves_nothing() -> None:
    event = moved(None, saved(page("a", 1)))
    assert move(event, saved(page("a", 1), page("a", 2))) is None


def test_a_changed_article_updates_its_event() -> None:
    event = moved(None, saved(page("a", 1)))
    after = moved(event, saved(page("a", 1), page("b", 2)))
    assert (after.revision, after.name, after.id) == (2, "Apel b", event.id)
    assert (after.first_seen_at, after.updated_at) == (fetched(1), fetched(2))
    assert (after.store.change, after.store.changed_fields) == (Change.updated, ("articles", "name"))


def test_an_article_that_loses_its_event_withdraws_it_once() -> None:
    event = moved(None, saved(page("a", 1)))
    without = saved(page("a", 1), page(NO_EVENT, 2))
    withdrawn = moved(event, without)
    assert (withdrawn.revision, withdrawn.store.change, withdrawn.withdrawn_at) == (2, Change.withdrawn, fetched(2))
    assert (withdrawn.articles, withdrawn.sources, withdrawn.name) == ((), 0, "Apel a")
    assert move(withdrawn, without) is None


def test_a_withdrawn_event_can_come_back() -> None:
    withdrawn = moved(moved(None, saved(page("a", 1))), saved(page("a", 1), page(NO_EVENT, 2)))
    back = moved(withdrawn, saved(page("a", 1), page(NO_EVENT, 2), page("a", 3)))
    assert (back.revision, back.store.change, back.withdrawn_at, back.sources) == (3, Change.created, None, 1)


def test_an_announcement_is_of_the_contract_alone() -> None:
    event = moved(moved(None, saved(page("a", 1))), saved(page("a", 1), page("b", 2)))
    message = announcement(event)
    assert type(message.event) is Event
    assert (message.change, message.changed_fields) == (Change.updated, ("articles", "name"))


@given(st.lists(st.sampled_from(["a", "b", NO_EVENT]), min_size=1, max_size=6))
def test_the_event_follows_its_article_and_comes_to_rest(told: list[str]) -> None:
    event: SavedEvent | None = None
    pages: list[Article] = []
    for minute, what in enumerate(told):
        pages.append(page(what, minute))
        article = saved(*pages)
        event = move(event, article) or event
        live = event is not None and event.withdrawn_at is None
        assert live == (article.event is not None)
        assert move(event, article) is None
    names = [what for what in told if what != NO_EVENT]
    assert (event.name if event else None) == (f"Apel {names[-1]}" if names else None)


@given(st.lists(st.sampled_from(["a", "b", NO_EVENT]), min_size=1, max_size=6))
def test_a_stored_event_reads_back_as_it_was(told: list[str]) -> None:
    event = move(None, saved(page(told[0])))
    for what in told[1:]:
        event = move(event, saved(page(told[0]), page(what, 1))) or event
    if event is not None:
        assert SavedEvent.model_validate(event.model_dump(mode="json")) == event

"""What a page does to the article we hold: a table of single steps, then properties over whole histories."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from datetime import datetime, timedelta, timezone

import bson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.store.revisions import SavedArticle, Verdict, decide, revision_of
from shared.documents import Article
from tests.unit.store.pages import NO_EVENT, fetched, page

OLD, NEW = "kabar/0.9.0", "kabar/0.10.0"
ALL = ("body", "event", "fingerprint", "title")


def read(pages: Iterable[Article]) -> SavedArticle:
    """The article after these pages in this order."""
    stored: SavedArticle | None = None
    for incoming in pages:
        stored = decide(stored, incoming).article
    assert stored is not None
    return stored


@pytest.mark.parametrize(
    ("before", "incoming", "verdict", "revision", "changed"),
    [
        ([], page("a", 1), Verdict.new, 1, ()),
        ([page("a", 1)], page("a", 1), Verdict.again, 1, ()),
        ([page("a", 1)], page("a", 2), Verdict.seen, 1, ()),
        ([page("a", 1), page("a", 2)], page("a", 2), Verdict.again, 1, ()),
        ([page("a", 1), page("a", 2)], page("a", 1), Verdict.again, 1, ()),
        ([page("a", 1)], page("b", 2), Verdict.changed, 2, ALL),
        ([page("a", 1)], page(NO_EVENT, 2), Verdict.changed, 2, ALL),
        ([page("a", 1), page("b", 2)], page("b", 2), Verdict.again, 2, ALL),
        ([page("a", 1), page("b", 2)], page("a", 3), Verdict.changed, 3, ALL),
        # older than what is stored, and older than what was merely looked at
        ([page("b", 2)], page("a", 1), Verdict.stale, 1, ()),
        ([page("a", 1), page("b", 2)], page("a", 1), Verdict.stale, 2, ALL),
        ([page("a", 1), page("a", 3)], page("b", 2), Verdict.stale, 1, ()),
        # the same text under one extractor: what moves around it is furniture
        ([page("a", 1)], page("a", 2, tags=("Baru",)), Verdict.seen, 1, ()),
        # re-extraction of the stored page
        ([page("a", 1, extractor=OLD)], page("a", 1, extractor=NEW, tags=("Baru",)), Verdict.changed, 2, ("tags",)),
        ([page("a", 1, extractor=OLD)], page("a", 1, extractor=NEW), Verdict.seen, 1, ()),
        ([page("a", 1, extractor=NEW)], page("a", 1, extractor=OLD, tags=("Baru",)), Verdict.stale, 1, ()),
        # … also after a later look that found nothing new
        (
            [page("a", 1, extractor=OLD), page("a", 2, extractor=OLD)],
            page("a", 1, extractor=NEW, tags=("Baru",)),
            Verdict.changed, 2, ("tags",),
        ),
        # a later fetch counts, even from an older extractor (a rollback)
        ([page("a", 1, extractor=NEW)], page("b", 2, extractor=OLD), Verdict.changed, 2, ALL),
    ],
)  # fmt: skip
def test_one_page(before: list[Article], incoming: Article, verdict: Verdict, revision: int, changed: tuple[str, ...]) -> None:
    stored = read(before) if before else None
    decision = decide(stored, incoming)
    assert (decision.verdict, decision.article.revision, decision.article.store.changed_fields) == (verdict, revision, changed)
    if stored is not None and verdict in {Verdict.again, Verdict.stale}:
        assert decision.article == stored.model_copy(update={"first_seen_at": min(stored.first_seen_at, incoming.fetched_at)})


def test_first_and_last_look() -> None:
    stored = read([page("a", 1), page("a", 5), page("b", 9), page("b", 12)])
    assert (stored.first_seen_at, stored.last_seen_at, stored.fetched_at) == (fetched(1), fetched(12), fetched(9))


def test_last_look_never_moves_back_by_repair() -> None:
    stored = read([page("a", 1, extractor=OLD), page("a", 2, extractor=OLD), page("a", 1, extractor=NEW, tags=("Baru",))])
    assert (stored.fetched_at, stored.last_seen_at, stored.tags) == (fetched(1), fetched(2), ("Baru",))
    assert decide(stored, page("a", 2, extractor=OLD)).verdict is Verdict.again


def test_revision_holds_the_whole_version() -> None:
    revision = revision_of(read([page("a", 1), page("b", 2)]))
    assert revision.id == f"{page().id}:2"
    assert revision.document == page("b", 2).model_copy(update={"revision": 2})
    assert revision.at == fetched(2)


tellings = st.sampled_from(["a", "b", NO_EVENT])
histories = st.lists(st.tuples(tellings, st.sampled_from([OLD, NEW])), min_size=1, max_size=6).map(
    lambda told: [page(what, minute, extractor=extractor) for minute, (what, extractor) in enumerate(told)]
)


@given(histories, st.data())
def test_any_order_ends_with_the_latest_page(history: list[Article], data: st.DataObject) -> None:
    arrivals = data.draw(st.permutations(history + data.draw(st.lists(st.sampled_from(history), max_size=4))))
    stored, latest = read(arrivals), history[-1]
    assert (stored.title, stored.body, stored.event) == (latest.title, latest.body, latest.event)
    assert stored.last_seen_at == latest.fetched_at
    assert stored.revision <= len(history)


@given(histories)
def test_redelivering_the_last_pages_changes_nothing(history: list[Article]) -> None:
    stored = read(history)
    for start in range(len(history)):
        assert read([*history, *history[start:]]) == stored


@given(histories)
def test_unchanged_content_makes_no_revision(history: list[Article]) -> None:
    texts = [article.body for article in history]
    changes = sum(old != new for old, new in itertools.pairwise(texts))
    assert read(history).revision == 1 + changes


@given(st.text(), st.datetimes(timezones=st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))))
def test_documents_come_back_exactly(text: str, moment: datetime) -> None:
    """Through the JSON form and BSON and back: every code point, microsecond and offset."""
    article = page("a", 1)
    assert article.published_at is not None
    published = article.published_at.model_copy(update={"value": moment})
    stored = read([article.model_copy(update={"title": text, "published_at": published})])
    document = bson.decode(bson.encode(stored.model_dump(mode="json")))
    back = SavedArticle.model_validate(document)
    assert back == stored
    assert back.published_at is not None
    assert back.published_at.value.utcoffset() == moment.utcoffset()

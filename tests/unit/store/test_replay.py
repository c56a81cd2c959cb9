"""What a page read anew would change, told by field."""

from __future__ import annotations

from services.store.replay import EXAMPLES, Difference, Tally, reread
from services.store.revisions import SavedArticle, Verdict, decide
from shared.documents import Article, EventType
from tests.unit.store.pages import page
from tests.unit.store.telling import kept_without_keys

NEWER = "kabar/0.2.0"


def saved(article: Article) -> SavedArticle:
    return decide(None, article).article


def test_what_the_store_has_not_is_new() -> None:
    found = reread(None, page())
    assert (found.verdict, dict(found.fields), found.news) == (Verdict.new, {}, True)


def test_the_same_reading_changes_nothing() -> None:
    found = reread(saved(page()), page())
    assert (found.verdict, found.news) == (Verdict.again, False)


def test_what_an_older_store_has_kept_is_compared_anew() -> None:
    found = reread(kept_without_keys(saved(page())), page())
    assert (found.verdict, found.outcome, found.news) == (Verdict.again, "rekeyed", True)


def test_an_older_page_changes_nothing_however_it_is_read() -> None:
    found = reread(saved(page("apel", 5)), page("lain", 0, extractor=NEWER))
    assert (found.verdict, dict(found.fields), found.news) == (Verdict.stale, {}, False)


def test_a_newer_reading_is_told_field_by_field() -> None:
    old, new = page(), page(extractor=NEWER, tags=("desa",))
    assert new.event
    new = new.model_copy(update={"event": new.event.model_copy(update={"type": EventType.sosialisasi, "place": None})})
    found = reread(saved(old), new)
    assert (found.verdict, found.news, sorted(found.fields)) == (Verdict.changed, True, ["event.place", "event.type", "tags"])
    assert found.fields["tags"] == Difference(old.id, [], ["desa"])
    assert found.fields["event.type"] == Difference(old.id, "apel", "sosialisasi")
    assert found.fields["event.place"].new is None


def test_an_event_that_was_not_seen_is_one_field() -> None:
    old = page().model_copy(update={"event": None})
    found = reread(saved(old), page(extractor=NEWER))
    assert list(found.fields) == ["event"]
    assert found.fields["event"].old is None
    assert found.fields["event"].new["type"] == "apel"


def test_a_tally_counts_all_and_holds_a_few() -> None:
    tally = Tally()
    found = reread(saved(page()), page(extractor=NEWER, tags=("desa",)))
    for _ in range(EXAMPLES + 5):
        tally.note(found)
    tally.refuse("no_text", held=True)
    tally.refuse("no_text", held=False)
    assert (tally.verdicts, tally.fields) == ({"changed": EXAMPLES + 5}, {"tags": EXAMPLES + 5})
    assert tally.examples == {"tags": [found.fields["tags"]] * EXAMPLES}
    assert (tally.refused, tally.held) == ({"no_text": 2}, {"no_text": 1})

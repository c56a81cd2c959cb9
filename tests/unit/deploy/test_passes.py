from __future__ import annotations

from collections import Counter
from datetime import UTC

from deploy.local.idle import Backlog, new_pass
from deploy.local.passes import SiteSummary, summary_of
from services.crawler.progress import Progress, SiteProgress
from services.store.reader import Counts

COUNTS = Counts(
    articles=3, events=2, revisions=4, dead_letters=1,
    articles_by_site={"a.example": 2, "old.example": 1}, events_by_type={"apel": 2}, dead_by_reason={"no_article": 1},
)  # fmt: skip
PROGRESS = Progress(
    None, None, 0,
    {
        "a.example": SiteProgress(3, Counter(robots=2, not_found=1)),
        "b.example": SiteProgress(0, Counter(robots=1), Counter(connect_failed=1)),
    },
)  # fmt: skip


def test_a_summary_counts_by_stage_reason_and_site() -> None:
    summary = summary_of(12.345, {"pages_published": 3}, PROGRESS, COUNTS)
    assert summary.seconds == 12.3
    assert summary.stages == {"pages_published": 3}
    assert summary.stored == {"articles": 3, "events": 2, "revisions": 4, "dead_letters": 1}
    assert list(summary.refused.items()) == [("not_found", 1), ("robots", 3)]
    assert summary.dead == {"no_article": 1}
    assert summary.sites == {
        "a.example": SiteSummary(published=3, articles=2, refused={"not_found": 1, "robots": 2}),
        "b.example": SiteSummary(refused={"robots": 1}),
        "old.example": SiteSummary(articles=1),
    }


def test_a_pass_is_named_by_what_the_store_can_keep() -> None:
    assert new_pass().microsecond % 1000 == 0
    assert new_pass().tzinfo is UTC


def test_only_nothing_left_is_done() -> None:
    assert Backlog(None, 0, 0).done
    assert not any(left.done for left in (Backlog(0, 0, 0), Backlog(None, 1, 0), Backlog(None, 0, 1)))

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from services.crawler.discover.links import Kind, Link
from services.crawler.hosts import by_host, front_of, host_key, is_home, same_host, spelled_as
from services.crawler.known import MOST_FAILURES, MOST_INDEXES, NEVER_AGAIN, Host, Known, State, found, found_in, part, sources, url_id
from services.crawler.leases import LAPSE_SECONDS, MARGIN_SECONDS, Held, Watch
from services.crawler.revisit import Revisits
from services.crawler.validators import NO_VALIDATORS, Validators
from shared.outcomes import Reject, Retry
from shared.sites import Site

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
REVISITS = Revisits((3_600.0, 86_400.0, 604_800.0), 900.0, 300.0, 21_600.0)
REVISIT = timedelta(minutes=15)
SITE = Site(id="situs.example", name="Situs", home="https://www.situs.example/")


def known(kind: Kind = Kind.article) -> Known:
    return found(Link("https://situs.example/berita/1", kind), SITE, NOW)


def test_a_new_url_is_due_and_asked_for_without_conditions() -> None:
    new = known()
    assert (new.state, new.due_at, new.host, new.site) == (State.found, NOW, "situs.example", "situs.example")
    assert new.validators == NO_VALIDATORS


def test_a_published_article_rests_for_an_hour_and_a_read_source_comes_again() -> None:
    tags = Validators('"1"', None)
    article, feed = (known(kind).used(NOW, tags, "sha256:x", REVISITS) for kind in (Kind.article, Kind.feed))
    assert (article.state, article.due_at, article.published_at, article.validators) == (
        State.published,
        NOW + timedelta(hours=1),
        NOW,
        tags,
    )
    assert (feed.state, feed.due_at, feed.published_at) == (State.read, NOW + REVISIT, None)


def test_a_refused_url_keeps_what_was_used_of_it() -> None:
    before = known().used(NOW, Validators('"1"', None), "sha256:x", REVISITS)
    after = before.refused(NOW, Reject("http_404"), REVISITS)
    assert (after.state, after.reason, after.due_at, after.published_at) == (State.refused, "http_404", NOW + timedelta(hours=1), NOW)
    assert after.validators == before.validators
    back = after.unchanged(NOW, REVISITS)
    assert (back.state, back.reason, back.failures) == (State.published, None, 0)


def test_a_source_that_fails_is_asked_ever_more_rarely() -> None:
    feed, waits = known(Kind.feed), []
    for _ in range(4):
        feed = feed.refused(NOW, Reject("http_404"), REVISITS)
        assert feed.due_at is not None
        waits.append(feed.due_at - NOW)
    assert waits == [REVISIT, REVISIT * 2, REVISIT * 4, REVISIT * 8]


def test_looks_count_from_the_first_publication() -> None:
    first = known().used(NOW, Validators(), "sha256:x", REVISITS)
    again = first.used(NOW + timedelta(hours=2), Validators(), "sha256:y", REVISITS)
    assert (again.published_at, again.due_at) == (NOW, NOW + timedelta(days=1))
    assert again.unchanged(NOW + timedelta(days=7), REVISITS).due_at is None


def test_a_doubt_is_settled_soon_and_trouble_keeps_what_was_published() -> None:
    article = known().used(NOW, Validators('"1"', None), "sha256:x", REVISITS)
    doubted = article.refused(NOW, Reject("http_404"), REVISITS, doubted=True)
    assert (doubted.due_at, doubted.validators) == (NOW + REVISIT, article.validators)
    gone = doubted.gone(NOW, Reject("http_404"), REVISITS)
    assert (gone.due_at, gone.validators) == (NOW + timedelta(hours=1), NO_VALIDATORS)


def test_a_source_rests_by_what_it_brings() -> None:
    feed, waits = known(Kind.feed), []
    for digest, new in (("sha256:a", 0), ("sha256:a", 0), ("sha256:b", 4), ("sha256:c", 0)):
        feed = feed.used(NOW, Validators(), digest, REVISITS, new)
        assert feed.due_at is not None and feed.due_at == NOW + timedelta(seconds=feed.wait or 0)
        waits.append(feed.wait)
    assert waits == [900.0, 1_350.0, 675.0, 675.0]


def test_a_further_page_is_never_due() -> None:
    further = part(known(), "https://situs.example/berita/1/2")
    assert (further.state, further.due_at, further.checked_at) == (State.part, None, NEVER_AGAIN)
    assert further.id == url_id(further.url) != known().id


def test_an_article_in_trouble_is_left_alone_in_the_end() -> None:
    article = replace(known(), failures=MOST_FAILURES - 2)
    article = article.failed(NOW, Retry("http_5xx"), timedelta(seconds=30))
    assert (article.state, article.due_at) == (State.failed, NOW + timedelta(seconds=30))
    assert article.failed(NOW, Retry("http_5xx"), timedelta(seconds=30)).due_at is None


def test_sources_of_a_site() -> None:
    assert sources(SITE) == (Link("https://www.situs.example/", Kind.home),)
    named = SITE.model_copy(update={"feeds": ("https://situs.example/feed",), "listings": ("https://situs.example/berita",)})
    assert [link.kind for link in sources(named)] == [Kind.feed, Kind.listing]


def test_hosts() -> None:
    assert host_key("https://www.situs.example/a") == host_key("http://situs.example/b") == "situs.example"
    assert not same_host("http://situs.example/", "http://situs.example:8080/")
    assert not same_host("http://situs.example/", "http://sub.situs.example/")
    assert [is_home(url) for url in ("http://a.b/", "http://a.b/x", "http://a.b/?p=1")] == [True, False, False]


@pytest.mark.parametrize(
    ("base", "url", "spelled"),
    [
        ("https://www.situs.example/feed", "https://situs.example/a?b=1", "https://www.situs.example/a?b=1"),
        ("https://situs.example/feed", "https://www.situs.example/a", "https://situs.example/a"),
        ("https://situs.example/feed", "http://www.situs.example/a", "https://situs.example/a"),
        ("http://situs.example/feed", "https://www.situs.example/a", "https://situs.example/a"),
        ("https://situs.example/feed", "http://situs.example/a", "https://situs.example/a"),
        ("http://situs.example:8080/feed", "http://www.situs.example:8080/a", "http://situs.example:8080/a"),
        ("https://situs.example/feed", "http://situs.example:8080/a", "http://situs.example:8080/a"),
        ("https://situs.example/feed", "https://m.situs.example/a", "https://m.situs.example/a"),
        ("https://situs.example/feed", "https://www.lain.example/a", "https://www.lain.example/a"),
    ],
)
def test_a_host_is_spelled_one_way(base: str, url: str, spelled: str) -> None:
    assert spelled_as(base, url) == spelled
    assert spelled_as(base, spelled) == spelled


def test_sites_of_a_host() -> None:
    other = SITE.model_copy(update={"id": "lain", "home": "https://situs.example/lain", "feeds": ("https://umpan.example/x",)})
    hosts = by_host([SITE, other])
    assert {key: [site.id for site in sites] for key, sites in hosts.items()} == {
        "situs.example": ["situs.example", "lain"],
        "umpan.example": ["lain"],
    }
    assert front_of(other, "umpan.example") == "https://umpan.example/x"


def test_ids_are_of_the_url_alone() -> None:
    assert url_id("https://situs.example/") == url_id("https://situs.example/")
    assert url_id("https://situs.example/") != url_id("https://situs.example/a")


def host(owner: str | None, beat: int) -> Host:
    return Host("situs.example", owner, beat, NOW, NOW, 0)


def test_a_host_is_taken_over_only_after_its_beat_stood_still() -> None:
    watch = Watch()
    assert watch.free(host(None, 0), 0)
    assert not watch.free(host("a", 1), 10)
    assert not watch.free(host("a", 2), 24)
    assert not watch.free(host("a", 2), 24 + LAPSE_SECONDS - 0.1)
    assert watch.free(host("a", 2), 24 + LAPSE_SECONDS)
    assert not watch.free(host("b", 3), 24 + LAPSE_SECONDS)


@pytest.mark.parametrize(
    ("seconds", "sure"), [(0, True), (LAPSE_SECONDS - MARGIN_SECONDS - 0.1, True), (LAPSE_SECONDS - MARGIN_SECONDS, False)]
)
def test_an_owner_is_sure_only_for_a_while(seconds: float, sure: bool) -> None:
    held = Held()
    held.take("a", 100)
    assert held.sure("a", 100 + seconds) is sure
    assert not held.sure("b", 100)


def test_beats_keep_what_is_still_ours() -> None:
    held = Held()
    for key in ("a", "b"):
        held.take(key, 100)
    beaten = held.keys
    held.take("c", 109)
    held.renew(beaten, {"a"}, 110)
    assert held.keys == {"a", "c"}
    assert held.sure("a", 120)
    assert not held.sure("b", 110)


def test_indexes_that_name_each_other_come_to_an_end() -> None:
    source = found(Link("https://a.example/sitemap.xml", Kind.sitemap), SITE, NOW)
    steps = 0
    while next_ones := found_in(source, [Link(f"https://a.example/{steps}.xml", Kind.sitemap)], SITE, NOW):
        source, steps = next_ones[0], steps + 1
    assert steps == MOST_INDEXES
    assert found_in(source, [Link("https://a.example/berita/1-kabar-baik", Kind.article)], SITE, NOW)

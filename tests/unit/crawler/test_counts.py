"""What the crawler counts, against what its site and its broker saw: each look and each request once."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime

from services.crawler.archive.read import Page
from services.crawler.archive.span import Span
from services.crawler.discover.links import Kind
from services.crawler.ends import end_of
from services.crawler.known import NEVER_AGAIN, Known
from services.crawler.revisit import Revisits
from services.crawler.validators import NO_VALIDATORS, Seen
from tests.unit.crawler.loopback import answer, redirect
from tests.unit.crawler.test_crawl import HOST, START, Newsroom, newsroom, page, rss, site
from tests.unit.crawler.test_receipt import counted
from tests.unit.shared.samples import samples, total

__all__ = ["newsroom"]
NOW = datetime(2026, 11, 26, 4, 0, tzinfo=UTC)
REVISITS = Revisits((3_600.0,), 900.0, 300.0, 21_600.0)
PARKED = b"<html><head><title>Domain is for sale</title></head><body><h1>This domain is for sale</h1></body></html>"


def furnish(newsroom: Newsroom) -> None:
    """A site on which every article ends in its own way."""
    newsroom.web.pages = {
        "/robots.txt": answer(b"User-agent: *\nDisallow: /rahasia/", kind="text/plain"),
        "/feed/": rss("/berita/1", "/berita/2", "/berita/3", "/hilang", "/pindah", "/rahasia/1", "/rusak", "/gambar", "/jual"),
        "/berita/1": page("satu"),
        "/berita/2": page("dua"),
        "/berita/3": answer(b'<p>tiga</p><a href="?page=2">2</a><a href="?page=3">3</a>'),
        "/berita/3?page=2": answer(b"<p>bagian dua</p>"),
        "/pindah": redirect("/berita/2"),
        "/rusak": answer(status=500),
        "/gambar": answer(b"\x89PNG", kind="image/png"),
        "/jual": answer(PARKED),
    }


async def test_every_look_ends_once_and_every_request_is_counted_once(newsroom: Newsroom) -> None:
    furnish(newsroom)
    run = newsroom.runtime(newsroom.settings)
    await newsroom.crawl(since=START, run=run)
    looks = samples(run.metrics, "kabar_looks_total", "kind", "end")
    assert looks == {
        ("robots", "read"): 1,
        ("feed", "read"): 1,
        ("article", "published"): 4,
        ("article", "http_404"): 1,
        ("article", "robots_disallowed"): 1,
        ("article", "http_5xx"): 1,
        ("article", "bad_content_type"): 1,
        ("article", "parked_page"): 1,
        ("part", "http_404"): 1,
    }
    assert looks["article", "published"] == len(newsroom.kafka.pages), "what it says it published is what arrived"
    assert samples(run.metrics, "kabar_messages_dead_total", "topic", "reason") == {("none", "parked_page"): 1}
    assert len(newsroom.kafka.letters) == 1
    requests, size, classes = counted(newsroom)
    assert total(run.metrics, "kabar_requests_total") == requests
    assert {key[0]: value for key, value in samples(run.metrics, "kabar_requests_total", "outcome").items()} == classes
    assert total(run.metrics, "kabar_request_bytes_total") == size


async def test_a_second_look_is_unchanged_but_for_what_changed(newsroom: Newsroom) -> None:
    furnish(newsroom)
    await newsroom.crawl(since=START)
    newsroom.web.pages["/berita/1"] = page("satu, ralat")
    run = newsroom.runtime(newsroom.settings)
    await newsroom.crawl(since=datetime.now(UTC), run=run)
    ends = Counter(
        {end: count for (kind, end), count in samples(run.metrics, "kabar_looks_total", "kind", "end").items() if kind == "article"}
    )
    assert (ends["published"], ends["unchanged"]) == (1, 3)
    assert samples(run.metrics, "kabar_looks_total", "kind", "end")["feed", "unchanged"] == 1


async def test_a_host_in_trouble_rests_and_its_site_was_last_seen_before(newsroom: Newsroom) -> None:
    newsroom.web.pages = {"/robots.txt": answer(status=429, retry_after="600")}
    run = newsroom.runtime(newsroom.settings)
    begun = run.now().timestamp()
    await newsroom.crawl(site(), since=START, run=run)
    assert samples(run.metrics, "kabar_host_rests_total", "reason") == {("robots_unavailable",): 1}
    assert samples(run.metrics, "kabar_looks_total", "kind", "end") == {("robots", "http_429"): 1}
    assert samples(run.metrics, "kabar_site_seen_timestamp_seconds", "site")[(HOST,)] >= begun, "the crawler's start"
    assert samples(run.metrics, "kabar_crawl_hosts", "state").keys() == {("in_hand",), ("resting",), ("waiting",)}


def known(kind: Kind, **fields: object) -> Known:
    return Known("url_1", "http://situs.example/a", "situs.example", "situs.example", kind, **fields)  # type: ignore[arg-type]


def test_how_looks_end() -> None:
    article, feed = known(Kind.article), known(Kind.feed)
    published = article.used(NOW, NO_VALIDATORS, "sha256:1", REVISITS)
    assert end_of(article, published) == "published"
    assert end_of(published, published.unchanged(NOW, REVISITS)) == "unchanged"
    assert end_of(published, published.used(NOW, NO_VALIDATORS, "sha256:1", REVISITS)) == "unchanged"
    parted = published.used(NOW, NO_VALIDATORS, "sha256:1", REVISITS, parts=(Seen("http://situs.example/a?page=2", "sha256:2"),))
    assert end_of(published, parted) == "published", "only its second page is new"
    assert end_of(published, published.anew(NOW)) is None, "it is asked for once more"
    read = feed.used(NOW, NO_VALIDATORS, "sha256:1", REVISITS, new=3)
    assert (end_of(feed, read), end_of(read, read.unchanged(NOW, REVISITS))) == ("read", "unchanged")
    archive = known(Kind.archive, page=Page(Span(date(2023, 4, 1)), Kind.listing))
    assert archive.walked(None).checked_at == NEVER_AGAIN
    assert end_of(archive, archive.walked(None)) == "read"

"""The receipt of our manners, against what the server itself counted."""

from __future__ import annotations

import gzip
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from services.crawler.fetch import Response
from services.crawler.frontier import open_frontier
from services.crawler.receipt import Meter, Receipt, receipt_of
from services.crawler.standing import read_receipt
from services.crawler.validators import NO_VALIDATORS, Validators
from shared.outcomes import Reject, Retry
from tests.unit.crawler.loopback import answer, redirect
from tests.unit.crawler.test_crawl import HOST, START, Make, Newsroom, newsroom, page, rss, site

__all__ = ["newsroom"]
NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


def counted(newsroom: Newsroom) -> tuple[int, int, Counter[str]]:
    """By the server: requests, bytes of body, answers by class."""
    heads = [raw.partition(b"\r\n\r\n") for raw in newsroom.web.answered]
    statuses = [head.split(b" ")[1].decode() for head, _, _ in heads]
    classes = Counter(status if status == "304" else f"{status[0]}xx" for status in statuses)
    return len(newsroom.web.asked), sum(len(body) for _, _, body in heads), classes


async def receipt(newsroom: Newsroom, of: str = HOST) -> Receipt:
    kept = await read_receipt(newsroom.settings.mongo_uri, newsroom.settings.mongo_database, of)
    assert kept is not None
    return kept


async def test_it_is_what_the_server_counted(newsroom: Newsroom) -> None:
    zipped = gzip.compress(b"<p>" + b"panjang " * 1_000 + b"</p>")
    newsroom.web.pages = {
        "/robots.txt": answer(b"User-agent: *\nDisallow: /rahasia/", kind="text/plain"),
        "/feed/": rss("/berita/1", "/berita/2", "/berita/3", "/hilang", "/pindah", "/rahasia/1", "/rusak", "/berita/4"),
        "/berita/1": page("satu"),
        "/berita/2": page("dua"),
        "/berita/3": answer(b'<p>tiga</p><a href="?page=2">2</a><a href="?page=3">3</a>'),
        "/berita/3?page=2": answer(b"<p>bagian dua</p>"),
        "/berita/4": answer(zipped, content_encoding="gzip"),
        "/pindah": redirect("/berita/2"),
        "/rusak": answer(status=500),
    }
    await newsroom.crawl(since=START)
    first = await receipt(newsroom)
    assert (first.requests, first.size, first.answers) == counted(newsroom)
    assert first.answers["5xx"] == 3
    assert first.refusals == {"http_404": 1, "http_5xx": 1, "part_http_404": 1, "robots_disallowed": 1}
    assert first.unchanged_share == 0
    await newsroom.crawl(since=datetime.now(UTC))
    second = await receipt(newsroom)
    assert (second.requests, second.size, second.answers) == counted(newsroom)
    assert second.answers["304"] == 3, "two articles, and the one that leads to the second"
    assert second.unchanged_share == 3 / second.requests
    assert first.first_at and first.last_at and second.first_at and second.last_at
    assert START <= first.first_at == second.first_at <= first.last_at < second.last_at <= datetime.now(UTC)


async def test_sites_of_one_host_have_receipts_of_their_own(newsroom: Newsroom) -> None:
    newsroom.web.pages = {"/feed/": rss("/berita/1"), "/kota/feed/": rss("/kota/1"), "/berita/1": page("satu"), "/kota/1": page("dua")}
    other = site(feeds=(f"http://{HOST}/kota/feed/",)).model_copy(update={"id": "kota.example"})
    await newsroom.crawl(site(), other, since=START)
    receipts = [await receipt(newsroom, of) for of in (HOST, other.id)]
    assert sum(kept.requests for kept in receipts) == len(newsroom.web.asked)
    assert [kept.requests for kept in receipts] == [3, 2]


async def test_the_peace_a_site_was_left_in(newsroom: Newsroom) -> None:
    newsroom.web.pages = {"/feed/": rss("/berita/1"), "/berita/1": page("satu")}
    await newsroom.crawl(site(pace=0.2), since=START)
    kept = await receipt(newsroom)
    assert kept.requests == 3
    assert kept.waited >= 0.2


async def test_visits_add_up(settings: Make) -> None:
    made = settings()
    one = Receipt(2, 100, 1.5, Counter({"2xx": 2}), Counter({"http_404": 1}), NOW, NOW)
    two = Receipt(1, 50, 0.5, Counter({"304": 1}), Counter(), NOW - timedelta(hours=1), NOW + timedelta(hours=1))
    async with open_frontier(made, None) as frontier:
        assert await read_receipt(made.mongo_uri, made.mongo_database, "s") is None
        for each in (one, two, Receipt(refusals=Counter({"http_404": 1})), Receipt()):
            await frontier.add_receipts({"s": each, "lain": replace(each, requests=each.requests + 1)}, {})
    total = Receipt(
        3, 150, 2.0, Counter({"2xx": 2, "304": 1}), Counter({"http_404": 2}), NOW - timedelta(hours=1), NOW + timedelta(hours=1)
    )
    assert await read_receipt(made.mongo_uri, made.mongo_database, "s") == total
    assert await read_receipt(made.mongo_uri, made.mongo_database, "lain") == replace(total, requests=7)


class Failing:
    """Never answers."""

    def __init__(self, error: Reject | Retry) -> None:
        self._error = error

    async def get(self, url: str, *, max_bytes: int, validators: Validators = NO_VALIDATORS) -> Response:
        raise self._error


@pytest.mark.parametrize(
    ("error", "requests"),
    [
        (Retry("connection_lost"), 1),
        (Retry("fetch_timeout"), 1),
        (Reject("bad_encoding"), 1),
        (Retry("connect_failed"), 0),
        (Retry("dns_failed"), 0),
        (Reject("private_address"), 0),
    ],
)
async def test_what_never_reached_the_server_is_no_request(error: Reject | Retry, requests: int) -> None:
    told: list[tuple[str, str, int]] = []
    meter = Meter(Failing(error), "s", lambda: NOW, lambda: 0.0, lambda: None, lambda *asked: told.append(asked))
    with pytest.raises(type(error)):
        await meter.get("http://situs.example/", max_bytes=10)
    kept = dict(meter.receipts())["s"]
    assert (kept.requests, kept.answers["none"]) == (requests, requests)
    assert told == [("s", error.reason, 0)]


def test_names_that_are_kept() -> None:
    made = Receipt(1, 0, 0.0, Counter({"2xx": 1}), Counter({"http_404": 2}))
    assert made.counts() == {"requests": 1, "answers.2xx": 1, "refusals.http_404": 2}
    assert receipt_of({"requests": 1, "answers": {"2xx": 1}, "refusals": {"http_404": 2}}) == made

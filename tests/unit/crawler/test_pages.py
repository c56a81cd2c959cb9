from __future__ import annotations

from datetime import UTC, datetime

import pytest

from services.crawler.fetch import Response
from services.crawler.follow import Arrival
from services.crawler.pages import check_page, check_source, check_status, correlation_id, page_message, raw_digest
from shared.envelope import unpack_body
from shared.messages import Hop
from shared.outcomes import Reject, Retry
from shared.sites import Site

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
URL = "https://situs.example/berita/1"


def arrival(status: int = 200, body: bytes = b"<p>rapat</p>", *, cut: bool = False, **headers: str) -> Arrival:
    return Arrival(Response(URL, status, {name.replace("_", "-"): value for name, value in headers.items()}, body, cut), ())


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (204, "http_2xx"), (206, "http_2xx"), (300, "http_3xx"), (400, "http_4xx"), (401, "http_401"), (403, "http_403"), (404, "http_404"),
        (410, "http_410"), (418, "http_4xx"), (451, "http_451"),
    ],
)  # fmt: skip
def test_a_final_no(status: int, reason: str) -> None:
    with pytest.raises(Reject) as reject:
        check_status(arrival(status), NOW)
    assert reject.value.reason == reason


@pytest.mark.parametrize(
    ("status", "reason"), [(408, "http_408"), (425, "http_425"), (429, "http_429"), (500, "http_5xx"), (503, "http_5xx"), (599, "http_5xx")]
)
def test_trouble(status: int, reason: str) -> None:
    with pytest.raises(Retry) as retry:
        check_status(arrival(status, retry_after="7"), NOW)
    assert (retry.value.reason, retry.value.after) == (reason, 7)


@pytest.mark.parametrize("status", [200, 304])
def test_good_answers(status: int) -> None:
    check_status(arrival(status), NOW)


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (arrival(content_type="application/pdf"), "bad_content_type"),
        (arrival(content_type="image/jpeg", cut=True), "bad_content_type"),
        (arrival(body=b" \n", content_type="text/html"), "empty_page"),
        (arrival(cut=True, content_type="text/html"), "page_too_big"),
    ],
)
def test_answers_that_are_no_page(page: Arrival, reason: str) -> None:
    with pytest.raises(Reject) as reject:
        check_page(page)
    assert reject.value.reason == reason


def test_a_state_of_the_site_is_no_final_no() -> None:
    with pytest.raises(Reject, match="soft_404"):
        check_page(arrival(body=b"<title>404 Not Found</title>"))
    with pytest.raises(Retry, match="maintenance_page") as retry:
        check_page(arrival(body=b"<title>Under maintenance</title>"))
    assert retry.value.after > 600


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<html><title>Just a moment...</title>", "challenge_page"),
        (b"<!doctype html><HTML><title>Situs dalam perbaikan</title>", "maintenance_page"),
    ],
)
def test_a_wall_where_a_source_should_be(body: bytes, reason: str) -> None:
    with pytest.raises(Retry, match=reason):
        check_source(arrival(body=body))


@pytest.mark.parametrize(
    "body",
    [
        b"<html><title>Suara Daerah</title>",
        b"<html><title>404 Not Found</title>",
        b"<html><title>Maintenance</title>" + b"<a href=/berita/x>Rapat</a>" * 20,
        b"<rss><channel><title>Maintenance</title></channel></rss>",
        b"",
    ],
)
def test_sources_are_not_judged_otherwise(body: bytes) -> None:
    check_source(arrival(body=body))


@pytest.mark.parametrize("kind", ["", "text/html", "TEXT/HTML; charset=windows-1252", "application/xhtml+xml"])
def test_answers_that_are(kind: str) -> None:
    check_page(arrival(content_type=kind))


def test_the_message_of_a_page() -> None:
    site = Site(id="situs.example", name="Situs", home="https://situs.example/", region="35.77")
    came = Arrival(
        arrival(content_type="text/html", etag='"1"', server="x", set_cookie="a=b").response,
        (Hop(url="https://situs.example/?p=1", status=301),),
    )
    page = page_message(came, asked="https://situs.example/?p=1", site=site, fetched_at=NOW)
    assert (page.url, page.final_url, page.status) == ("https://situs.example/?p=1", URL, 200)
    assert page.headers == {"content-type": "text/html", "etag": '"1"'}
    assert unpack_body(page.body_zstd, max_bytes=1_000) == b"<p>rapat</p>"
    assert page.raw_digest == raw_digest(b"<p>rapat</p>")
    assert page == page_message(came, asked="https://situs.example/?p=1", site=site, fetched_at=NOW)
    assert correlation_id(page).removeprefix("cor_") == page.page_id.removeprefix("pag_")

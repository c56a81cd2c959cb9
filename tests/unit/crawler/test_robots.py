from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.crawler.robots import MAX_BYTES, RobotsFile, Rules, product_token, robots_text

AGENT = "Kabar/0.1 (+https://kabar.example)"
TEXT = """
User-agent: *
Crawl-delay: 5
Disallow: /admin/
Disallow: /*?print=
Allow: /admin/berita/

User-agent: otherbot
Disallow: /

Sitemap: https://situs.example/sitemap.xml
"""


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/", True), ("/berita/rapat", True), ("/admin/", False), ("/admin/x", False), ("/admin/berita/1", True),
        ("/berita?print=1", False), ("/adminx", True),
    ],
)  # fmt: skip
def test_rules(path: str, allowed: bool) -> None:
    assert Rules(TEXT, AGENT).allowed(f"https://situs.example{path}") is allowed


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("", True),
        ("User-agent: *\nDisallow:", True),
        ("User-agent: *\nDisallow: /", False),
        ("User-agent: kabar\nDisallow: /", False),
        ("User-agent: Kabar\nAllow: /\n\nUser-agent: *\nDisallow: /", True),
        ("User-agent: abar\nDisallow: /", True),
        ("<html><body>not found</body></html>", True),
    ],
)
def test_who_is_meant(text: str, allowed: bool) -> None:
    assert Rules(text, AGENT).allowed("https://situs.example/berita/1") is allowed


@pytest.mark.parametrize(("line", "delay"), [("5", 5), ("0.5", 0.5), ("999999", 3600), ("-1", 0), ("nan", 0), ("inf", 0), ("x", 0)])
def test_crawl_delay_is_bounded(line: str, delay: float) -> None:
    assert Rules(f"User-agent: *\nCrawl-delay: {line}", AGENT).crawl_delay == delay


def test_sitemaps() -> None:
    assert Rules(TEXT, AGENT).sitemaps == ("https://situs.example/sitemap.xml",)
    assert len(Rules("Sitemap: /a\n" * 1_000, AGENT).sitemaps) == 20


@pytest.mark.parametrize(
    ("status", "text"),
    [(200, "x"), (204, "x"), (400, ""), (401, ""), (403, ""), (404, ""), (410, ""), (429, None), (500, None), (503, None), (304, None)],
)
def test_what_an_answer_stands_for(status: int, text: str | None) -> None:
    assert robots_text(status, b"x") == text


def test_only_the_first_500_kib_are_read() -> None:
    body = b"User-agent: *\n" + b"#" * MAX_BYTES + b"\nDisallow: /"
    text = robots_text(200, body)
    assert text is not None
    assert len(text) == MAX_BYTES
    assert Rules(text, AGENT).allowed("https://situs.example/")


@pytest.mark.parametrize(("hours", "fresh"), [(0, True), (23.9, True), (24.1, False), (-2, False)])
def test_a_day_is_the_longest(hours: float, fresh: bool) -> None:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    assert RobotsFile("", now - timedelta(hours=hours)).fresh(now) is fresh


@pytest.mark.parametrize("agent", ["Kabar/0.1 (+https://x)", "Kabar", "Kabar (+https://x/y)"])
def test_the_name_robots_know(agent: str) -> None:
    assert product_token(agent) == "Kabar"


@given(st.binary(max_size=400))
def test_any_bytes_make_rules(body: bytes) -> None:
    rules = Rules(robots_text(200, body) or "", AGENT)
    rules.allowed("https://situs.example/a?b=c")
    assert 0 <= rules.crawl_delay <= 3600

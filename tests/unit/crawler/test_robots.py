from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.crawler.robots import MAX_BYTES, RobotsFile, Rules, max_age, product_token, robots_text

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


@pytest.mark.parametrize(
    ("line", "delay"),
    [("5", 5), ("0.5", 0.5), ("60", 60), ("86400", 86_400), ("999999", 86_400), ("-1", 0), ("nan", 0), ("inf", 0), ("x", 0)],
)
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


@pytest.mark.parametrize(
    ("rules", "path", "allowed"),
    [
        ("Disallow: /a\nAllow: /a", "/a", True), ("Disallow: /a\nAllow: /a/b", "/a/c", False),
        ("Allow: /\nDisallow: /a/b", "/a/b/c", False),
        ("Disallow: /*.php$", "/x.php", False), ("Disallow: /*.php$", "/x.php?a=1", True), ("Disallow: /a$", "/a", False),
        ("Disallow: /a$", "/ab", True), ("Disallow: *rahasia", "/a/rahasia", False), ("Disallow: /%C3%A9", "/é", False),
        ("Disallow: /é", "/%C3%A9", False), ("Disallow: /a%2Fb", "/a/b", True), ("Disallow: /%61", "/a", False),
        ("disallow:/a", "/a", False),
        ("Disallow: /a # bukan", "/a", False), ("Disallow: /A", "/a", True), ("Disallow: /", "/robots.txt", True),
    ],
)  # fmt: skip
def test_patterns(rules: str, path: str, allowed: bool) -> None:
    assert Rules(f"User-agent: *\n{rules}", AGENT).allowed(f"https://situs.example{path}") is allowed


GROUPS = """
User-agent: kabar
Disallow: /a

User-agent: lain
Disallow: /

User-agent: Kabar/2.0
Disallow: /b

User-agent: *
Disallow: /c
"""


@pytest.mark.parametrize(("path", "allowed"), [("/a", False), ("/b", False), ("/c", True), ("/d", True)])
def test_all_groups_of_our_name_are_one(path: str, allowed: bool) -> None:
    assert Rules(GROUPS, AGENT).allowed(f"https://situs.example{path}") is allowed


@pytest.mark.parametrize(
    "body",
    [
        GROUPS.replace("\n", "\r").encode(), GROUPS.replace("\n", "\r\n").encode(), b"\xef\xbb\xbf" + GROUPS.encode(),
        GROUPS.encode("utf-16"), "\ufeff".encode("utf-16-be") + GROUPS.encode("utf-16-be"), b"<!-- x -->\n" + GROUPS.encode(),
        b"\x00\xff\xfe\n" + GROUPS.encode(),
    ],
)  # fmt: skip
def test_however_it_is_written(body: bytes) -> None:
    text = robots_text(200, body)
    assert text is not None
    rules = Rules(text, AGENT)
    assert [rules.allowed(f"https://situs.example{path}") for path in ("/a", "/b", "/c")] == [False, False, True]


def test_a_line_ends_only_where_lines_end() -> None:
    text = robots_text(200, "User-agent: *\n# \u2028Disallow: /\x0cDisallow: /".encode())
    assert Rules(text or "", AGENT).allowed("https://situs.example/a")


def test_only_whole_lines_of_the_first_500_kib_are_read() -> None:
    head = b"User-agent: *\nDisallow: /b\n"
    body = head + b"#" * (MAX_BYTES - len(head) - 12) + b"\nDisallow: /berita/rahasia\nDisallow: /c"
    text = robots_text(200, body)
    assert text is not None
    assert len(text) < MAX_BYTES
    rules = Rules(text, AGENT)
    assert [rules.allowed(f"https://situs.example{path}") for path in ("/b", "/a", "/c")] == [False, True, True]
    assert robots_text(200, b"User-agent: *\nDisallow: /ber", cut=True) == "User-agent: *\n"


def test_agents_times_rules_cost_nothing() -> None:
    """Three minutes, if each of 30,000 agents kept each of 3,000 rules."""
    agents = "".join(f"User-agent: b{n}\n" for n in range(30_000))
    assert not Rules(f"User-agent: *\n{agents}" + "Disallow: /a\n" * 3_000, AGENT).allowed("https://situs.example/a")


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("", 86_400), ("public", 86_400), ("max-age=7200", 7_200), ("public, MAX-AGE = 60", 60), ("max-age=99999999", 86_400),
        ("no-cache", 0), ("max-age=x", 86_400), ("no-store, max-age=500", 0),
    ],
)  # fmt: skip
def test_how_long_it_holds(header: str, seconds: float) -> None:
    assert max_age(header) == seconds


@pytest.mark.parametrize(
    ("hours", "seconds", "fresh", "usable"),
    [(0.5, 0, True, True), (1.5, 0, False, True), (1.5, 7_200, True, True), (2.5, 7_200, False, True), (24.1, 86_400, False, False)],
)
def test_it_may_hold_for_less_than_a_day(hours: float, seconds: float, fresh: bool, usable: bool) -> None:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    file = RobotsFile("", now - timedelta(hours=hours), seconds)
    assert (file.fresh(now), file.usable(now)) == (fresh, usable)


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
    assert 0 <= rules.crawl_delay <= 86_400

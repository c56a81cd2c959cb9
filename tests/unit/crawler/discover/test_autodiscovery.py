from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.crawler.discover.autodiscovery import MOST_SOURCES, named_sources, usual_sources
from services.crawler.discover.links import Kind
from services.crawler.discover.read import read_links
from shared.outcomes import Reject

HOME = "https://situs.example/"
FEED = '<link rel="alternate" type="application/rss+xml" href="/feed/">'


def found(html: str, *sitemaps: str) -> list[tuple[str, str]]:
    return [(link.kind.value, link.url) for link in named_sources(html.encode(), HOME, sitemaps)]


@pytest.mark.parametrize(
    ("html", "sources"),
    [
        (FEED, [("feed", "https://situs.example/feed/")]),
        (
            "<link rel='ALTERNATE nofollow' type='application/atom+xml; charset=utf-8' href='feeds/posts/default'>",
            [("feed", "https://situs.example/feeds/posts/default")],
        ),
        (FEED.replace("/feed/", "/comments/feed/"), []),
        (FEED.replace("alternate", "stylesheet"), []),
        (FEED.replace("application/rss+xml", "application/json"), []),
        (FEED.replace("application/rss+xml", "application/feed+json"), [("feed", "https://situs.example/feed/")]),
        (FEED.replace("/feed/", "https://lain.example/feed/"), []),
        (FEED.replace("/feed/", "javascript:x"), []),
        (FEED + FEED, [("feed", "https://situs.example/feed/")]),
    ],
)
def test_feeds_a_page_names(html: str, sources: list[tuple[str, str]]) -> None:
    assert found(f"<html><head>{html}</head><body></body></html>") == sources


def test_sitemaps_robots_names() -> None:
    assert found("<p>", "https://situs.example/sitemap.xml", "/b.xml", "https://lain.example/c.xml", "ftp://x") == [
        ("sitemap", "https://situs.example/sitemap.xml"),
        ("sitemap", "https://situs.example/b.xml"),
    ]


def test_sources_are_bounded() -> None:
    assert len(found("".join(FEED.replace("/feed/", f"/feed-{n}/") for n in range(100)))) == MOST_SOURCES


def test_the_usual_paths_are_tried_only_where_nothing_is_named() -> None:
    body = '<h2><a href="/berita/rapat-kerja-bupati">x</a></h2>'
    named = read_links(Kind.home, (FEED + body).encode(), HOME, home=HOME, robots_sitemaps=(), max_bytes=1_000)
    assert [link.url for link in named] == ["https://situs.example/feed/"]
    unnamed = read_links(Kind.home, body.encode(), HOME, home=HOME, robots_sitemaps=(), max_bytes=1_000)
    assert set(unnamed) > set(usual_sources(HOME))
    assert [link.url for link in unnamed if link.kind is Kind.article] == ["https://situs.example/berita/rapat-kerja-bupati"]


@given(st.binary(max_size=300), st.lists(st.text(max_size=40), max_size=3))
def test_any_bytes_are_read_or_refused(raw: bytes, sitemaps: list[str]) -> None:
    try:
        named_sources(raw, HOME, sitemaps)
    except Reject as reject:
        assert reject.reason == "bad_html"

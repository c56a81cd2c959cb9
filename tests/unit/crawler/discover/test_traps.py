from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.crawler.discover.links import Kind
from services.crawler.discover.read import read_source
from services.crawler.discover.traps import trap_of
from shared.outcomes import Reject
from shared.urls import canonical_url

SITE = "https://situs.example"


@pytest.mark.parametrize(
    ("path", "trap"),
    [
        ("/2031/02/", "calendar_trap"),
        ("/agenda/2031/02/14", "calendar_trap"),
        ("/arsip?date=2023-11-14", "calendar_trap"),
        ("/agenda?month=2&year=2031", "calendar_trap"),
        ("/berita.php?id=7&tanggal=2023-11-14", None),
        ("/2023/11/14/rapat-kerja", None),
        ("/2023/11/11/apel", None),
        ("/2023/99/", None),
        ("/berita?sort=judul&filter=a", "facet_trap"),
        ("/berita?f%5B0%5D=topik:1", "facet_trap"),
        ("/x?" + "&".join(f"k{n}=1" for n in range(9)), "facet_trap"),
        ("/index.php?Itemid=3&catid=8&id=77&option=com_content&view=article", None),
        ("/a/b/a/b/a/b", "repeating_path"),
        ("/berita/a/b/a/b/rapat", "repeating_path"),
        ("/a/a/a/rapat", "repeating_path"),
        ("/berita/berita/rapat-kerja", None),
        ("/1/1/1/rapat", None),
        ("/" + "/".join(f"s{n}" for n in range(13)), "deep_path"),
        ("/" + "a" * 1_001, "deep_path"),
        ("/berita/788185/rapat-desa", None),
    ],
)
def test_traps(path: str, trap: str | None) -> None:
    assert trap_of(canonical_url(SITE + path)) == trap


def test_what_is_dropped_is_counted_by_reason() -> None:
    urls = ["/berita/rapat", "/2031/02/", "/2031/03/", "/b?sort=a", "https://lain.example/x", "/feed"]
    feed = "<rss>" + "".join(f"<item><link>{url.replace('&', '&amp;')}</link></item>" for url in urls) + "</rss>"
    found = read_source(Kind.feed, feed.encode(), SITE + "/feed", home=SITE + "/", robots_sitemaps=(), max_bytes=1_000)
    assert [link.url for link in found.links] == [SITE + "/berita/rapat"]
    assert found.dropped == {"calendar_trap": 2, "facet_trap": 1, "itself": 1, "other_host": 1}


@given(st.text(st.sampled_from("ab1/?&=[]%;.é"), max_size=80))
def test_any_address_is_a_trap_or_none(tail: str) -> None:
    try:
        trap_of(canonical_url(f"{SITE}/{tail}"))
    except Reject as reject:
        assert reject.reason == "bad_url"

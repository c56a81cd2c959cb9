from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.crawler.discover.entries import read_entries
from services.crawler.discover.feeds import read_feed
from services.crawler.discover.links import MOST_LINKS, Kind, Link, newest
from services.crawler.discover.sitemaps import read_sitemap, sitemap_links
from shared.outcomes import Reject

URL = "https://situs.example/sumber.xml"
DAY = datetime(2023, 11, 14, 3, 0, tzinfo=UTC)


def entry(number: int, inside: str = "") -> str:
    return f"<url><loc>https://situs.example/berita/{number}</loc>{inside}</url>"


def tails(raw: bytes) -> list[str]:
    return [link.url.rpartition("/")[2] for link in read_sitemap(raw, URL)]


DOCUMENT = f"<urlset>{entry(1)}{entry(2)}</urlset>"


@pytest.mark.parametrize(
    "raw",
    [
        DOCUMENT.encode(),
        b"\n<br />\n<b>Warning</b>: foo() in /var/x.php<br />\n<?xml version='1.0'?>" + DOCUMENT.encode(),
        b"Notice: Undefined index\n<?xml version='1.0'?>" + DOCUMENT.encode(),
        b"<?xml version='1.0' encoding='UTF-16'?>" + DOCUMENT.encode(),
        b"<?xml version='1.0' encoding='tidak-ada'?>" + DOCUMENT.encode(),
        ("<?xml version='1.0' encoding='UTF-16'?>" + DOCUMENT).encode("utf-16"),
        ("<?xml version='1.0' encoding='UTF-8'?>" + DOCUMENT).encode("utf-16"),
        b"\xef\xbb\xbf<?xml version='1.0'?>" + DOCUMENT.encode(),
        f"<urlset xmlns='salah'>{entry(1)}{entry(2)}</urlset>".encode(),
        f"<urlset>{entry(1, '<lastmod>caf')}".encode() + b"\xe9</lastmod>" + entry(2).encode(),
        f"<urlset>{entry(1)}{entry(2)}<url><loc>https://situs.example/ber".encode(),
        f"<urlset>{entry(1)}{entry(2)}{'<a>' * 5_000}".encode(),
        f"<urlset>{entry(1)}{entry(2)}</salah></urlset>".encode(),
        f"<urlset><url><loc>https://situs.example/berita/1</loc>{entry(2)}</urlset>".encode(),
        f"<urlset><xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='file:///etc/passwd'/>{entry(1)}{entry(2)}</urlset>".encode(),
        gzip.compress(DOCUMENT.encode()) + b"sampah",
        gzip.compress(DOCUMENT[:30].encode()) + gzip.compress(DOCUMENT[30:].encode()),
    ],
)  # fmt: skip
def test_odd_and_damaged_documents_give_their_entries(raw: bytes) -> None:
    assert tails(raw) == ["1", "2"]


def test_pictures_videos_and_other_languages_are_not_pages() -> None:
    inside = (
        "<image:image><image:loc>https://situs.example/gambar</image:loc></image:image>"
        "<v:video xmlns:v='http://www.google.com/schemas/sitemap-video/1.1'><v:publication_date>2020-01-01</v:publication_date></v:video>"
        "<xhtml:link rel='alternate' hreflang='en' href='https://situs.example/en/1'/><lastmod>2023-11-14T10:00:00+07:00</lastmod>"
    )
    assert read_sitemap(f"<urlset>{entry(1, inside)}</urlset>".encode(), URL) == (
        Link("https://situs.example/berita/1", Kind.article, DAY),
    )


def test_a_feed_may_be_a_sitemap() -> None:
    assert tails(b"<rss><channel><item><link>/berita/1</link></item></channel></rss>") == ["1"]


def test_an_entry_keeps_a_bounded_number_of_short_fields() -> None:
    raw = f"<urlset><url><loc>{'x' * 9_000}</loc>{'<a>&amp;</a>' * 1_000}</url></urlset>".encode()
    fields = next(read_entries([raw], {"urlset": ("url",)}, "not_a_sitemap")).fields
    assert len(fields) == 200
    assert len(fields[0].text) == 4_000


def test_a_document_of_any_size_is_read_to_its_end_and_the_newest_are_kept() -> None:
    first = DAY - timedelta(days=100)
    dated = (entry(n, f"<lastmod>{(first + timedelta(minutes=n)).isoformat()}</lastmod>") for n in range(20_000))
    found = read_sitemap(gzip.compress(f"<urlset>{''.join(dated)}</urlset>".encode()), URL)
    assert len(found) == MOST_LINKS
    assert found[0].url.endswith("/19999")
    assert found[-1].url.endswith(f"/{20_000 - MOST_LINKS}")


def test_lines_of_a_text_sitemap_across_chunks() -> None:
    raw = b"".join(b"https://situs.example/berita/rapat-desa-%d\r\n" % n for n in range(4_000))
    assert [link.url for link in sitemap_links(raw, URL)] == [f"https://situs.example/berita/rapat-desa-{n}" for n in range(4_000)]


@given(st.lists(st.tuples(st.integers(0, 9), st.none() | st.integers(0, 9)), max_size=30), st.integers(0, 5))
def test_the_newest_are_those_of_sorting_them_all(found: list[tuple[int, int | None]], most: int) -> None:
    once = {f"u{url}": None if day is None else DAY + timedelta(days=day) for url, day in reversed(found)}
    links = [Link(f"u{url}", Kind.article, None if day is None else DAY + timedelta(days=day)) for url, day in found]
    kept = newest(links, most)
    assert len({link.url for link in kept}) == len(kept) == min(most, len(once))
    if len(once) <= most:
        assert {link.url: link.dated for link in kept} == once


JSON_FEED = {
    "version": "https://jsonfeed.org/version/1.1",
    "items": [
        {"id": "1", "url": "/berita/1", "date_published": "2023-11-14T10:00:00+07:00", "external_url": "https://lain.example/"},
        {"id": "https://situs.example/berita/2", "date_modified": "2023-11-14T10:00:00+07:00"},
        {"id": "3"}, {"url": 4}, 5, {"url": "javascript:x"},
    ],
}  # fmt: skip


@pytest.mark.parametrize("version", ["https://jsonfeed.org/version/1", "https://jsonfeed.org/version/1.1"])
def test_json_feeds(version: str) -> None:
    raw = json.dumps(JSON_FEED | {"version": version}).encode()
    expected = tuple(Link(f"https://situs.example/berita/{n}", Kind.article, DAY) for n in (1, 2))
    assert read_feed(raw, URL) == expected
    assert read_feed(b"\xef\xbb\xbf " + raw[: raw.index(b'{"id": "3"') + 5], URL) == expected


@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"{", b"<urlset>", b"<rss><item>", b"\x1f\x8b\x08\x00", b"<?xml version='1.0' encoding='utf-16'?>"]),
)
def test_any_bytes_give_links_or_a_named_refusal(tail: bytes, head: bytes) -> None:
    for read in (read_feed, read_sitemap):
        try:
            read(head + tail, URL)
        except Reject as reject:
            assert reject.reason in ("bad_encoding", "bad_json", "bad_xml", "html_instead", "not_a_feed", "not_a_sitemap", "xml_entities")

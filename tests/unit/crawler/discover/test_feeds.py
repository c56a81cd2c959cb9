from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.crawler.discover.feeds import read_feed
from services.crawler.discover.links import MOST_LINKS, moment
from shared.outcomes import Reject

URL = "https://situs.example/feed/"
DAY = datetime(2023, 11, 14, 3, 0, tzinfo=UTC)


def rss(items: str, head: str = "") -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?>{head}<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Situs</title><link>https://situs.example/</link>{items}</channel></rss>'.encode()


RDF = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://situs.example/"><title>x</title></channel>
 <item rdf:about="https://situs.example/a-1"><link>https://situs.example/a-1</link><dc:date>2023-11-14T10:00:00+07:00</dc:date></item></rdf:RDF>"""
ATOM = b"""<?xml version='1.0' encoding='UTF-8'?><feed xmlns='http://www.w3.org/2005/Atom'><title>Blog</title>
 <link rel='self' href='https://situs.example/feeds/posts/default'/>
 <entry><published>2023-11-14T10:00:00.000+07:00</published><updated>2023-11-15T10:00:00.000+07:00</updated>
 <link rel='replies' href='https://situs.example/feeds/1/comments'/><link rel='edit' href='https://x.example/1'/>
 <link rel='alternate' type='text/html' href='https://situs.example/2023/11/rapat.html'/></entry></feed>"""


@pytest.mark.parametrize(
    ("raw", "url", "dated"),
    [
        (rss("<item><link>/a-1</link><pubDate>Tue, 14 Nov 2023 10:00:00 +0700</pubDate></item>"), "https://situs.example/a-1", DAY),
        (rss("<item><title>x</title><link>\n /a-1?utm_source=rss#top </link></item>"), "https://situs.example/a-1", None),
        (rss("<item><guid>https://situs.example/?p=9</guid></item>"), "https://situs.example/?p=9", None),
        (rss("<item><link>https://situs.example/a</link><guid isPermaLink='false'>tag:1</guid></item>"), "https://situs.example/a", None),
        (rss("<item><link>//fb.example/1</link><f:origLink xmlns:f='x'>/a</f:origLink></item>"), "https://situs.example/a", None),
        (rss("<item><link>https://situs.example/a</link><pubDate>kemarin</pubDate></item>"), "https://situs.example/a", None),
        (b"\n\n " + rss("<item><link>https://situs.example/a</link></item>"), "https://situs.example/a", None),
        (b"\xef\xbb\xbf" + rss("<item><link>https://situs.example/a</link></item>"), "https://situs.example/a", None),
        (rss("<item><link>https://situs.example/a</link></item><item><link>https://situs.ex")[:-40], "https://situs.example/a", None),
        (RDF, "https://situs.example/a-1", DAY),
        (ATOM, "https://situs.example/2023/11/rapat.html", DAY),
    ],
)  # fmt: skip
def test_each_kind_of_feed(raw: bytes, url: str, dated: datetime | None) -> None:
    link = read_feed(raw, URL)[0]
    assert link.url == url
    assert link.dated == dated


BASED = b"""<feed xmlns='http://www.w3.org/2005/Atom' xml:base='/berita/'>
 <entry xml:base='2023/'><link href='rapat'/></entry><entry><link href='apel'/></entry>
 <entry xml:base='https://lain.example/'><link href='/a'/></entry></feed>"""


def test_addresses_are_relative_to_the_base_an_entry_names() -> None:
    found = ["https://situs.example/berita/2023/rapat", "https://situs.example/berita/apel", "https://lain.example/a"]
    assert [link.url for link in read_feed(BASED, "https://situs.example/umpan")] == found


@pytest.mark.parametrize("before", [0, 1, 65_400, 65_500, 65_536])
def test_bare_ampersands_are_themselves_wherever_a_piece_ends(before: int) -> None:
    items = "<item><link>/a?id=1&hal=2&amp;x=3&</link></item><item><link><![CDATA[/b?id=1&hal=2&amp;x=3]]></link></item>"
    raw = rss(f"<item><title>{'x' * before}</title><link>/c?e=&#53;&f=6</link></item>{items * 9}")
    assert [link.url.removeprefix("https://situs.example") for link in read_feed(raw, URL)] == [
        "/c?e=5&f=6",
        "/a?hal=2&id=1&x=3",
        "/b?hal=2&id=1&x=3",
    ]


@pytest.mark.parametrize(
    "href",
    ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "https://u:p@situs.example/a", "", "http://["],
)
def test_links_that_are_none(href: str) -> None:
    assert read_feed(rss(f"<item><link><![CDATA[{href}]]></link></item>"), URL) == ()


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "bad_xml"),
        (b"\x00\x01\x02", "bad_xml"),
        (b"<html><body>bukan umpan</body></html>", "html_instead"),
        (b"<!DOCTYPE html><html><p>x</html>", "html_instead"),
        (b'<!doctype html><html lang="id"><p>a&nbsp;b<br></p></html>', "html_instead"),
        (b"<urlset/>", "not_a_feed"),
        (b'{"version": "2"}', "not_a_feed"),
        (b"[1]", "not_a_feed"),
        (b"{rusak", "bad_json"),
        (b'{"items":' + b"[" * 100_000, "bad_json"),
        (b"<" * 300_000, "bad_xml"),
        (rss("<item><link>&a;</link></item>", '<!DOCTYPE r [<!ENTITY a "https://x.example/">]>'), "xml_entities"),
        (rss("<item><link>&a;</link></item>", '<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]>'), "xml_entities"),
        (rss("x", '<!DOCTYPE r [<!ENTITY % p SYSTEM "http://127.0.0.1/x.dtd"> %p;]>'), "xml_entities"),
        (rss("x", '<!DOCTYPE r [<!ENTITY a "1">]>').decode().replace("UTF-8", "UTF-16").encode("utf-16"), "xml_entities"),
    ],
)
def test_refused(raw: bytes, reason: str) -> None:
    with pytest.raises(Reject) as reject:
        read_feed(raw, URL)
    assert reject.value.reason == reason


def test_a_doctype_without_entities_is_harmless() -> None:
    assert read_feed(rss("<item><link>/a</link></item>", "<!DOCTYPE rss SYSTEM 'http://my.netscape.com/rss.dtd'>"), URL)


def test_a_feed_without_end_is_bounded_and_the_newest_are_kept() -> None:
    items = "".join(f"<item><link>/a-{n}</link></item>" for n in range(MOST_LINKS + 10))
    links = read_feed(rss(items + "<item><link>/new</link><pubDate>Tue, 14 Nov 2023 10:00:00 +0700</pubDate></item>"), URL)
    assert len(links) == MOST_LINKS
    assert links[0].url == "https://situs.example/new"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Tue, 14 Nov 2023 03:00:00 GMT", DAY), ("2023-11-14T10:00:00+07:00", DAY), ("2023-11-14T03:00:00Z", DAY),
        ("2023-11-14 03:00:00", DAY),
        ("2023-11-14", DAY.replace(hour=0)), ("Selasa, 14 November 2023", None), ("", None), (None, None), ("0000-00-00", None),
        ("9999-12-31T23:59:59-23:59", None), ("x" * 1_000, None),
    ],
)  # fmt: skip
def test_moments(text: str | None, found: datetime | None) -> None:
    assert moment(text) == found


@given(st.text(max_size=60))
def test_any_text_is_a_moment_or_none(text: str) -> None:
    moment(text)


@given(st.binary(max_size=400) | st.text(max_size=200).map(lambda text: rss(f"<item><link>{text}</link><pubDate>{text}</pubDate></item>")))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    try:
        read_feed(raw, URL)
    except Reject as reject:
        assert reject.reason in ("bad_json", "bad_xml", "html_instead", "not_a_feed", "xml_entities")


def test_a_json_feed_is_read_as_far_as_two_megabytes() -> None:
    """Twenty million bytes of `{}` were 430 MB of objects."""
    items = [b'{"url": "https://a.example/berita/1"}', *[b"{}"] * 700_000, b'{"url": "https://a.example/berita/2"}']
    raw = b'{"version": "https://jsonfeed.org/version/1.1", "items": [%s]}' % b",".join(items)
    assert [link.url for link in read_feed(raw, "https://a.example/umpan.json")] == ["https://a.example/berita/1"]

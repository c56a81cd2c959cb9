from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.outcomes import Reject
from shared.urls import MAX_URL, article_id, canonical_url, event_id, host_of, one_article, page_id, resolved

CANONICAL = [
    # host, scheme and port
    ("HTTPS://Metro.Bawaslu.GO.ID/Berita", "https://metro.bawaslu.go.id/Berita"),
    ("https://example.com", "https://example.com/"),
    ("http://example.com:80/a", "http://example.com/a"),
    ("https://example.com:443/a", "https://example.com/a"),
    ("http://example.com:443/a", "http://example.com:443/a"),
    ("https://example.com:/a", "https://example.com/a"),
    ("https://example.com./a", "https://example.com/a"),
    ("https://münchen.example/x", "https://xn--mnchen-3ya.example/x"),
    ("https://xn--mnchen-3ya.example/x", "https://xn--mnchen-3ya.example/x"),
    ("https://[0:0::1]:8080/x", "https://[::1]:8080/x"),
    ("  https://example.com/a \n", "https://example.com/a"),
    # path
    ("https://example.com/a/../b/./c//d/", "https://example.com/b/c/d/"),
    ("https://example.com/../../etc/passwd", "https://example.com/etc/passwd"),
    ("https://example.com/a/%2E%2e/b", "https://example.com/b"),
    ("https://example.com/a/b/%2e%2e", "https://example.com/a/"),
    ("https://example.com/%7Euser", "https://example.com/~user"),
    ("https://example.com/a%2Fb", "https://example.com/a%2Fb"),
    ("https://example.com/%252e%252e/a", "https://example.com/%252e%252e/a"),
    ("https://example.com/sosialisasi%20pemilu", "https://example.com/sosialisasi%20pemilu"),
    ("https://example.com/é", "https://example.com/%C3%A9"),
    ("https://example.com/\u202emth.exe", "https://example.com/%E2%80%AEmth.exe"),
    ("https://example.com/%0d%0aSet-Cookie:x", "https://example.com/%0d%0aSet-Cookie:x"),
    # query and fragment
    ("https://example.com/a#komentar", "https://example.com/a"),
    ("https://example.com/a?", "https://example.com/a"),
    ("https://example.com/?p=123", "https://example.com/?p=123"),
    ("https://example.com/?b=2&a=1", "https://example.com/?a=1&b=2"),
    ("https://example.com/?utm_source=wa&id=3&fbclid=x", "https://example.com/?id=3"),
    ("https://example.com/?id=3&gclid=x&igshid=y&UTM_Medium=z", "https://example.com/?id=3"),
    # sessions
    ("https://example.com/a;jsessionid=0AB1?id=3", "https://example.com/a?id=3"),
    ("https://example.com/a%3BJSESSIONID=0AB1/b", "https://example.com/a/b"),
    ("https://example.com/a;%73id=1", "https://example.com/a"),
    ("https://example.com/a?PHPSESSID=1&id=3", "https://example.com/a?id=3"),
    ("https://example.com/a.asp?ASPSESSIONIDQQ=1", "https://example.com/a.asp"),
    ("https://example.com/a?sid=0123456789abcdef", "https://example.com/a"),
    ("https://example.com/a?sid=77", "https://example.com/a?sid=77"),
    ("https://example.com/?x=%26&y=%0d%0a", "https://example.com/?x=%26&y=%0D%0A"),
]

BAD = [
    "", " ", "example.com/a", "//example.com/a", "/a", "a",
    "javascript:alert(1)", "file:///etc/passwd", "ftp://example.com/", "data:text/html,x", "gopher://x.example/",
    "https://", "https:///a", "https://./", "https://.example.com/", "https://a..b.example/", "https://-a.example/",
    f"https://{'a' * 64}.example/",
    "https://user@example.com/", "https://user:pass@example.com/", "https://@example.com/", "https://example.com\\@evil.example/",
    "https://example.com:99999/", "https://example.com:-1/", "https://example.com:x/", "https://example.com:8 0/",
    "https://exa mple.com/", "https://example.com/a b", "https://example.com/\x00", "https://example.com/\r\nHost: x", "https://exam\tple.com/",
    "https://exa%6dple.com/", "https://example.com%2f/", "https://exam<b>ple.com/",
    "https://[::1", "https://[::1%25eth0]/", "https://[v1.x]/", "https://[1.2.3.4]/", "https://[]/",
    "https://example.com/\ud800", "https://\ud800.example/",
    "https://example.com/" + "a" * MAX_URL,
]  # fmt: skip

# Pieces that mean something to one parser of URLs or another.
pieces = st.sampled_from(
    [
        "http://", "https://", "example.com", "a.example", "//", "/", "..", ".", "%2e", "%2F", "%25", "%e9", "%C3%A9", "%", "?", "#",
        "&", "&amp;", "=", ";", "+", "@", ":", ":80", "[", "]", "[::1]", "\\", " ", "\t", "\x00", "\x85", "é", "ß", "İ", "\u202e", "\u3002",
        "\ud800", "utm_source=x", "A", "0", ";sid=", "jsessionid=", "/amp", "/page/2", "m.", "amp=1", "s%69d",
    ]
)  # fmt: skip
hostile = st.one_of(
    st.lists(pieces, max_size=14).map("".join),
    st.lists(pieces, max_size=14).map(lambda parts: "https://a.example/" + "".join(parts)),
    st.text(),
)


@pytest.mark.parametrize(("url", "canonical"), CANONICAL)
def test_canonical_form(url: str, canonical: str) -> None:
    assert canonical_url(url) == canonical


@pytest.mark.parametrize("url", BAD)
def test_what_is_no_web_address_is_rejected(url: str) -> None:
    with pytest.raises(Reject, match=r"^bad_url"):
        canonical_url(url)


@given(hostile)
def test_canonical_is_final_and_plain_whatever_comes(url: str) -> None:
    try:
        canonical = canonical_url(url)
    except Reject:
        return
    assert canonical_url(canonical) == canonical
    assert canonical.isascii()
    assert canonical.isprintable()
    assert " " not in canonical
    assert host_of(canonical)
    assert "@" not in host_of(canonical)
    assert not {"..", "."} & set(canonical.split("?")[0].split("/")[3:])
    one = one_article(canonical)
    assert one_article(one) == one
    assert canonical_url(one) == one


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("apel pagi?q=a b", "https://situs.example/berita/apel%20pagi?q=a+b"),
        ("\n /a-\n\t b\r\n", "https://situs.example/a-%20b"),
        ("\\\\lain.example\\a?b=\\c", "https://lain.example/a?b=%5Cc"),
        ("https:\\\\lain.example\\a", "https://lain.example/a"),
        ("?id=2", "https://situs.example/berita/?id=2"),
        ("", "https://situs.example/berita/"),
    ],
)
def test_addresses_are_read_as_browsers_read_them(href: str, url: str) -> None:
    assert resolved("https://situs.example/berita/", href) == url


@pytest.mark.parametrize("href", ["java\nscript:alert(1)", "http://[", "http://a b.example/", "http://\\u:p@x.example/", "/a\0b"])
def test_and_what_is_none_is_refused(href: str) -> None:
    with pytest.raises(Reject, match="bad_url"):
        resolved("https://situs.example/", href)


@pytest.mark.parametrize(
    ("twin", "one"),
    [
        ("https://m.situs.example/a", "https://situs.example/a"),
        ("https://amp.m.situs.example/a/amp/", "https://situs.example/a"),
        ("https://m.example/a", "https://m.example/a"),
        ("https://mobil.situs.example/a", "https://mobil.situs.example/a"),
        ("https://situs.example/2018/03/rapat.html?m=1", "https://situs.example/2018/03/rapat.html"),
        ("https://situs.example/a?amp=1&page=all&id=3", "https://situs.example/a?id=3"),
        ("https://situs.example/a/page/2/amp", "https://situs.example/a"),
        ("https://situs.example/amp", "https://situs.example/amp"),
        ("https://situs.example/?p=12", "https://situs.example/?p=12"),
        ("https://situs.example/(S(lit3py55t21z5v55vlm25s55))/berita/a", "https://situs.example/berita/a"),
        ("https://situs.example/(s(baru))/a", "https://situs.example/%28s%28baru%29%29/a"),
    ],
)
def test_twins_are_one_article(twin: str, one: str) -> None:
    assert one_article(canonical_url(twin)) == one


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("http://example.com/a", "https://example.com/a", True),
        ("https://example.com/a?utm_source=wa", "https://example.com/a#x", True),
        ("https://example.com/a?srsltid=AfmBO&igsh=MTc=&usqp=mq331AQ", "https://example.com/a", True),
        ("https://example.com/?p=5&amp_js_v=0.1&fb_action_ids=1,2&TTCLID=x", "https://example.com/?p=5", True),
        ("https://example.com/a?share=whatsapp&mibextid=Zx&spm=a2.1&wt_mc=x", "https://example.com/a", True),
        ("https://example.com/a?gbraid=0AAA&wbraid=1", "https://example.com/a", True),
        ("https://example.com/a?share=12", "https://example.com/a", False),
        ("https://example.com/a", "https://example.com/a/", False),
        ("https://example.com/a", "https://www.example.com/a", False),
        ("https://example.com/a?id=1", "https://example.com/a?id=2", False),
        ("https://example.com/a", "https://example.com/A", False),
    ],
)
def test_one_article_is_one_id(one: str, other: str, same: bool) -> None:
    assert (article_id(canonical_url(one)) == article_id(canonical_url(other))) is same


def test_ids_are_short_ascii_and_for_ever() -> None:
    # The values are part of the contract: documents already stored carry them.
    assert article_id("https://example.com/a") == "art_036cbe16b0015b0a30d7"
    assert page_id("https://example.com/a", "sha256:00", "2023-11-16T01:02:03Z") == "pag_11e54267dd358818be00"
    assert event_id("art_036cbe16b0015b0a30d7") == "evt_df7a0b8437101a63c4ae"


def test_a_page_is_one_fetch() -> None:
    ids = {page_id(url, digest, at) for url in ("u", "v") for digest in ("d", "e") for at in ("1", "2")}
    assert len(ids) == 8


@pytest.mark.parametrize(("url", "host"), [("https://example.com/a", "example.com"), ("http://[::1]:8080/", "[::1]:8080")])
def test_host_is_the_unit_of_politeness(url: str, host: str) -> None:
    assert host_of(url) == host

"""Pages of archives → articles of the span and what to go on with."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.crawler.archive.read import Page, Read, read_archive
from services.crawler.archive.span import Span
from services.crawler.backfill import page_fields, page_of
from services.crawler.discover.links import Kind
from shared.outcomes import Reject
from shared.sites import Site

HOME = "https://situs.example"
SITE = Site(id="situs.example", name="Situs", home=f"{HOME}/")
APRIL = Span(date(2023, 4, 1), date(2023, 4, 30))


def read(page: Page, body: str, path: str = "/berita", robots_sitemaps: tuple[str, ...] = (), most_pages: int = 100) -> Read:
    raw = body.encode()
    return read_archive(page, raw, HOME + path, site=SITE, robots_sitemaps=robots_sitemaps, max_bytes=9_999, most_pages=most_pages)


def paths(found: Read) -> list[str]:
    return [link.url.removeprefix(HOME) for link in found.articles]


def pages(found: Read) -> list[str]:
    return [url.removeprefix(HOME) for url, _ in found.pages]


def card(path: str, beside: str = "") -> str:
    return f'<div class="card"><h3><a href="{path}">Rapat 9 April 2023</a></h3><p>{beside}</p></div>'


NEXT = '<a href="/berita?page=2">2</a>'
LISTING = Page(APRIL, Kind.listing)


@pytest.mark.parametrize(
    ("path", "beside", "taken"),
    [
        ("/2023/04/30/rapat-warga-kota", "", True),
        ("/2023/05/01/rapat-warga-kota", "", False),
        ("/2023/04/rapat-warga-kota", "<time datetime='2023-05-01T08:00:00+07:00'>1 Mei</time>", False),
        ("/berita/788185/rapat-warga", "<time datetime='2023-04-30T23:59:00+07:00'>kemarin</time>", True),
        ("/berita/788185/rapat-warga", "<span>Senin, 1 Mei 2023</span>", False),
        ("/berita/788185/rapat-warga", "<span>Minggu, 30 April 2023</span>", True),
        ("/berita/788185/rapat-warga", "<span>31/03/2023</span>", False),
        ("/berita/788185/rapat-warga", "<span>dua jam lalu</span>", True),
        ("/berita/788185/rapat-warga", "Bupati membuka rapat kerja tahunan itu di pendopo pada 1 Mei 2022 bersama warga", True),
    ],
)
def test_articles_that_can_be_of_the_span(path: str, beside: str, taken: bool) -> None:
    other = card("/berita/100000/lain-warga", "<i>1 Januari 2020</i>")
    assert paths(read(LISTING, card(path, beside) + other)) == [path] * taken


def test_a_date_belongs_to_its_own_card() -> None:
    page = "".join(card(f"/berita/{n}000/rapat-warga", f"<i>{n} April 2023</i>") for n in range(1, 8))
    found = read(Page(Span(date(2023, 4, 3), date(2023, 4, 4)), Kind.listing), f"<main>{page}</main>")
    assert paths(found) == ["/berita/3000/rapat-warga", "/berita/4000/rapat-warga"]
    assert found.oldest == (date(2023, 4, 1), date(2023, 4, 1))


@pytest.mark.parametrize(
    ("cards", "goes_on"),
    [
        (card("/2023/05/01/rapat-warga"), True),  # newer than the span: what is sought comes later
        (card("/2023/04/01/rapat-warga") + card("/2023/03/31/rapat-warga"), True),
        (card("/2023/03/31/rapat-warga") + card("/2023/03/30/rapat-warga"), False),
        (card("/berita/1000/rapat-warga") + card("/berita/2000/rapat-warga"), True),
        (card("/2023/03/31/rapat-warga") + card("/berita/1000/rapat-warga") + card("/berita/2000/rapat-warga"), True),
        ("<p>Tidak ada berita</p>", False),
    ],
)
def test_walking_on_until_a_whole_page_is_older(cards: str, goes_on: bool) -> None:
    assert pages(read(LISTING, cards + NEXT)) == ["/berita?page=2"] * goes_on


def test_a_page_with_nothing_new_is_the_last() -> None:
    ((_, second),) = read(LISTING, card("/berita/1000/rapat-warga") + NEXT).pages
    assert second.number == 2
    same = card("/berita/1000/rapat-warga") + '<a href="/berita?page=3">3</a>'
    assert pages(read(second, same, "/berita?page=2")) == []
    assert pages(read(second, same + card("/berita/2000/rapat-kota"), "/berita?page=2")) == ["/berita?page=3"]


def test_old_articles_beside_every_page_do_not_hide_that_it_is_older() -> None:
    popular = card("/2026/01/01/terpopuler-warga")
    ((_, second),) = read(LISTING, popular + card("/2023/04/02/rapat-warga") + NEXT).pages
    older = popular + card("/2023/03/02/rapat-warga") + '<a href="/berita?page=3">3</a>'
    assert pages(read(second, older, "/berita?page=2")) == []


def test_a_row_is_bounded() -> None:
    for number, goes_on in ((99, True), (100, False)):
        found = read(replace(LISTING, number=number), card("/berita/1000/rapat-warga") + f'<a href="?page={number + 1}">Next</a>')
        assert pages(found) == ["/berita?page=100"] * goes_on


def test_a_rule_says_what_follows() -> None:
    page = replace(LISTING, number=3, rule=f"{HOME}/indeks/2023-04-01/{{page}}")
    assert pages(read(page, card("/berita/1000/rapat-warga"), "/indeks/2023-04-01/3")) == ["/indeks/2023-04-01/4"]


def rss(generator: str, *dates: str) -> str:
    items = "".join(f"<item><link>{HOME}/berita/{n}000/rapat</link><pubDate>{at}</pubDate></item>" for n, at in enumerate(dates))
    return f'<rss version="2.0"><channel><generator>{generator}</generator>{items}</channel></rss>'


WORDPRESS = "https://wordpress.org/?v=6.4"
MAY, MARCH = "Mon, 01 May 2023 10:00:00 +0700", "Fri, 31 Mar 2023 10:00:00 +0700"


@pytest.mark.parametrize(
    ("path", "number", "body", "after"),
    [
        ("/feed/", 1, rss(WORDPRESS, MAY), ["/feed/?paged=2"]),
        ("/?feed=rss2", 1, rss(WORDPRESS, MAY), ["/?feed=rss2&paged=2"]),
        ("/feed/", 1, rss(WORDPRESS, MARCH), []),
        ("/feed/", 1, rss("Joomla!", MAY), []),
    ],
)
def test_older_entries_of_a_feed(path: str, number: int, body: str, after: list[str]) -> None:
    found = read(Page(APRIL, Kind.feed, number), body, path)
    assert (paths(found), pages(found)) == ([], after)


def test_a_feed_goes_on_as_it_began() -> None:
    ((url, second),) = read(Page(APRIL, Kind.feed), rss(WORDPRESS, MAY), "/feed/").pages
    body = rss(WORDPRESS, MAY, "Sat, 15 Apr 2023 10:00:00 +0700")
    found = read(second, body, url.removeprefix(HOME))
    assert (paths(found), pages(found)) == (["/berita/1000/rapat"], ["/feed/?paged=3"])


def test_sitemaps_of_an_index_that_can_hold_some() -> None:
    children = {
        "post-sitemap2023-04.xml": "2026-01-01",
        "post-sitemap2023-05.xml": "2026-01-01",
        "post-sitemap3.xml": "2023-03-31",  # nothing in it has changed since
        "post-sitemap4.xml": "2023-05-07",
        "berita.xml": "",
        "tag-sitemap.xml": "2023-04-07",
    }
    named = "".join(f"<sitemap><loc>{HOME}/{name}</loc><lastmod>{at}</lastmod></sitemap>" for name, at in children.items())
    many = "".join(f"<sitemap><loc>{HOME}/sitemap-{n}.xml</loc></sitemap>" for n in range(60))
    found = read(Page(APRIL, Kind.sitemap), f"<sitemapindex>{named}{many}</sitemapindex>", "/sitemap.xml")
    assert pages(found)[:3] == ["/post-sitemap2023-04.xml", "/post-sitemap4.xml", "/berita.xml"]
    assert len(found.pages) == 63
    assert {page.reads for _, page in found.pages} == {Kind.sitemap}


def test_indexes_of_indexes_end() -> None:
    """A site that answers every name with an index of new names."""
    index = "".join(f"<sitemap><loc>{HOME}/peta-{n}.xml</loc></sitemap>" for n in range(6_000))
    page, found = Page(APRIL, Kind.sitemap), []
    while read_ := read(page, f"<sitemapindex>{index}</sitemapindex>", "/peta.xml").pages:
        found.append(len(read_))
        page = read_[0][1]
    assert found == [5_000, 50, 50]


def test_all_of_a_sitemap_that_can_be_of_the_span() -> None:
    urls = {
        "/2023/04/09/rapat": "2026-01-01",  # changed since, but of April
        "/2023/05/09/rapat": "2023-04-09",
        "/berita/1000/rapat": "2023-04-30T23:00:00+07:00",
        "/berita/2000/rapat": "2023-05-01",
        "/berita/3000/rapat": "",
    }
    named = "".join(f"<url><loc>{HOME}{path}</loc><lastmod>{at}</lastmod></url>" for path, at in urls.items())
    many = "".join(f"<url><loc>{HOME}/2023/04/10/rapat-{n}</loc></url>" for n in range(6_000))
    raw = f"<urlset>{named}{many}<url><loc>https://lain.example/2023/04/09/rapat</loc></url></urlset>"
    found = read(Page(APRIL, Kind.sitemap), raw, "/sitemap.xml")
    assert paths(found)[:3] == ["/2023/04/09/rapat", "/berita/1000/rapat", "/berita/3000/rapat"]
    assert len(found.articles) == 6_003
    assert found.pages == ()


def test_a_home_page_names_where_to_go_on() -> None:
    feed = '<link rel="alternate" type="application/rss+xml" href="/feed/">'
    found = read(Page(APRIL, Kind.home), feed + card("/2023/04/09/rapat-warga") + '<a href="/page/2/">2</a>', "/", (f"{HOME}/peta.xml",))
    assert paths(found) == ["/2023/04/09/rapat-warga"]
    reads = {url.removeprefix(HOME): page.reads for url, page in found.pages}
    assert reads == {"/page/2/": Kind.listing, "/feed/": Kind.feed, "/peta.xml": Kind.sitemap}


@pytest.mark.parametrize(("reads", "reason"), [(Kind.feed, "html_instead"), (Kind.sitemap, "html_instead"), (Kind.listing, "bad_html")])
def test_what_is_none(reads: Kind, reason: str) -> None:
    with pytest.raises(Reject) as reject:
        read(Page(APRIL, reads), "" if reads is Kind.listing else "<html></html>")
    assert reject.value.reason == reason


def test_how_it_is_kept() -> None:
    page = Page(Span(date(2023, 4, 1)), Kind.listing, 7, f"{HOME}/{{page}}", frozenset({"a", "b"}))
    assert page_of(page_fields(page)) == page


@settings(max_examples=50, deadline=None)
@given(st.lists(st.sampled_from(["<a href='/2023/04/09/rapat-warga'>", "<div>", "</div>", "<time datetime='x'>", "9 April 2023", "</a>"])))
def test_no_page_is_too_odd(parts: list[str]) -> None:
    assert set(paths(read(LISTING, "<p>x</p>" + "".join(parts)))) <= {"/2023/04/09/rapat-warga"}

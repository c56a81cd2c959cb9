"""What people paste, and the address it is looked for under."""

from __future__ import annotations

import pytest

from cli.page_address import Address, address_of, article_ids
from services.crawler.discover.links import Kind, Link
from services.crawler.guard import Guard
from services.crawler.known import found, ids_of, part
from shared.sites import Site
from shared.urls import article_id
from tests.unit.crawler.test_known import NOW

SITES = (
    Site(id="kabar-metro.example", name="Kabar Metro", home="https://www.kabar-metro.example/", feeds=("https://umpan.example/metro",)),
    Site(id="pesisir.example", name="Pesisir", home="http://pesisir.example:8080/"),
)
ARTICLE = "https://www.kabar-metro.example/berita/2026/11/apel-siaga-di-metro"


def of(given: str, *allow: str) -> Address:
    return address_of(given, SITES, Guard(frozenset(allow)))


@pytest.mark.parametrize(
    "pasted",
    [
        ARTICLE,
        "www.kabar-metro.example/berita/2026/11/apel-siaga-di-metro",
        "  http://kabar-metro.example/berita/2026/11/apel-siaga-di-metro#komentar ",
        f"{ARTICLE}?utm_source=whatsapp&fbclid=IwAR0",
        f"{ARTICLE}?page=2",
        f"{ARTICLE}/amp",
        "https://m.kabar-metro.example/berita/2026/11/apel-siaga-di-metro?m=1",
        "HTTPS://AMP.Kabar-Metro.example:443/berita/2026/11/apel-siaga-di-metro",
    ],
)
def test_every_twin_is_known_by_the_ids_of_the_article(pasted: str) -> None:
    address = of(pasted)
    assert address.site == SITES[0]
    known = found(Link(ARTICLE, Kind.article), SITES[0], NOW)
    assert address.ids[0] == known.id
    assert ARTICLE in address.may_be_asked_as()
    assert article_id(ARTICLE) in article_ids(address.may_be_asked_as())


@pytest.mark.parametrize("pasted", ["kabar-metro.example", "http://www.kabar-metro.example/", "https://kabar-metro.example/#atas"])
def test_a_source_is_known_by_its_own_address_however_it_is_spelled(pasted: str) -> None:
    home = found(Link(SITES[0].home, Kind.home), SITES[0], NOW)
    assert home.id in of(pasted).ids


def test_a_further_page_of_an_address_of_its_own_is_known_by_it() -> None:
    article = found(Link(ARTICLE, Kind.article), SITES[0], NOW)
    assert part(article, f"{ARTICLE}/2").id in ids_of(f"{ARTICLE}/2")


@pytest.mark.parametrize(
    ("pasted", "reason"),
    [
        ("", "bad_url"),
        ("javascript:alert(1)", "bad_url"),
        ("mailto:redaksi@kabar-metro.example", "bad_url"),
        ("https://kabar-metro.example/\x00", "bad_url"),
        ("https://kabar-metro.example@jahat.example/", "bad_url"),
        ("ftp://kabar-metro.example/berita", "bad_url"),
        ("http://127.0.0.1/berita", "private_address"),
        ("http://[::1]/berita", "private_address"),
        ("http://169.254.169.254/latest/meta-data/", "private_address"),
        ("http://8.8.8.8:22/", "port_refused"),
    ],
)
def test_what_nobody_would_ask_for(pasted: str, reason: str) -> None:
    address = of(pasted)
    assert (address.refused, address.url) == (reason, "")


def test_a_private_address_may_be_allowed() -> None:
    assert of("http://127.0.0.1:8000/berita", "127.0.0.1:8000").refused is None


@pytest.mark.parametrize(
    ("pasted", "site", "source_of"),
    [
        ("https://kabar-metro.example/x", "kabar-metro.example", ()),
        ("http://pesisir.example:8080/x", "pesisir.example", ()),
        ("http://pesisir.example/x", None, ()),  # another port is another host
        ("https://umpan.example/metro", None, ("kabar-metro.example",)),
        ("https://lain.example/x", None, ()),
        ("https://metro.kabar-metro.example/x", None, ()),
        ("https://m.lain.example/x", None, ()),
    ],
)
def test_whose_it_is(pasted: str, site: str | None, source_of: tuple[str, ...]) -> None:
    address = of(pasted)
    assert (address.site and address.site.id, address.source_of) == (site, source_of)


def test_a_twin_on_another_host_is_looked_for_where_it_is_crawled() -> None:
    address = of("https://m.kabar-metro.example/berita/apel-siaga")
    assert (address.url, address.sought) == (
        "https://m.kabar-metro.example/berita/apel-siaga",
        "https://kabar-metro.example/berita/apel-siaga",
    )
    mobile = Site(id="m", name="m", home="https://m.kabar-metro.example/")
    own = address_of("https://m.kabar-metro.example/berita/apel-siaga", (*SITES, mobile), Guard())
    assert (own.site, own.sought) == (mobile, own.url)


@pytest.mark.parametrize(
    ("pasted", "dropped"),
    [
        ("https://kabar-metro.example/berita/apel-siaga-di-metro", None),
        ("https://kabar-metro.example/", None),
        ("https://kabar-metro.example/2026/11/", "calendar_trap"),
        ("https://kabar-metro.example/a/b/a/b/a/b/rapat-koordinasi", "repeating_path"),
        ("https://kabar-metro.example/tag/pilkada", "furniture"),
        ("https://umpan.example/berita/apel-siaga-di-metro", "other_host"),
    ],
)
def test_links_that_are_never_followed(pasted: str, dropped: str | None) -> None:
    assert of(pasted).never_followed == dropped

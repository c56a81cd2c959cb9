"""What a probe says of a site, and that the crawler finds by it what a person's entry would have found."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from demo.pages import build
from demo.serve import Newsroom, newsroom
from demo.stories import SITES, load_outlets
from services.crawler.crawl import Crawl
from services.crawler.discover.links import Kind
from services.crawler.fetch import Response, open_fetcher
from services.crawler.frontier import open_frontier
from services.crawler.probe.ask import Asking
from services.crawler.probe.check import check_site
from services.crawler.probe.entry import entry_of, site_id, site_kind
from services.crawler.probe.probe import Probed, probe
from services.crawler.probe.recognise import looks_of
from services.crawler.standing import read_progress
from shared.documents import SiteKind
from shared.lifecycle import Runtime
from shared.outcomes import Reject, Retry
from shared.settings import Settings
from shared.sites import Site, load_sites
from tests.unit.crawler.loopback import Loopback, answer, redirect, serving
from tests.unit.crawler.test_crawl import Remembering, page, rss

Make = Callable[..., Settings]
MakeRuntime = Callable[..., Runtime]
HOST = "situs.example"
HOME = f"http://{HOST}/"


@asynccontextmanager
async def asking(settings: Settings, home: str = HOME, pace: float = 0.0) -> AsyncIterator[Asking]:
    async with open_fetcher(settings) as fetcher:
        yield Asking(fetcher, home, "Kabar/0.1", 200_000, pace, lambda: datetime.now(UTC), time.monotonic, asyncio.sleep)


@pytest.fixture(scope="module")
def sample() -> Any:
    with newsroom(build(load_outlets())) as served:
        yield served


def pointed(served: Newsroom, make: Make, database: str) -> Settings:
    given = served.environment()
    hosts = dict(pair.split("=") for pair in given["KABAR_FETCH_HOSTS"].split(","))
    allow = frozenset({given["KABAR_FETCH_ALLOW"]})
    return make(fetch_hosts=hosts, fetch_allow=allow, mongo_database=database)


async def crawled(settings: Settings, site: Site, runtime: MakeRuntime) -> set[str]:
    """The articles a pass over the site publishes."""
    since, kafka, run = datetime.now(UTC), Remembering(), runtime(settings)
    async with open_frontier(settings, since) as frontier, open_fetcher(settings) as fetcher:
        work = asyncio.create_task(Crawl(run, (site,), frontier, fetcher, kafka, since).work())
        while True:
            if (await read_progress(settings.mongo_uri, settings.mongo_database)).finished is not None:
                break
            await asyncio.sleep(0.05)
        run.stopping.set()
        await work
    return {sent.url for sent in kafka.pages}


@pytest.mark.parametrize("own", load_sites(SITES), ids=lambda site: site.id)
async def test_a_probed_site_gives_the_articles_its_own_entry_gives(
    own: Site, sample: Newsroom, settings: Make, runtime: MakeRuntime, tmp_path: Path
) -> None:
    async with asking(pointed(sample, settings, "unused"), own.home) as polite:
        found = await probe(polite)
    file = tmp_path / "probed.toml"
    file.write_text(entry_of(found, own.region), encoding="utf-8")
    (probed,) = load_sites(file)
    assert (probed.id, probed.name, probed.home, probed.verified) == (own.id, own.name, own.home, False)
    name = own.id.replace(".", "_")
    by_person = await crawled(pointed(sample, settings, f"own_{name}"), own, runtime)
    by_probe = await crawled(pointed(sample, settings, f"probed_{name}"), probed, runtime)
    assert by_person
    assert by_probe >= by_person


@pytest.fixture
async def web() -> AsyncIterator[Loopback]:
    async with serving() as served:
        yield served


@pytest.fixture
def reaching(web: Loopback, settings: Make) -> Settings:
    return settings(fetch_hosts={HOST: web.target}, fetch_allow=frozenset({web.target}))


async def probed(reaching: Settings) -> Probed:
    async with asking(reaching) as polite:
        return await probe(polite)


HOME_PAGE = (
    b'<html lang="id"><head><title>Beranda | Kabar Desa</title><link rel="alternate" type="application/rss+xml" href="/umpan">'
    b'</head><body><a href="/berita">Berita</a><h2><a href="/berita/rapat-kerja-desa-sukamaju">x</a></h2></body></html>'
)


async def test_what_is_named_is_tried_and_what_fails_is_told(web: Loopback, reaching: Settings) -> None:
    web.pages = {"/": answer(HOME_PAGE), "/umpan": rss("/berita/1", "/berita/2"), "/berita/1": page("satu")}
    found = await probed(reaching)
    assert {(tried.link.url.removeprefix(HOME), tried.reason) for tried in found.tried} >= {("umpan", None), ("berita", "http_404")}
    assert found.taken(Kind.feed) == (f"{HOME}umpan",)
    assert [(sample.url.removeprefix(HOME), sample.reason) for sample in found.samples][:2] == [
        ("berita/1", None),
        ("berita/2", "http_404"),
    ]
    assert (found.looks.name, found.looks.language) == ("Kabar Desa", "id")


@pytest.mark.parametrize(
    ("pages", "error", "reason"),
    [
        ({"/robots.txt": answer(status=503)}, Retry, "http_5xx"),
        ({"/robots.txt": answer(b"User-agent: *\nDisallow: /", kind="text/plain")}, Reject, "robots_disallowed"),
        ({"/robots.txt": answer(b"User-agent: *\nCrawl-delay: 86400", kind="text/plain")}, Retry, "crawl_delay"),
        ({"/": redirect("http://lain.example/")}, Reject, "redirect_off_site"),
        ({"/": answer(status=404)}, Reject, "http_404"),
        ({"/": answer(b"<title>Just a moment...</title><div id='cf-challenge'>Checking your browser</div>")}, Reject, "challenge_page"),
    ],
)
async def test_a_site_that_cannot_be_read(
    pages: dict[str, Any], error: type[Exception], reason: str, web: Loopback, reaching: Settings
) -> None:
    web.pages = {"/": answer(HOME_PAGE)} | pages
    with pytest.raises(error, match=reason):
        await probed(reaching)


async def test_a_private_address_is_never_asked(web: Loopback, settings: Make) -> None:
    with pytest.raises(Reject, match="private_address"):
        await probed(settings(fetch_hosts={HOST: web.target}))
    assert web.asked == []


async def test_the_crawl_delay_is_kept(web: Loopback, reaching: Settings) -> None:
    web.pages = {"/robots.txt": answer(b"User-agent: *\nCrawl-delay: 7", kind="text/plain"), "/": answer(HOME_PAGE)}
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    async with open_fetcher(reaching) as fetcher:
        found = await probe(Asking(fetcher, HOME, "Kabar/0.1", 200_000, 0.0, lambda: datetime.now(UTC), lambda: 0.0, sleep))
    assert found.pace == 7.0
    assert slept == [0.0] + [7.0] * (found.requests - 1)


async def test_checking_an_entry(web: Loopback, reaching: Settings) -> None:
    web.pages = {"/umpan": rss("/berita/1"), "/berita/1": page("satu")}
    async with asking(reaching) as polite:
        right = await check_site(polite, Site(id=HOST, name="S", home=HOME, feeds=(f"{HOME}umpan",)))
        wrong = await check_site(polite, Site(id=HOST, name="S", home=HOME, feeds=(f"{HOME}tiada",)))
    assert [(each.what.split()[0], each.told, each.well) for each in right] == [
        ("feed", "1 × article", True),
        ("article", "can be read", True),
    ]
    assert [(each.what.split()[0], each.told.split()[0], each.well) for each in wrong] == [
        ("feed", "http_404", False),
        ("article", "no", False),
    ]


async def test_an_entry_is_right_however_long_a_pause_the_host_wants(web: Loopback, reaching: Settings) -> None:
    slow = answer(b"User-agent: *\nCrawl-delay: 3600", kind="text/plain")
    web.pages = {"/robots.txt": slow, "/umpan": rss("/berita/1"), "/berita": page("daftar"), "/berita/1": page("satu")}
    async with asking(reaching) as polite:
        told = await check_site(polite, Site(id=HOST, name="S", home=HOME, feeds=(f"{HOME}umpan",), listings=(f"{HOME}berita",)))
    assert [(each.what.split()[0], each.well) for each in told] == [("feed", True), ("crawl-delay", True)]
    assert told[-1].told.startswith("robots.txt wants 3,600 s between two requests")
    assert told[-1].told.endswith("asked for 1 of 2 sources and no article")
    assert web.paths == ["/robots.txt", "/umpan"]


@pytest.mark.parametrize(
    ("html", "system"),
    [
        ('<meta name="Generator" content="Drupal 10 (https://www.drupal.org)">', "drupal"),
        ("<meta name='generator' content='WordPress 6.8.2'>", "wordpress"),
        ('<link href="/wp-content/themes/x.css">', "wordpress"),
        ("<meta content='blogger' name='generator'>", "blogger"),
        ('<a href="/index.php/blog/read/8123/rapat">x</a>', "kpu_satker"),
        ("<p>biasa</p>", None),
    ],
)
def test_systems(html: str, system: str | None) -> None:
    assert looks_of(Response(HOME, 200, {}, html.encode())).system == system


@pytest.mark.parametrize(
    ("home", "name", "kind"),
    [
        ("https://www.detik.com/sumbagsel", "detik.com.sumbagsel", SiteKind.portal),
        ("https://madiunkota.bawaslu.go.id/", "madiunkota.bawaslu.go.id", SiteKind.bawaslu),
        ("https://kab-ngawi.kpu.go.id/", "kab-ngawi.kpu.go.id", SiteKind.kpu),
        ("https://malangkab.go.id/", "malangkab.go.id", SiteKind.government),
        ("http://127.0.0.1:8080/", "127.0.0.1", SiteKind.portal),
    ],
)
def test_ids_and_kinds(home: str, name: str, kind: SiteKind) -> None:
    assert (site_id(home), site_kind(home)) == (name, kind)

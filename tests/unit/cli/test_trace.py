"""`kabar trace` on a document store of its own, as crawler, extractor and store would have left it."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.crawler.discover.links import Kind, Link
from services.crawler.frontier import open_frontier
from services.crawler.known import found
from services.crawler.robots import RobotsFile
from services.crawler.validators import Validators
from services.store.repository import open_repository
from services.store.revisions import decide
from shared.dead import Failure, Record, bury
from shared.messages import PageFetched
from shared.settings import load_settings
from shared.sites import Site
from tests.integration.loopback_site import article as html
from tests.unit.cli.conftest import Kabar
from tests.unit.crawler.test_known import REVISITS
from tests.unit.store.archive.fetched import Folder, fetched
from tests.unit.store.pages import NO_EVENT, page
from tests.unit.store.telling import move

NOW = datetime(2026, 11, 26, 4, 0, tzinfo=UTC)
SITE = Site(id="situs.example", name="Situs", home="https://situs.example/")
NEWS, OPINION, LOST, LATE = (f"https://situs.example/berita/{slug}-di-kota-metro" for slug in ("apel-siaga", "opini", "galeri", "rapat"))
LOST_PAGE = fetched(url=LOST)
LETTER = bury(
    Record("kabar.page.fetched", 1, 7, b"situs.example", b"{}", (("correlation_id", LOST_PAGE.page_id.replace("pag_", "cor_").encode()),)),
    Failure("no_article", "12 characters\x1b[31m", 1, "extractor", NOW),
    LOST_PAGE,
)


@pytest.fixture
def left(store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """An article in an event, one without, a page that is none, and one on its way."""
    sites = tmp_path / "sites.toml"
    sites.write_text('[[site]]\nid = "situs.example"\nname = "Situs"\nhome = "https://situs.example/"\n', encoding="utf-8")
    monkeypatch.setenv("KABAR_SITES", str(sites))

    async def leave() -> None:
        settings = load_settings()
        async with open_frontier(settings, None) as frontier:
            known = [found(Link(url, Kind.article), SITE, NOW) for url in (NEWS, OPINION, LOST, LATE)]
            await frontier.add(known)
            for one in known:
                await frontier.save(one.used(NOW, Validators(), "sha256:a", REVISITS))
            await frontier.add_hosts(["situs.example"])
            await frontier.save_robots("situs.example", RobotsFile("User-agent: *\nDisallow: /dilarang", NOW))
        async with open_repository(store, settings.mongo_database) as repository:
            await repository.prepare()
            news, opinion = (decide(None, page(told, url=url)).article for told, url in (("apel", NEWS), (NO_EVENT, OPINION)))
            event = move(None, news)
            assert event is not None
            assert await repository.put_event(event, replacing=None)
            for article in (news, opinion):
                assert await repository.put_article(article, replacing=None)
            assert await repository.bury(LETTER)

    asyncio.run(leave())
    return store


def told(kabar: Kabar, *words: str) -> dict[str, object]:
    code, out, err = kabar("trace", *words, "--json")
    assert (code, err) == (0, "")
    answer: dict[str, object] = json.loads(out)
    return answer


@pytest.mark.parametrize(
    ("given", "end", "reason"),
    [
        (f"{NEWS}?utm_source=wa", "in_event", None),
        ("m.situs.example/berita/apel-siaga-di-kota-metro", "in_event", None),
        (f"{OPINION}/amp", "stored_without_event", None),
        (LOST.replace("https", "http"), "refused_by_extractor", "no_article"),
        (LATE, "fetched_not_yet_read", None),
        ("https://situs.example/dilarang/berita-rahasia-di-kota", "unheard_of", None),
        ("javascript:alert(1)", "bad_address", "bad_url"),
    ],
)
def test_an_address_as_people_paste_it(kabar: Kabar, left: str, given: str, end: str, reason: str | None) -> None:
    answer = told(kabar, given)
    assert (answer["given"], answer["end"], answer["reason"]) == (given, end, reason)


def test_for_people_the_last_line_is_the_end(kabar: Kabar, left: str) -> None:
    code, out, err = kabar("trace", LOST)
    assert (code, err) == (0, "")
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert lines[-1] == f"refused_by_extractor (no_article): {LETTER.id}: 12 characters·[31m"
    assert "robots 2026-11-26T04:00:00Z robots.txt allows it" in lines
    assert "frontier 2026-11-26T04:00:00Z first published to the extractor" in lines
    assert "\x1b" not in out


def test_robots_says_what_it_says_of_what_is_not_known(kabar: Kabar, left: str) -> None:
    assert "robots.txt forbids it" in kabar("trace", "https://situs.example/dilarang/berita-rahasia-di-kota")[1]


def test_by_the_id_of_an_article_or_of_a_page(kabar: Kabar, left: str) -> None:
    article = page(url=NEWS)
    by_article = told(kabar, article.id)
    assert (by_article["url"], by_article["end"], by_article["article"]) == (NEWS, "in_event", article.id)
    by_page = told(kabar, LOST_PAGE.page_id)
    assert (by_page["url"], by_page["end"]) == (LOST, "refused_by_extractor")


@pytest.mark.parametrize("key", ["art_none", "pag_none"])
def test_an_id_that_leads_nowhere(kabar: Kabar, left: str, key: str) -> None:
    sentence = f"Nothing is known of {key}: no article has this id, no page that is kept, and no dead letter.\n"
    assert kabar("trace", key) == (1, "", sentence)


def keep(folder: Path, *pages: PageFetched) -> None:
    with Folder(folder).keeping() as archive:
        for one in pages:
            assert archive.keep(one)


def test_a_kept_page_tells_under_which_address_its_article_is_held(
    kabar: Kabar, left: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two addresses of one article: the store keeps one of them, and only the page says where the other led."""
    text = ["Bawaslu Kota Metro menggelar apel siaga di lapangan, Selasa (14/11/2023), bersama para pengawas kecamatan dan kelurahan."] * 3
    body = html("Apel Siaga Digelar", text, published="2023-11-14T10:00:00+07:00")
    named = body.replace(b"<title>", f'<link rel="canonical" href="{NEWS}"><title>'.encode())
    late = fetched(named, url=LATE, site="situs.example")
    keep(tmp_path / "kept", late)
    monkeypatch.setenv("KABAR_ARCHIVE_DIR", str(tmp_path / "kept"))
    answer = told(kabar, LATE)
    assert (answer["end"], answer["article"]) == ("in_event", page(url=NEWS).id)
    by_page = told(kabar, late.page_id)
    assert (by_page["url"], by_page["end"]) == (LATE, "in_event")
    assert f"read just now it is {page(url=NEWS).id}, of {NEWS}" in " ".join(kabar("trace", LATE)[1].split())


def test_an_archive_that_is_away_costs_its_steps_alone(kabar: Kabar, left: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KABAR_ARCHIVE_DIR", str(tmp_path / "nowhere"))
    code, out, _ = kabar("trace", NEWS)
    assert code == 0
    assert "the kept pages cannot be had" in out
    assert out.splitlines()[-1].startswith("in_event: ")

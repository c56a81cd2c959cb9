"""`kabar pages` and the dry run of `kabar replay`, on kept pages and a document store of its own."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from services.store.archive.archive import INDEX
from services.store.repository import open_repository
from services.store.revisions import decide
from shared.documents import Article
from shared.settings import load_settings
from tests.unit.cli.conftest import Kabar
from tests.unit.store.archive.fetched import Folder, fetched

HTML = (
    b"<!doctype html><html lang=id><head><meta charset=utf-8><title>Bawaslu Gelar Rapat di Kota Metro</title>"
    b'<meta property="article:published_time" content="2023-11-14T10:00:00+07:00"></head><body><main><article>'
    b"<h1>Bawaslu Gelar Rapat di Kota Metro</h1><p>METRO - Bawaslu Kota Metro menggelar rapat koordinasi pengawasan di Hotel "
    b"<b>Grand</b> Skuntum, Selasa (14/11/2023). Kegiatan itu diikuti 21 orang dari lima kecamatan di kota tersebut.</p>"
    b"<p>Ketua Bawaslu mengatakan bahwa pengawasan partisipatif membutuhkan dukungan semua warga kota.</p></article></main></body></html>"
)


@pytest.fixture
def pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    """An article, and what is none."""
    folder = Folder(tmp_path / "kept")
    with folder.keeping() as archive:
        archive.keep(fetched(HTML))
        archive.keep(fetched(b"<html></html>", url="https://a.example/kosong"))
        archive.close()
    monkeypatch.setenv("KABAR_ARCHIVE_DIR", str(folder.path))
    monkeypatch.setenv("KABAR_EXTRACT_WORKERS", "1")
    return folder


def read(kabar: Kabar, tmp_path: Path) -> Article:
    (tmp_path / "page.html").write_bytes(HTML)
    page = fetched(HTML)
    code, out, _ = kabar("extract", str(tmp_path / "page.html"), "--url", page.url, "--fetched-at", page.fetched_at.isoformat())
    assert code == 0
    article = Article.model_validate_json(out)
    return article.model_copy(update={"provenance": article.provenance.model_copy(update={"page_id": page.page_id})})


def store_it(store: str, article: Article) -> None:
    async def put() -> None:
        async with open_repository(store, load_settings().mongo_database) as repository:
            await repository.prepare()
            assert await repository.put_article(decide(None, article).article, replacing=None)

    asyncio.run(put())


def test_a_dry_run_reports_by_field_and_reason_and_writes_nothing(kabar: Kabar, store: str, pages: Folder, tmp_path: Path) -> None:
    article = read(kabar, tmp_path)
    older = article.provenance.model_copy(update={"extractor": "kabar/0.0.1"})
    store_it(store, article.model_copy(update={"provenance": older, "section": "Daérah\x1b", "event": None}))
    code, out, err = kabar("replay", "--json")
    assert (code, err) == (0, "")
    told = json.loads(out)
    assert (told["articles"], told["fields"], told["put_back"]) == ({"changed": 1}, {"event": 1, "section": 1}, 0)
    assert told["examples"]["section"] == [{"article": article.id, "old": "Daérah\x1b", "new": article.section}]
    assert (sum(told["refused"].values()), told["refused_though_stored"]) == (1, {})
    assert json.loads(kabar("replay", "--json")[1]) == told
    code, out, err = kabar("replay", "--article", article.id)
    assert (code, err) == (0, "")
    assert "would change" in out
    assert "Daérah·" in out


def test_of_an_address_the_newest_page_that_is_an_article_counts(kabar: Kabar, store: str, pages: Folder, tmp_path: Path) -> None:
    with pages.keeping() as archive:
        archive.keep(fetched(HTML.replace(b"21 orang", b"22 orang"), 1))
        archive.keep(fetched(b"<html>sedang dalam perbaikan</html>", 2))
        archive.close()
    store_it(store, read(kabar, tmp_path))
    told = json.loads(kabar("replay", "--json")[1])
    assert told["articles"] == {"changed": 1}
    (body,) = told["examples"]["body"]
    assert ("21 orang" in body["old"], "22 orang" in body["new"]) == (True, True)
    assert sum(told["refused"].values()) == 1


def test_a_stored_article_whose_pages_give_none_is_told(kabar: Kabar, store: str, pages: Folder, tmp_path: Path) -> None:
    store_it(store, read(kabar, tmp_path).model_copy(update={"url": "https://a.example/kosong", "id": "art_kosong"}))
    told = json.loads(kabar("replay", "--json", "--article", "art_kosong")[1])
    assert (told["articles"], sum(told["refused"].values())) == ({}, 1)
    assert told["refused_though_stored"] == told["refused"]


def test_an_article_is_traced_to_its_bytes(kabar: Kabar, store: str, pages: Folder, tmp_path: Path) -> None:
    article = read(kabar, tmp_path)
    store_it(store, article)
    code, out, err = kabar("pages", "show", article.id)
    assert (code, err) == (0, "")
    (path,) = pages.files()
    assert path.name in out
    assert article.provenance.raw_digest in out
    at = HTML.index(b"21 orang")
    assert f"{at}-{at + 8}" in out


@pytest.mark.parametrize("words", [("pages", "show", "pag_none"), ("pages", "show", "art_none"), ("replay", "--article", "art_none")])
def test_what_is_not_there(kabar: Kabar, store: str, pages: Folder, words: tuple[str, ...]) -> None:
    code, out, err = kabar(*words)
    assert (code, out) == (1, "")
    assert words[-1] in err


def test_the_index_is_made_anew(kabar: Kabar, pages: Folder) -> None:
    (pages.path / INDEX).unlink()
    code, _, err = kabar("pages", "show", "pag_x")
    assert (code, err.startswith("The kept pages cannot be reached: ")) == (4, True)
    code, _, err = kabar("pages", "reindex")
    assert (code, err.splitlines()[-1]) == (0, "2 pages with 2 different bodies.")
    assert kabar("pages", "show", fetched(HTML).page_id)[0] == 0


def test_without_a_folder_a_sentence(kabar: Kabar, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KABAR_ARCHIVE_DIR", raising=False)
    for words in (("pages", "show", "pag_x"), ("pages", "reindex"), ("replay",)):
        code, out, err = kabar(*words)
        assert (code, out, err.startswith("KABAR_ARCHIVE_DIR: ")) == (2, "", True)


def test_for_good_needs_services_that_run(kabar: Kabar, pages: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("KABAR_KAFKA_SERVERS", "KABAR_MONGO_URI"):
        monkeypatch.delenv(name, raising=False)
    code, out, err = kabar("replay", "--for-good", "--data-dir", str(tmp_path / "none"))
    assert (code, out) == (1, "")
    assert "is not running" in err

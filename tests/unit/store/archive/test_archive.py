"""Pages put in and taken out, on real files, through rotation, kills and full disks."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.store.archive.archive import INDEX, open_archive
from services.store.archive.index import Choice
from services.store.archive.kept import about_of, answers_of, page_of
from services.store.archive.recover import recover
from services.store.archive.scan import Scan
from shared.outcomes import Outage, Reject
from tests.unit.store.archive.fetched import URL, Folder, fetched, read_back


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "kept")


def kept(folder: Folder) -> set[str]:
    with open_archive(folder.path) as archive:
        return {page_id for ids in archive.chosen(Choice()) for page_id in ids}


def test_a_page_comes_back_as_it_was_published(folder: Folder) -> None:
    page = fetched(b"<html>\r\n\r\n\x00\xff</html>", further=(b"dua", b""), headers={"content-type": "text/html", "etag": '"x"'})
    with folder.keeping() as archive:
        assert archive.keep(page)
        archive.close()
    with open_archive(folder.path) as reading:
        assert reading.page(page.page_id) == page
        assert reading.page("pag_none") is None
        assert len(reading.spots(page.page_id)) == 3


def test_another_reader_of_warc_reads_the_file(folder: Folder) -> None:
    page = fetched(b"satu", further=(b"dua",))
    with folder.keeping() as archive:
        archive.keep(page)
        archive.close()
    (path,) = folder.files()
    records = read_back(path)
    assert [(kind, payload) for kind, _, payload in records[1:3]] == [("response", b"satu"), ("response", b"dua")]
    assert [kind for kind, _, _ in records] == ["warcinfo", "response", "response", "metadata"]
    assert records[0][1]["WARC-Filename"] == path.name
    assert (records[1][1]["WARC-Target-URI"], records[1][1]["WARC-Date"]) == (URL, "2026-11-25T04:00:00.000000Z")
    assert records[2][1]["WARC-Target-URI"] == f"{URL}?page=2"


def test_a_redelivered_page_is_written_once(folder: Folder) -> None:
    with folder.keeping() as archive:
        assert [archive.keep(fetched()) for _ in range(3)] == [True, False, False]
        size = folder.files()[0].stat().st_size
    with folder.keeping() as archive:
        assert not archive.keep(fetched())
        archive.close()
    (path,) = folder.files()
    assert path.stat().st_size == size


def test_the_same_bytes_are_written_once(folder: Folder) -> None:
    first, again, part = fetched(b"satu", 0), fetched(b"satu", 1), fetched(b"lain", 2, further=(b"satu",))
    with folder.keeping() as archive:
        assert [archive.keep(page) for page in (first, again, part)] == [True] * 3
        archive.close()
    records = read_back(folder.files()[0])
    assert [kind for kind, _, _ in records] == [
        "warcinfo", "response", "metadata", "revisit", "metadata", "response", "revisit", "metadata",
    ]  # fmt: skip
    assert records[3][1]["WARC-Refers-To"] == records[1][1]["WARC-Record-ID"]
    assert records[3][1]["WARC-Refers-To-Date"] == records[1][1]["WARC-Date"]
    assert records[3][1]["WARC-Payload-Digest"] == records[1][1]["WARC-Payload-Digest"]
    with open_archive(folder.path) as reading:
        assert [reading.page(page.page_id) for page in (first, again, part)] == [first, again, part]
        assert reading.spots(again.page_id) == reading.spots(first.page_id)


def test_bytes_whose_file_is_lost_are_written_again(folder: Folder) -> None:
    with folder.keeping() as archive:
        archive.keep(fetched(b"satu", 0))
        archive.close()
        folder.files()[0].unlink()
        archive.keep(fetched(b"satu", 1))
        archive.close()
    with open_archive(folder.path) as reading:
        assert reading.page(fetched(b"satu", 1).page_id) == fetched(b"satu", 1)
        with pytest.raises(Reject, match="not there any more"):
            reading.page(fetched(b"satu", 0).page_id)


def test_files_are_ended_by_size_and_by_day(folder: Folder) -> None:
    folder.most = 8_000
    with folder.keeping() as archive:
        for minute in range(3):
            archive.keep(fetched(os.urandom(2_500), minute))
        assert folder.names() == ["kabar.warc.gz", "kabar.warc.gz.open"]
        folder.now += timedelta(days=1)
        archive.keep(fetched(b"besok", 9))
        assert folder.names() == ["kabar.warc.gz"] * 2 + ["kabar.warc.gz.open"]
        assert max(path.stat().st_size for path in folder.files()) <= 8_000
        archive.keep(fetched(os.urandom(20_000), 10))  # bigger than a file should be, and kept all the same
    assert len(kept(folder)) == 5


def test_a_file_cut_off_anywhere_is_read_up_to_there_and_never_appended_to(folder: Folder, tmp_path: Path) -> None:
    pages = [fetched(b"halaman %d" % minute, minute, further=(b"lanjutan",) if minute else ()) for minute in range(3)]
    ends = []
    with folder.keeping() as archive:
        for page in pages:
            archive.keep(page)
            ends.append(folder.files()[0].stat().st_size)
    content = folder.files()[0].read_bytes()
    for cut in range(0, len(content), 23):
        there = Folder(tmp_path / f"cut{cut}", opened=500)
        there.path.mkdir()
        (there.path / folder.files()[0].name).write_bytes(content[:cut])
        whole = [page for page, end in zip(pages, ends, strict=True) if end <= cut]
        with there.keeping() as archive:
            assert kept(there) == {page.page_id for page in whole}
            assert [archive.keep(page) for page in pages] == [page not in whole for page in pages]
            archive.close()
        with open_archive(there.path) as reading:
            assert [reading.page(page.page_id) for page in pages] == pages
        assert {name.partition(".")[2] for name in there.names()} == {"warc.gz"}
        assert sum(kind == "metadata" for path in there.files() for kind, _, _ in read_back(path)) == 3


def test_a_kill_between_the_file_and_the_index_costs_nothing(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(BaseException):
        pass

    def die(*_: object) -> bool:
        raise Killed

    with folder.keeping() as archive:
        archive.keep(fetched(b"satu", 0))
        with monkeypatch.context() as patch, pytest.raises(Killed):
            patch.setattr(archive.index, "add", die)
            archive.keep(fetched(b"dua", 1))
    with folder.keeping() as archive:
        assert not archive.keep(fetched(b"dua", 1))
        archive.close()
    assert len(kept(folder)) == 2


def test_the_index_is_made_anew_from_the_files(folder: Folder) -> None:
    folder.most = 3_000
    pages = [fetched(b"isi %d" % (minute % 3), minute) for minute in range(9)]
    with folder.keeping() as archive:
        for page in pages:
            archive.keep(page)
        archive.close()
    for path in folder.path.glob(f"{INDEX}*"):
        path.unlink()
    with pytest.raises(Outage), open_archive(folder.path):
        pass
    with folder.keeping() as archive:
        assert not any(archive.keep(page) for page in pages)
        assert [archive.page(page.page_id) for page in pages] == pages
        assert sum(done.pages for done in recover(folder.path, archive.index, anew=True)) == 9
        assert [archive.page(page.page_id) for page in pages] == pages


def test_a_lost_block_costs_the_pages_in_it_only(folder: Folder) -> None:
    pages = [fetched(os.urandom(3_000), minute) for minute in range(5)]
    with folder.keeping() as archive:
        for page in pages:
            archive.keep(page)
        (spot,) = archive.spots(pages[2].page_id)
        archive.close()
    with folder.files()[0].open("rb+") as file:
        file.seek(spot.place.start + 1_000)
        file.write(bytes(600))
    with open_archive(folder.path) as reading, pytest.raises(Reject, match="record_damaged"):
        reading.page(pages[2].page_id)
    for path in folder.path.glob(f"{INDEX}*"):
        path.unlink()
    with folder.keeping() as archive:
        assert kept(folder) == {page.page_id for page in pages} - {pages[2].page_id}
        assert archive.keep(pages[2])


def test_a_full_disk_is_an_outage_and_leaves_nothing_half_written(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    write, room = os.pwrite, 0

    def full(number: int, content: Any, at: int) -> int:
        if room <= 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(number, content[:100], at)

    with folder.keeping() as archive:
        archive.keep(fetched(b"satu", 0))
        size = folder.files()[0].stat().st_size
        with monkeypatch.context() as patch:
            patch.setattr(os, "pwrite", full)
            with pytest.raises(Outage, match="archive_full"):
                archive.keep(fetched(b"dua", 1))
            assert folder.files()[0].stat().st_size == size
            room = 1  # again, and short writes
            assert archive.keep(fetched(b"dua", 1))
        archive.close()
    assert [kind for kind, _, _ in read_back(folder.files()[0])] == ["warcinfo", "response", "metadata", "response", "metadata"]


def test_a_name_that_is_taken_is_not_taken_again(folder: Folder) -> None:
    with folder.keeping() as archive:
        archive.keep(fetched(b"satu", 0))
        archive.close()
        folder.opened = 0
        with pytest.raises(Outage, match="the name is taken"):
            archive.keep(fetched(b"dua", 1))
        assert archive.keep(fetched(b"dua", 1))
    assert len(kept(folder)) == 2


def test_a_page_nobody_could_read_is_refused(folder: Folder) -> None:
    with folder.keeping() as archive, pytest.raises(Reject, match="bad_page_body"):
        archive.keep(fetched().model_copy(update={"body_zstd": "AAAA"}))


def test_two_processes_share_a_folder(folder: Folder) -> None:
    with folder.keeping() as one, folder.keeping() as two:
        assert one.keep(fetched(b"satu", 0))
        assert not two.keep(fetched(b"satu", 0))
        assert two.keep(fetched(b"satu", 1))
        assert two.page(fetched(b"satu", 1).page_id) == fetched(b"satu", 1)
        assert folder.names() == ["kabar.warc.gz.open"] * 2
    assert len(kept(folder)) == 2


def test_pages_are_chosen_by_site_day_and_url_the_latest_first(folder: Folder) -> None:
    day = 24 * 60
    mine = [fetched(b"%d" % minute, minute) for minute in (0, day, 2 * day)]
    other = fetched(b"x", day, url="https://b.example/1", site="b.example")
    with folder.keeping() as archive:
        for page in (*mine, other):
            archive.keep(page)

        def chosen(**choice: Any) -> list[list[str]]:
            return sorted(archive.chosen(Choice(**choice)))

        newest_first = [page.page_id for page in reversed(mine)]
        assert chosen() == sorted([newest_first, [other.page_id]])
        assert chosen(site="a.example") == [newest_first]
        assert chosen(url=other.url) == [[other.page_id]]
        assert chosen(since=date(2026, 11, 27)) == [newest_first[:1]]
        assert chosen(site="a.example", until=date(2026, 11, 26)) == [newest_first[1:]]


def test_many_urls_are_read_in_batches(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.store.archive.index._BATCH", 3)
    pages = [fetched(b"x", minute, url=f"https://a.example/{minute // 2}") for minute in range(15)]
    with folder.keeping() as archive:
        for page in pages:
            archive.keep(page)
        found = list(archive.chosen(Choice()))
    assert sorted(page_id for ids in found for page_id in ids) == sorted(page.page_id for page in pages)
    assert len(found) == 8


def test_page_data_names_no_file_and_ends_no_line(folder: Folder) -> None:
    evil = "https://a.example/../../x\r\nWARC-Type: warcinfo\r\n\r\n"
    page = fetched(
        b"satu", url=evil, site="../../etc", headers={"content-type": "text/html\r\nx: y", "../a": "b", "content-encoding": "gzip"}
    )
    with folder.keeping() as archive:
        archive.keep(page)
        archive.close()
        assert archive.page(page.page_id) == page
    assert {path.name for path in folder.path.iterdir()} - {f"{INDEX}-wal", f"{INDEX}-shm"} == {INDEX, folder.files()[0].name}
    kinds = [(kind, payload) for kind, _, payload in read_back(folder.files()[0])]
    assert [kind for kind, _ in kinds] == ["warcinfo", "response", "metadata"]
    assert kinds[1][1] == b"satu"


@pytest.fixture(scope="module")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Folder]:
    yield Folder(tmp_path_factory.mktemp("shared") / "kept")


bodies = st.binary(max_size=300)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@given(body=bodies, further=st.lists(bodies, max_size=3), url=texts, headers=st.dictionaries(texts, texts, max_size=3))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_whatever_is_in_a_page_comes_back(
    shared_folder: Folder, body: bytes, further: list[bytes], url: str, headers: dict[str, str]
) -> None:
    page = fetched(body, url=url, further=tuple(further), headers=headers)
    with shared_folder.keeping() as archive:
        known = archive.index.page(page.page_id) is not None
        assert archive.keep(page) is not known
        if not known:
            assert archive.page(page.page_id) == page


@given(body=bodies, further=st.lists(bodies, max_size=3))
def test_a_page_is_its_bodies_and_the_rest(body: bytes, further: list[bytes]) -> None:
    page = fetched(body, further=tuple(further))
    answers = answers_of(page)
    assert [answer.body for answer in answers] == [body, *further]
    assert page_of(about_of(page, answers), [answer.body for answer in answers]) == page
    with pytest.raises(Reject, match="record_damaged"):
        page_of(about_of(page, answers), [b"lain-lain" + body, *further])


def test_bodies_together_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.store.archive.kept.MOST_BYTES", 10)
    assert len(answers_of(fetched(b"12345", further=(b"12345",)))) == 2
    with pytest.raises(Reject, match="page_too_big"):
        answers_of(fetched(b"12345", further=(b"123456",)))


@given(noise=st.binary(max_size=400))
def test_noise_has_no_pages(tmp_path_factory: pytest.TempPathFactory, noise: bytes) -> None:
    path = tmp_path_factory.mktemp("noise") / "x"
    path.write_bytes(noise + b"\x1f\x8b\x08" + noise)
    with path.open("rb") as file:
        scan = Scan(file)
        assert (list(scan), scan.end) == ([], 0)

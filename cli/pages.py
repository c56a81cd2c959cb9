"""`kabar pages`: the pages kept: where the bytes of an article lie, and the index made anew."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.evidence import facts
from cli.replay import archive_folder
from cli.run import DATA_DIR, FAILED, DataDir, fail, run, say
from cli.shown import console, table, utc
from deploy.local.reach import reach_documents
from services.store.archive.archive import INDEX, Archive, archive_errors, open_archive
from services.store.archive.index import Spot, open_index
from services.store.archive.kept import answers_of
from services.store.archive.records import digest_of
from services.store.archive.recover import recover
from services.store.archive.trace import find_words
from services.store.reader import open_reader
from shared.messages import PageFetched
from shared.outcomes import Reject
from shared.settings import load_settings


def show_page(
    key: Annotated[str, typer.Argument(metavar="ID", help="Id of an article (art_…) or of a page (pag_…).")],
    raw: Annotated[bool, typer.Option("--raw", help="Write the bytes of the page as they were received, nothing else.")] = False,
    data_dir: DataDir = DATA_DIR,
) -> None:
    """The kept page an article was read from: WARC file and offset of its bytes, and where in them the evidence stands."""
    run(_show(key, raw, data_dir))


def reindex() -> None:
    """Make the index of the kept pages anew from the WARC files. The store may go on meanwhile, and waits."""
    run(_reindex())


async def _show(key: str, raw: bool, data_dir: Path) -> None:
    folder = archive_folder(load_settings())
    article = await _article(key, data_dir) if key.startswith("art_") else None
    page_id = article["provenance"]["page_id"] if article else key
    with open_archive(folder) as archive:
        page, spots = _kept(archive, page_id)
    bodies = [answer.body for answer in answers_of(page)]
    if raw:
        sys.stdout.buffer.write(b"".join(bodies))
        sys.stdout.buffer.flush()
        return
    _print_page(page, spots, bodies, folder)
    if article:
        _print_evidence(article, bodies)


async def _article(key: str, data_dir: Path) -> dict[str, Any]:
    async with reach_documents(data_dir) as uri, open_reader(uri, load_settings().mongo_database) as reader:
        article = await reader.article(key)
    if article is None:
        fail(f"There is no article {key}: kabar export articles names those there are.", FAILED)
    assert article is not None
    return article


def _kept(archive: Archive, page_id: str) -> tuple[PageFetched, list[Spot]]:
    try:
        page, spots = archive.page(page_id), archive.spots(page_id)
    except Reject as damaged:
        fail(f"Page {page_id} cannot be read: {damaged.detail}.", FAILED)
    if page is None:
        fail(f"Page {page_id} is not kept.", FAILED)
    assert page is not None
    return page, spots


def _print_page(page: PageFetched, spots: list[Spot], bodies: list[bytes], folder: Path) -> None:
    told = [("url", page.url), ("answered by", page.final_url), ("fetched", utc(page.fetched_at)), ("status", str(page.status))]
    told.append(("kept in", str(folder)))
    console().print(table(page.page_id, ("what", "value"), told))
    files = [next(folder.glob(f"{spot.file}.warc.gz*"), Path(spot.file)).name for spot in spots]
    rows = [
        (number, len(body), digest_of(body), file, spot.place.start)
        for number, (file, spot, body) in enumerate(zip(files, spots, bodies, strict=True))
    ]
    console().print(table("\nIts bytes", ("body", "bytes", "digest", "file", "offset"), rows))


def _print_evidence(article: Mapping[str, Any], bodies: list[bytes]) -> None:
    words = [(fact.field, article["body"][slice(*fact.span)]) for fact in facts(article["event"] or {}) if fact.span]
    rows = [(field, text, *_where(text, bodies)) for field, text in words]
    console().print(
        table(
            "\nWhere its evidence stands in them" if rows else "\nIt has no evidence", ("field", "words", "body", "from byte to byte"), rows
        )
    )


def _where(words: str, bodies: list[bytes]) -> tuple[str, str]:
    found = find_words(words, bodies)
    return ("-", "-") if found is None else (str(found[0]), f"{found[1]}-{found[2]}")


async def _reindex() -> None:
    folder = archive_folder(load_settings())
    with archive_errors(), open_index(folder / INDEX) as index:
        for done in recover(folder, index, anew=True):
            say(f"{done.file}: {done.pages} pages; {done.skipped} bytes of no use, {done.cut} cut off.")
        pages, bodies = index.count()
    say(f"{pages} pages with {bodies} different bodies.")

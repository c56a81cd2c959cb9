"""`kabar extract`: a page in, its article out, with no broker."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, BinaryIO

import typer
from pydantic import AwareDatetime, BaseModel, ValidationError
from pydantic_core import from_json, to_json
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from services.extractor.answers import ReadingFailed
from services.extractor.pool import Pool, open_pool
from shared.envelope import pack_body
from shared.messages import PageFetched, PageSite
from shared.outcomes import Outage, Reject, Retry
from shared.settings import Settings, SettingsError, load_settings
from shared.urls import canonical_url, host_of, page_id

REJECTED, USAGE = 1, 2
# Records waiting for each worker: enough to keep it busy, few enough to keep memory small.
_AHEAD = 4


class Record(BaseModel):
    """One line of `--jsonl`."""

    id: str | int
    url: str
    html: str
    fetched_at: AwareDatetime


def extract(
    source: Annotated[str, typer.Argument(metavar="[FILE|URL|-]", help="A page as a file, its address, or - for standard input.")] = "-",
    url: Annotated[
        str | None, typer.Option(help="Where the page in the file came from. Without it an address is made from its bytes.")
    ] = None,
    fetched_at: Annotated[str | None, typer.Option(help="When it was fetched, as 2026-11-23T04:00:00Z. Default: now.")] = None,
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help='Read records {"id","url","html","fetched_at"}, one a line; answer each, in order.')
    ] = False,
) -> None:
    """Read a page and print its article as JSON. Exit 0; 1 if the page is no article (the reason is printed); 2 for a wrong call."""
    try:
        if jsonl:
            _extract_records(source, load_settings())
        else:
            _extract_page(source, _address(url), _instant(fetched_at), load_settings())
    except Reject as reject:
        _fail(f"Rejected: {reject.reason}{f' ({reject.detail})' if reject.detail else ''}.", REJECTED)
    except Outage as outage:
        _fail(f"Nothing can be read: {outage.detail or outage.reason}.", REJECTED)
    except Retry as retry:
        _fail(f"The page cannot be fetched now: {retry.reason}.", REJECTED)
    except ReadingFailed as failure:
        _fail(f"Kabar failed on this page; please report it: {failure}.", REJECTED)
    except BrokenPipeError:
        # Whoever read the answers has had enough; at exit Python would try to flush once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(REJECTED) from None
    except OSError as error:
        _fail(f"{error.filename} cannot be read: {error.strerror}.", USAGE)
    except (SettingsError, ValueError) as error:
        _fail(f"{error}".rstrip(".") + ".", USAGE)


def _fail(sentence: str, code: int) -> None:
    typer.echo(sentence, err=True)
    raise typer.Exit(code)


def _address(url: str | None) -> str | None:
    """Raises `ValueError` with a sentence."""
    try:
        return canonical_url(url) if url is not None else None
    except Reject:
        raise ValueError(f"--url is no web address: {url!r}") from None


def _instant(text: str | None) -> datetime:
    """Raises `ValueError` with a sentence."""
    if text is None:
        return datetime.now(UTC)
    with contextlib.suppress(ValueError):
        instant = datetime.fromisoformat(text)
        if instant.tzinfo is not None:
            return instant
    raise ValueError(f"--fetched-at is an instant with its zone, as 2026-11-23T04:00:00Z, not {text!r}")


def _extract_page(source: str, url: str | None, fetched_at: datetime, settings: Settings) -> None:
    if source.startswith(("http://", "https://")):
        page = asyncio.run(_fetch(source, fetched_at, settings))
    else:
        html = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
        page = packed_page(html, url or f"https://page.invalid/{hashlib.sha256(html).hexdigest()[:20]}", fetched_at)
    with reading_pool(1, settings) as pool:
        typer.echo(pool.read(page).model_dump_json())


async def _fetch(url: str, fetched_at: datetime, settings: Settings) -> bytes:
    """The page at an address, through the crawler's guard and limits. Raises `Reject` and `Retry` as its fetching does."""
    from services.crawler.fetch import open_fetcher
    from services.crawler.follow import follow
    from services.crawler.pages import check_page, check_status

    async def turn(_url: str) -> None:
        """One page for one person waits for no pace."""

    async with open_fetcher(settings) as fetcher:
        arrival = await follow(fetcher, canonical_url(url), turn=turn, max_bytes=settings.fetch_max_bytes)
    check_status(arrival, fetched_at)
    check_page(arrival)
    response = arrival.response
    return packed_page(response.body, response.url, fetched_at, content_type=response.headers.get("content-type", ""))


def packed_page(html: bytes, url: str, fetched_at: datetime, content_type: str = "") -> bytes:
    """The page as the workers take it. Raises `Reject("bad_url")`."""
    canonical = canonical_url(url)
    digest = "sha256:" + hashlib.sha256(html).hexdigest()
    message = PageFetched(
        page_id=page_id(canonical, digest, fetched_at.isoformat()),
        site=PageSite(id=host_of(canonical), name=host_of(canonical)),
        url=canonical,
        final_url=canonical,
        status=200,
        headers={"content-type": content_type} if content_type else {},
        fetched_at=fetched_at,
        raw_digest=digest,
        body_zstd=pack_body(html),
    )
    return message.model_dump_json().encode()


def _extract_records(source: str, settings: Settings) -> None:
    with _open_lines(source) as lines, reading_pool(settings.extract_workers, settings) as pool:
        total = None if source == "-" else _count(Path(source))
        for answer in _watched(_answers(lines, pool), total):
            sys.stdout.buffer.write(answer + b"\n")
            sys.stdout.buffer.flush()


@contextlib.contextmanager
def reading_pool(size: int, settings: Settings) -> Iterator[Pool]:
    with open_pool(size, settings.extract_seconds, settings.extract_memory_mb, lambda _reason: None) as pool:
        yield pool


def _answers(lines: Iterable[bytes], pool: Pool) -> Iterator[bytes]:
    """The answer to every line, in order, all workers busy."""
    threads = ThreadPoolExecutor(pool.size)
    waiting: deque[Future[bytes]] = deque()
    try:
        for line in lines:
            if line.strip():
                waiting.append(threads.submit(_answer, line, pool))
            if len(waiting) > _AHEAD * pool.size:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        threads.shutdown(cancel_futures=True)


def _answer(line: bytes, pool: Pool) -> bytes:
    name: str | int | None = None
    try:
        name = _name_of(line)
        record = Record.model_validate_json(line)
        article = pool.read(packed_page(record.html.encode("utf-8", "replace"), record.url, record.fetched_at))
        return b'{"id":%b,"article":%b}' % (to_json(name), article.model_dump_json().encode())
    except (ValidationError, ValueError):
        reason = "invalid_record"
    except Reject as reject:
        reason = reject.reason
    except ReadingFailed:
        reason = "reading_failed"
    return to_json({"id": name, "rejected": {"reason": reason}})


def _name_of(line: bytes) -> str | int | None:
    """The record's id, also where the rest of it is of no use."""
    data = from_json(line)
    name = data.get("id") if isinstance(data, dict) else None
    return name if isinstance(name, str | int) and not isinstance(name, bool) else None


@contextlib.contextmanager
def _open_lines(source: str) -> Iterator[BinaryIO]:
    if source == "-":
        yield sys.stdin.buffer
    else:
        with Path(source).open("rb") as lines:
            yield lines


def _count(file: Path) -> int:
    with file.open("rb") as lines:
        return sum(1 for line in lines if line.strip())


def _watched(answers: Iterator[bytes], total: int | None) -> Iterator[bytes]:
    """A progress bar on standard error where a person watches."""
    console = Console(stderr=True)
    columns = (TextColumn("reading"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        yield from progress.track(answers, total=total)

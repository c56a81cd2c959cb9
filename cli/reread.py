"""Kept pages through the current extractor, several at a time, against the store: one outcome a URL."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from cli.extract import reading_pool
from services.extractor.answers import ReadingFailed
from services.extractor.pool import Pool
from services.store.archive.archive import Archive
from services.store.archive.index import Choice
from services.store.replay import Reread, reread
from services.store.repository import Repository
from shared.documents import Article
from shared.messages import PageFetched
from shared.outcomes import Reject
from shared.settings import Settings

# URLs in hand for each worker: enough to keep it busy, few enough to keep memory small.
_AHEAD = 2


@dataclass(frozen=True)
class Outcome:
    """Of one URL: the newest of its pages that is an article, and what would come of it; or why none is, and whether we hold one."""

    page: PageFetched | None = None
    reread: Reread | None = None
    refused: str = ""
    held: bool = False


class Rereader:
    """Reads for as long as `rereading` lasts."""

    def __init__(self, archive: Archive, repository: Repository, pool: Pool, threads: ThreadPoolExecutor) -> None:
        self._archive, self._repository, self._pool, self._threads = archive, repository, pool, threads

    async def outcomes(self, choice: Choice) -> AsyncIterator[Outcome]:
        """One for each chosen URL, in the index's order. Raises `Outage` as archive, store and pool do."""
        waiting: deque[asyncio.Task[Outcome]] = deque()
        try:
            for ids in self._archive.chosen(choice):
                waiting.append(asyncio.create_task(self._outcome(ids)))
                if len(waiting) > _AHEAD * self._pool.size:
                    yield await waiting.popleft()
            while waiting:
                yield await waiting.popleft()
        finally:
            for task in waiting:
                task.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)

    async def _outcome(self, ids: list[str]) -> Outcome:
        """The newest page counts; one before it only where that is no article, as a notice of maintenance."""
        reasons, url = [], None
        for page_id in ids:
            try:
                page = self._archive.page(page_id)
                url = page and page.url
                if page is not None:
                    article = await self._read(page)
                    return Outcome(page, reread(await self._repository.article(article.id), article))
            except Reject as reject:
                reasons.append(reject.reason)
            except ReadingFailed:
                reasons.append("reading_failed")
        held = bool(url and await self._repository.articles_at(url))
        return Outcome(refused=reasons[0] if reasons else "record_damaged", held=held)

    async def _read(self, page: PageFetched) -> Article:
        request = page.model_dump_json().encode()
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._pool.read, request)


@contextmanager
def rereading(archive: Archive, repository: Repository, settings: Settings) -> Iterator[Rereader]:
    """With the extractor's own workers and limits, ended with the block."""
    with reading_pool(settings.extract_workers, settings) as pool:
        threads = ThreadPoolExecutor(pool.size)
        try:
            yield Rereader(archive, repository, pool, threads)
        finally:
            # The pages in hand are read to their end, seconds at most: a worker ended under its page would be started anew.
            threads.shutdown(cancel_futures=True)

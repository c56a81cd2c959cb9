"""PageFetched → ArticleExtracted, or the reason there is none."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import Executor
from contextvars import copy_context

from services.extractor.pool import Pool
from shared.broker import Delivered
from shared.messages import ArticleExtracted, Message, PageFetched
from shared.tracing import span


class Router:
    """The extractor's handler. `threads` has one thread a worker: each waits for its worker's answer."""

    def __init__(self, pool: Pool, threads: Executor) -> None:
        self._pool, self._threads = pool, threads

    async def on_page(self, delivered: Delivered[PageFetched]) -> Sequence[Message]:
        """The article of a page. Raises `Reject` with the reason for a page that has none."""
        request = delivered.message.model_dump_json().encode()
        with span("extract"):
            # In its thread too, what is logged and traced says which page it is about.
            here = copy_context()
            article = await asyncio.get_running_loop().run_in_executor(self._threads, here.run, self._pool.read, request)
        return [ArticleExtracted(article=article)]

"""PageFetched → kept, in a group of its own: a disk that is full or away holds up nothing else, and loses nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, asynccontextmanager, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from services.store.archive.archive import INDEX, Keeping, archive_errors
from services.store.archive.index import open_index
from services.store.archive.recover import recover
from services.store.archive.warc_files import Writer
from shared.broker import Delivered
from shared.disk import watching_disk
from shared.lifecycle import Runtime
from shared.messages import Message, PageFetched
from shared.outcomes import Outage, Reject
from shared.telemetry import Logger, Metrics
from shared.tracing import span

GROUP = "kabar-keeper"

T = TypeVar("T")


class Keeper:
    """The handler, and whether it can do its work. All that touches the disk is done by one thread, one page at a time."""

    def __init__(self, opening: Callable[[], AbstractContextManager[Keeping]], metrics: Metrics) -> None:
        self._opening, self._metrics = opening, metrics
        self._thread = ThreadPoolExecutor(1, "keeper")
        self._opened = ExitStack()
        self._archive: Keeping | None = None
        self._well = True

    async def on_page(self, delivered: Delivered[PageFetched]) -> Sequence[Message]:
        """Keep the page, once. Raises `Outage`, so that it comes again, while the folder cannot be written to."""
        try:
            with span("keep"):
                new = await self._in_thread(lambda archive: archive.keep(delivered.message))
        except Reject:
            # The extractor says so, and its dead letter has the bytes.
            self._metrics.saved("pages", "refused")
            return ()
        if new:
            self._metrics.saved("pages", "created")
        return ()

    async def ping(self) -> bool:
        """Could the last page be kept."""
        return self._well

    async def start(self) -> None:
        """See to what an earlier process left behind. Not being able to is no reason not to start: the first page tries again."""
        with suppress(Outage):
            await self._in_thread(lambda _archive: True)

    async def close(self) -> None:
        """End the file there is."""
        if self._archive is not None:
            with suppress(Outage):
                await self._in_thread(Keeping.close)
        self._thread.shutdown()
        self._opened.close()

    async def _in_thread(self, work: Callable[[Keeping], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._work, work)

    def _work(self, work: Callable[[Keeping], T]) -> T:
        """After an outage everything is opened anew: the folder may be another, and a page half written is cut off."""
        try:
            if self._archive is None:
                self._archive = self._opened.enter_context(self._opening())
            done = work(self._archive)
        except Outage:
            self._well, self._archive = False, None
            self._opened.close()
            raise
        self._well = True
        return done


@contextmanager
def open_keeping(folder: Path, most_bytes: int, now: Callable[[], datetime], random: Callable[[], float], log: Logger) -> Iterator[Keeping]:
    """The archive in `folder`, which is made if only it is missing, with everything found in it known. Raises `Outage`."""
    writer = Writer(folder, most_bytes, lambda: f"{int(random() * 2**32):08x}")
    with archive_errors():
        folder.mkdir(exist_ok=True)
        with open_index(folder / INDEX) as index:
            for done in recover(folder, index):
                log.info("archive_recovered", file=done.file, pages=done.pages, skipped=done.skipped, cut_bytes=done.cut)
            try:
                yield Keeping(folder, index, writer, now)
            finally:
                writer.drop()


@asynccontextmanager
async def keeping(run: Runtime) -> AsyncIterator[Keeper | None]:
    """A keeper at work, whose file is ended with the block; None where no folder is set."""
    folder = run.settings.archive_dir
    if folder is None:
        yield None
        return
    most = run.settings.archive_file_mb * 1_000_000
    keeper = Keeper(lambda: open_keeping(folder, most, run.now, run.random, run.log), run.metrics)
    # Beside the rest: an index made anew from many files takes minutes, and articles need not wait for it.
    starting = asyncio.create_task(keeper.start())
    try:
        async with watching_disk("archive", folder, run.metrics):
            yield keeper
    finally:
        await starting
        await keeper.close()

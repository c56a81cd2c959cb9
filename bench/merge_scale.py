"""What a merge decision costs among 1,000 articles and among 100,000: `python -m bench.merge_scale [ARTICLES]`.

A decision is one late report settled: whatever it may belong with read from the store, compared, and the events that it moves written and
announced (to nobody). The store is an embedded one of its own in a temporary folder; it is filled in bulk with what it would hold had
every report come in by itself (`bench/corpus.py`). Its history is left out, for no decision reads it. Nothing is remembered of earlier
decisions either time.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from time import perf_counter

from bench.corpus import REPORTS, Season, season, towns
from deploy.local.documents import DocumentStore
from services.store.clusters import Evidence
from services.store.repository import Database, Repository, as_stored, open_database
from services.store.revisions import SavedArticle
from services.store.settle import Settler
from shared.messages import Message
from shared.telemetry import Metrics
from tests.merging.invented import Town

MOST_RATIO = 3.0
_AHEAD, _BATCH = 2, 100
# With the 128 MB of the local stack it stops answering while it is filled.
_CACHE = "1G"


@asynccontextmanager
async def empty_store() -> AsyncIterator[Database]:
    """A document store of our own, with its indexes, for as long as the block lasts."""
    with tempfile.TemporaryDirectory(prefix="kabar-scale-") as folder:
        store = DocumentStore(Path(folder), cache=_CACHE)
        try:
            await store.start()
            async with open_database(store.uri, "bench") as database:
                await Repository(database).prepare()
                yield database
        finally:
            await store.kill()


def seasons(numbers: Iterable[int], places: tuple[Town, ...]) -> Iterator[Season]:
    """Those, made in a process of their own while the store takes in the ones before."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as maker:
        left = iter(numbers)
        coming = [maker.submit(season, number, places) for number in islice(left, _AHEAD)]
        while coming:
            made = coming.pop(0).result()
            coming += [maker.submit(season, number, places) for number in islice(left, 1)]
            yield made


async def fill(database: Database, made: Season) -> None:
    for collection, documents in (("articles", made.articles), ("events", made.events)):
        for at in range(0, len(documents), _BATCH):
            await database[collection].insert_many(map(as_stored, documents[at : at + _BATCH]), ordered=False)


async def decide_ms(database: Database, late: Iterable[SavedArticle]) -> float:
    """Milliseconds a decision, the median; each report saved first, as always."""
    repository, took = Repository(database), []
    settler = Settler(repository, _nobody, Metrics("store"), Evidence())
    for article in late:
        await repository.put_article(article, replacing=None)
        began = perf_counter()
        await settler.settle(article, "cor_bench", announce_again=False)
        took.append((perf_counter() - began) * 1000)
    return median(took)


async def _nobody(_message: Message, _correlation_id: str) -> None:
    return None


async def measure(articles: int) -> tuple[float, float]:
    """Milliseconds a decision among 1,000 and among so many articles, each while nothing else is at work; the latter of a season
    half-way."""
    number, places = articles // REPORTS, towns()
    async with empty_store() as database:
        made = season(0, places)
        await fill(database, made)
        few, late = await decide_ms(database, made.late), made.late
        for at, made in enumerate(seasons(range(1, number), places), 1):
            await fill(database, made)
            late = made.late if at == number // 2 else late
        return few, await decide_ms(database, late)


def main() -> int:
    """Exit 1 if it costs more than three times as much."""
    articles = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    few, many = asyncio.run(measure(articles))
    ratio = many / few
    print(f"a merge decision among {REPORTS:,} articles {few:.1f} ms, {articles:,} {many:.1f}: ratio {ratio:.2f} (at most {MOST_RATIO:g})")
    return int(ratio > MOST_RATIO)


if __name__ == "__main__":
    raise SystemExit(main())

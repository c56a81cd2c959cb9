"""What it costs to settle a new report where the store holds 1,000 articles, and where it holds 100,000: python -m bench.merge_scale

A real document store, filled in bulk with invented months (tests/merging), each as dense as the other; the reports of the month after are
settled one by one. Exit 1 if the decision costs more than five times as much.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from deploy.local.documents import DocumentStore
from services.store.blocking import bands
from services.store.repository import Database, Repository, open_database
from shared.documents import Article
from shared.urls import article_id, event_id
from tests.merging.arriving import Arrivals
from tests.merging.generator import generate
from tests.merging.memory import Memory

FEW, MANY, LATE, BAR = 1_000, 100_000, 60, 5.0
# Longer than the generator's month with its days before and after: months do not touch.
_MONTH = timedelta(days=40)
_HASH, _BATCH = 8, 250


def main() -> int:
    """Measure, print, and say by the exit code whether it is within the bar."""
    return asyncio.run(_measured())


async def _measured() -> int:
    reports = [report.article for report in generate(2026, articles=FEW)]
    held = Memory()
    await Arrivals(held).take(reports[:-LATE])
    with tempfile.TemporaryDirectory(prefix="kabar-merge-") as folder:
        store = DocumentStore(Path(folder))
        await store.start()
        try:
            async with open_database(store.uri, "bench") as database:
                await Repository(database).prepare()
                few = await _cost(database, held, reports[-LATE:], range(1))
                many = await _cost(database, held, reports[-LATE:], range(1, MANY // FEW))
        finally:
            await store.kill()
    ratio = many / few
    print(f"settling a report {few:.1f} ms among {FEW:,} articles, {many:.1f} ms among {MANY:,}: ratio {ratio:.2f} (at most {BAR:.0f})")
    return 0 if ratio <= BAR else 1


async def _cost(database: Database, held: Memory, late: Sequence[Article], months: range) -> float:
    """Fill these months, and settle the late reports of the last. Returns the median of a report, in milliseconds."""
    articles = [article.model_dump(mode="json") for article in held.articles.values()]
    events = [event.model_dump(mode="json") for event in held.events.values()]
    for month in months:
        for start in range(0, len(articles), _BATCH):
            batch = [_article(article, month) for article in articles[start : start + _BATCH]]
            await database["articles"].insert_many(batch, ordered=False)
        await database["events"].insert_many([_event(event, month) for event in events], ordered=False)
    arrivals, costs = Arrivals(Repository(database)), []
    for article in late:
        moved = Article.model_validate(_article(article.model_dump(mode="json"), months[-1]))
        begun = time.perf_counter()
        await arrivals.take([moved])
        costs.append((time.perf_counter() - begun) * 1_000)
    return statistics.median(costs)


def _article(article: Mapping[str, Any], month: int) -> dict[str, Any]:
    """The same so many months later, in other words."""
    made = {**_later(article, month), "url": _url(article["url"], month), "canonical_url": _url(article["url"], month)}
    made |= {"_id": article_id(made["url"]), "id": article_id(made["url"])}
    if "store" in article:
        sketched = _reworded(article["store"]["sketch"], month)
        days = [_key(key, month) for key in article["store"]["blocks"] if "|" in key]
        made["store"] = {**article["store"], "sketch": sketched, "blocks": sorted([*days, *bands(sketched)])}
    return made


def _event(event: Mapping[str, Any], month: int) -> dict[str, Any]:
    reports = [{**report, "id": article_id(_url(report["url"], month)), "url": _url(report["url"], month)} for report in event["articles"]]
    key = event_id(reports[0]["id"]) if reports else f"{event['id']}_{month}"
    return {**_later(event, month), "_id": key, "id": key, "articles": reports}


def _later(value: Any, month: int) -> Any:
    """Every day and moment in it so many months later."""
    if isinstance(value, Mapping):
        return {name: _later(inner, month) for name, inner in value.items()}
    if isinstance(value, list):
        return [_later(inner, month) for inner in value]
    if isinstance(value, str) and value[:3] == "202" and value[4:5] == "-" and value[7:8] == "-":
        return (date.fromisoformat(value[:10]) + month * _MONTH).isoformat() + value[10:]
    return value


def _key(key: str, month: int) -> str:
    day, _, region = key.partition("|")
    return f"{_later(day, month)}|{region}"


def _url(url: str, month: int) -> str:
    return f"{url}?bulan={month}"


def _reworded(sketched: str, month: int) -> str:
    hashes = (int(sketched[at : at + _HASH], 16) for at in range(0, len(sketched), _HASH))
    return "".join(f"{(value + 7_919 * (month + 1)) % 2**32:0{_HASH}x}" for value in hashes)


if __name__ == "__main__":
    sys.exit(main())

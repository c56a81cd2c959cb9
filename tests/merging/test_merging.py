"""Many reports of many happenings, in whatever order: the same events, and the right ones."""

from __future__ import annotations

import asyncio
import json
import os
import random
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.store.clusters import Evidence
from services.store.repository import Database, Repository
from shared.documents import Article
from tests.merging.arriving import Arrivals, content, f1, pairs
from tests.merging.generator import FIRST_DAY, Report, World, generate
from tests.merging.invented import TOWNS
from tests.merging.memory import Memory
from tests.unit.store.conftest import database, mongo_uri, repository
from tests.unit.store.telling import kept_without_keys

__all__ = ["database", "mongo_uri", "repository"]
FLOOR = 0.97
REPORTS = generate(2026)


def truth(reports: Iterable[Report]) -> list[list[str]]:
    groups = defaultdict(list)
    for report in reports:
        groups[report.of].append(report.article.id)
    return list(groups.values())


def articles_of(arrivals: Arrivals) -> list[list[str]]:
    return [[report["id"] for report in event["articles"]] for event in arrivals.live().values()]


def in_disorder(reports: list[Report], seed: int) -> list[Article]:
    """In another order, every fifth delivered twice, and at the end a fifth from the beginning once more."""
    chance = random.Random(seed)
    order = [report.article for report in reports for _ in range(1 + (chance.random() < 0.2))]
    chance.shuffle(order)
    return [*order, *order[: len(order) // 5]]


def test_it_is_the_collection_the_issue_asks_for() -> None:
    groups = truth(REPORTS)
    assert (len(REPORTS), len(groups), max(map(len, groups))) == (1_000, 200, 9)
    assert len({report.article.id for report in REPORTS}) == 1_000


@pytest.mark.timeout(300)
async def test_a_thousand_articles_in_many_orders_give_the_same_events() -> None:
    """Bit for bit; and nearly all pairs are right. `make merging` takes twenty orders, `make test` three."""
    evidence, first = Evidence(), None
    for seed in range(int(os.environ.get("KABAR_TEST_ORDERS", "3"))):
        memory = Memory()
        arrivals = Arrivals(memory, evidence)
        await arrivals.take(in_disorder(REPORTS, seed))
        stored = {key: content(event.model_dump(mode="json")) for key, event in memory.events.items() if event.is_live}
        assert arrivals.live() == stored
        assert memory.left == {}
        first = first or stored
        assert stored == first, seed
    assert first is not None
    found = pairs([report["id"] for report in event["articles"]] for event in first.values())
    assert f1(found, pairs(truth(REPORTS))) >= FLOOR


@pytest.mark.parametrize("seed", [11, 12])
async def test_other_collections_come_out_as_well(seed: int) -> None:
    reports = generate(seed)
    arrivals = Arrivals(Memory())
    await arrivals.take(report.article for report in reports)
    assert f1(pairs(articles_of(arrivals)), pairs(truth(reports))) >= FLOOR


async def test_a_busy_city_comes_out_as_well() -> None:
    """A hundred reports a day of one city: chance links hundreds that are of twenty happenings a day."""
    reports = generate(13, articles=300, happenings=60, world=World(TOWNS[:1], FIRST_DAY, days=3, papers=120))
    arrivals = Arrivals(Memory())
    await arrivals.take(report.article for report in reports)
    assert f1(pairs(articles_of(arrivals)), pairs(truth(reports))) >= FLOOR


async def test_what_an_older_store_has_kept_is_found_once_it_comes_again() -> None:
    """It noted nothing that articles are compared by."""
    one, other, *_ = (report.article for report in generate(13, articles=5, happenings=1))
    memory = Memory()
    arrivals = Arrivals(memory)
    await arrivals.take([one])
    kept = memory.articles[one.id]
    assert await memory.put_article(kept_without_keys(kept), replacing=kept)
    await arrivals.take([other])
    assert len(arrivals.live()) == 2
    await arrivals.take([one])
    assert len(arrivals.live()) == 1


@pytest.mark.integration
@pytest.mark.timeout(180)
async def test_the_document_store_holds_the_same_as_the_memory(database: Database, repository: Repository) -> None:
    order = in_disorder(REPORTS[:120], 7)
    real, memory = Arrivals(repository), Arrivals(Memory())
    await real.take(order)
    await memory.take(order)
    assert real.live() == memory.live()
    assert real.changes == memory.changes
    stored = {event["_id"]: content(event) async for event in database["events"].find({"withdrawn_at": None})}
    assert stored == real.live()
    assert await database["unfinished"].count_documents({}) == 0


GOLD = Path(__file__).resolve().parents[2] / "../shared/gold"


def gold_articles() -> dict[str, Article]:
    """The real pages, read as a user would, by the names of their annotations."""
    records = subprocess.run([sys.executable, str(GOLD / "render.py"), str(GOLD / "pages")], capture_output=True, check=True).stdout
    command = [str(Path(sys.executable).with_name("kabar")), "extract", "--jsonl"]
    answers = subprocess.run(command, input=records, capture_output=True, check=True).stdout.splitlines()
    return {answer["id"]: Article.model_validate(answer["article"]) for answer in map(json.loads, answers) if answer.get("article")}


@pytest.mark.skipif(not GOLD.is_dir(), reason="needs ../shared/gold beside the project")
async def test_the_real_pages_that_report_one_event_are_one_and_no_others() -> None:
    read = await asyncio.to_thread(gold_articles)
    arrivals = Arrivals(Memory())
    await arrivals.take(read.values())
    groups = defaultdict(list)
    for name, article in read.items():
        annotation = json.loads((GOLD / "annotations" / f"{name}.json").read_text(encoding="utf-8"))
        groups[annotation.get("same_event_group") or name].append(article.id)
    true = pairs(groups.values())
    assert len(true) >= 1
    assert f1(pairs(articles_of(arrivals)), true) == 1.0


SMALL = generate(5, articles=24, happenings=4)


@settings(max_examples=40, deadline=None)
@given(st.permutations(SMALL), st.lists(st.integers(0, 23), max_size=10))
async def test_any_order_and_any_replay(order: list[Report], again: list[int]) -> None:
    straight, other = Arrivals(Memory()), Arrivals(Memory())
    await straight.take(report.article for report in SMALL)
    await other.take([*(report.article for report in order), *(SMALL[number].article for number in again)])
    assert other.live() == straight.live()


@settings(max_examples=40, deadline=None)
@given(st.permutations(SMALL), st.sets(st.integers(0, 23), max_size=12))
async def test_what_no_longer_reports_leaves_no_trace(order: list[Report], withdrawn: set[int]) -> None:
    """Articles that turn out to report nothing: the others are as if they had never been there."""
    without, other = Arrivals(Memory()), Arrivals(Memory())
    await without.take(report.article for number, report in enumerate(SMALL) if number not in withdrawn)
    await other.take(report.article for report in order)
    await other.take(opinion(SMALL[number].article) for number in sorted(withdrawn))
    assert other.live() == without.live()


def opinion(article: Article) -> Article:
    """The article after its paper has made something else of it."""
    later = article.fetched_at.replace(year=article.fetched_at.year + 1)
    changed = {"title": "Opini", "body": "Opini.", "event": None, "content_hash": "opini", "fetched_at": later}
    provenance = article.provenance.model_copy(update={"page_id": f"{article.provenance.page_id}-2"})
    return article.model_copy(update={**changed, "provenance": provenance})

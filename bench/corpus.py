"""A store that has grown for years, invented: seasons of a thousand reports each, one after the other, all over the country.

In each season 600 papers report for five days, some 200 reports a day of 40 happenings, two fifths of them lookalikes of another; then
three days nothing, so that each season is a world of its own and the first is like any other: what costs more in the hundredth, costs
more because of the other ninety-nine.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from services.extractor.knowledge import load_knowledge
from services.store.clusters import Evidence, happenings
from services.store.moves import moves
from services.store.repository import article_document, event_document
from services.store.revisions import SavedArticle, decide
from services.store.told import Told
from tests.merging.generator import FIRST_DAY, World, generate
from tests.merging.invented import Town

REPORTS, HELD_BACK = 1_000, 40
_HAPPENINGS, _PAPERS, _DAYS, _PAUSE = 200, 600, 5, 3

Stored = dict[str, Any]


@dataclass(frozen=True)
class Season:
    """Articles and events as the store holds them; `late` are reports of the same happenings that have not come in yet."""

    articles: list[Stored]
    events: list[Stored]
    late: list[SavedArticle]


def towns() -> tuple[Town, ...]:
    """Every kabupaten and kota there is, by code."""
    regions = load_knowledge().event.gazetteer.regions
    of_level = sorted((region for region in regions.values() if len(region.code) == 5), key=lambda region: region.code)
    return tuple(Town(region.code, region.name, regions[region.code[:2]].name) for region in of_level)


def season(number: int, places: tuple[Town, ...]) -> Season:
    """The how-manieth, the same at every run."""
    world = World(places, FIRST_DAY + timedelta(days=number * (_DAYS + _PAUSE)), _DAYS, _PAPERS)
    reports = generate(number, articles=REPORTS + HELD_BACK, happenings=_HAPPENINGS, world=world)
    late = {report.article.id for report in reports[:: len(reports) // HELD_BACK][:HELD_BACK]}
    saved = [decide(None, report.article).article for report in reports]
    articles = [article_document(article) for article in saved if article.id not in late]
    return Season(articles, list(_events(articles)), [article for article in saved if article.id in late])


def _events(articles: Iterable[Stored]) -> Iterator[Stored]:
    """What the store makes of them. Province by province: nothing is of one happening with what lies in another."""
    told = defaultdict(list)
    for article in articles:
        told[article["event"]["place"]["provinsi"]["code"]].append(Told.model_validate(article))
    for reports in told.values():
        at = max(report.fetched_at for report in reports)
        for move in moves([], happenings(reports, Evidence()), at):
            yield event_document(move.new)

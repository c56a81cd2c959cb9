"""One pass of a running stack over its sites, and what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime

from pydantic import BaseModel, ConfigDict

from deploy.local.idle import Show, until_idle
from deploy.local.stack import Stack
from services.crawler.progress import Progress
from services.crawler.standing import read_progress
from services.store.reader import Counts, open_reader
from shared.kafka_address import KafkaAt
from shared.lag import open_positions
from shared.settings import kafka_at
from shared.topics import ARTICLE_EXTRACTED, DEAD, EVENT_CHANGED, PAGE_FETCHED

_STAGES = {
    "pages_published": PAGE_FETCHED,
    "articles_extracted": ARTICLE_EXTRACTED,
    "events_changed": EVENT_CHANGED,
    "dead_lettered": DEAD,
}


class SiteSummary(BaseModel):
    """One site: pages published and articles stored so far, and articles the crawler did not get, by reason."""

    model_config = ConfigDict(frozen=True)

    published: int = 0
    articles: int = 0
    refused: dict[str, int] = {}


class Summary(BaseModel):
    """What a pass did, and what there is after it.

    `stages`: messages of this pass, by stage. `stored`: documents there are now. `refused` (by the crawler) and `dead` (by the services
    behind it): everything dropped so far, by reason.
    """

    model_config = ConfigDict(frozen=True)

    seconds: float
    stages: dict[str, int]
    stored: dict[str, int]
    refused: dict[str, int]
    dead: dict[str, int]
    sites: dict[str, SiteSummary]


async def make_pass(stack: Stack, database: str, crawl_pass: datetime, show: Show) -> Summary:
    """Wait until the stack's pass is over. Raises `StackFailure` when a part of it cannot be kept alive."""
    before = await _published(kafka_at(stack.kafka_servers))
    await stack.during(until_idle(kafka_at(stack.kafka_servers), stack.mongo_uri, database, crawl_pass, show))
    after = await _published(kafka_at(stack.kafka_servers))
    progress = await read_progress(stack.mongo_uri, database)
    async with open_reader(stack.mongo_uri, database) as reader:
        counts = await reader.counts()
    stages = {stage: after[stage] - before[stage] for stage in _STAGES}
    return summary_of((datetime.now(UTC) - crawl_pass).total_seconds(), stages, progress, counts)


def summary_of(seconds: float, stages: Mapping[str, int], progress: Progress, counts: Counts) -> Summary:
    """Everything by name, in order of names. Pure."""
    refused = sum((site.refused for site in progress.by_site.values()), Counter[str]())
    names = sorted({*progress.by_site, *counts.articles_by_site})
    return Summary(
        seconds=round(seconds, 1),
        stages=dict(stages),
        stored={name: getattr(counts, name) for name in ("articles", "events", "revisions", "dead_letters")},
        refused=dict(sorted(refused.items())),
        dead=dict(counts.dead_by_reason),
        sites={name: _site(name, progress, counts) for name in names},
    )


def _site(name: str, progress: Progress, counts: Counts) -> SiteSummary:
    crawled, articles = progress.by_site.get(name), counts.articles_by_site.get(name, 0)
    if crawled is None:
        return SiteSummary(articles=articles)
    return SiteSummary(published=crawled.published, articles=articles, refused=dict(sorted(crawled.refused.items())))


async def _published(kafka: KafkaAt) -> dict[str, int]:
    async with open_positions(kafka) as positions:
        return {stage: await positions.published(topic) for stage, topic in _STAGES.items()}

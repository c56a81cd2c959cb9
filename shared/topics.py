"""Every topic: name, message, partitions, retention, limits. `kabar topics` creates them from here."""

from __future__ import annotations

from dataclasses import dataclass

from shared.messages import ArticleExtracted, ArticleGone, CrawlRequested, DeadLetter, EventChanged, Message, PageFetched

DAY_MS = 86_400_000
MESSAGE_BYTES = 1_000_000
DEAD_LETTER_BYTES = 5_000_000


@dataclass(frozen=True)
class Topic:
    """`key` says what partitions the topic. `max_bytes` bounds one message, headers included."""

    name: str
    message: type[Message]
    key: str
    partitions: int
    retention_ms: int
    max_bytes: int = MESSAGE_BYTES
    compacted: bool = False

    def config(self) -> dict[str, str]:
        """The topic's settings as Kafka names them."""
        return {
            "cleanup.policy": "compact" if self.compacted else "delete",
            "retention.ms": str(self.retention_ms),
            "max.message.bytes": str(self.max_bytes),
        }


PAGE_FETCHED = Topic("kabar.page.fetched", PageFetched, "host", 6, 7 * DAY_MS)
ARTICLE_EXTRACTED = Topic("kabar.article.extracted", ArticleExtracted, "article id", 6, 7 * DAY_MS)
EVENT_CHANGED = Topic("kabar.event.changed", EventChanged, "event id", 6, -1, compacted=True)
CRAWL_REQUESTED = Topic("kabar.crawl.requested", CrawlRequested, "site id or host", 3, 7 * DAY_MS)
ARTICLE_GONE = Topic("kabar.article.gone", ArticleGone, "host", 3, 7 * DAY_MS)
DEAD = Topic("kabar.dead", DeadLetter, "dead letter id", 3, 30 * DAY_MS, max_bytes=DEAD_LETTER_BYTES)

TOPICS = (PAGE_FETCHED, ARTICLE_EXTRACTED, EVENT_CHANGED, CRAWL_REQUESTED, ARTICLE_GONE, DEAD)


def topic_of(message: Message) -> Topic:
    """The one topic a message travels on."""
    return next(topic for topic in TOPICS if isinstance(message, topic.message))

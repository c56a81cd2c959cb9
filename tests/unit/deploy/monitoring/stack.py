"""A stack whose services do a minute's work when told to, and say so as the real ones do; its parts can be made to ail."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from services.extractor.pool import KILLS
from shared.lag import GROUPS
from shared.metric_names import METRICS
from shared.telemetry import Metrics
from shared.topics import ARTICLE_EXTRACTED, ARTICLE_GONE, CRAWL_REQUESTED, DEAD, EVENT_CHANGED, PAGE_FETCHED, Topic
from tests.unit.deploy.monitoring.recording import Recording

GIGABYTE = 2**30
KEEPER = "kabar-keeper"
READS: dict[str, tuple[Topic, ...]] = {
    "crawler": (CRAWL_REQUESTED,),
    "extractor": (PAGE_FETCHED,),
    "store": (ARTICLE_EXTRACTED, ARTICLE_GONE, DEAD, PAGE_FETCHED),
}
CHECKS = {"crawler": ("kafka", "store"), "extractor": ("kafka",), "store": ("kafka", "store", "archive")}
SITES = ("bawaslu.example", "dprd.example", "pemkab.example")


class Stack:
    """Three services. What is set on it holds from the next minute on."""

    def __init__(self) -> None:
        self.recording = Recording()
        self.services: dict[str, Metrics | None] = {}
        self.failing: set[str] = set()
        """Checks that say no."""
        self.idle: set[str] = set()
        """Services that do nothing."""
        self.answers: dict[str, str] = dict.fromkeys(SITES, "read")
        """How a site's feed ends."""
        self.articles: dict[str, str] = dict.fromkeys(SITES, "published")
        self.lag: dict[str, int] = {}
        """By group; none is 0."""
        self.age, self.seen_after, self.used, self.free, self.step, self.wait = 5.0, 600.0, 0.4, 0.6, 0.0, 0.0
        for service in READS:
            self.start(service)

    @property
    def now(self) -> datetime:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(minutes=self.recording.minutes)

    def start(self, service: str) -> Metrics:
        """Anew, with all counters at nothing."""
        metrics = self.services[service] = Metrics(service)
        metrics.started(self.now)
        metrics.ask("kabar_clock_step_seconds", lambda: self.step)
        metrics.ask("kabar_memory_resident_bytes", lambda: 0.2 * GIGABYTE)
        metrics.ask("kabar_memory_container_bytes", lambda: self.used * GIGABYTE)
        metrics.ask("kabar_memory_limit_bytes", lambda: GIGABYTE)
        for topic in READS[service]:
            metrics.reads(topic.name)
        for reason in KILLS if service == "extractor" else ():
            metrics.worker_killed(reason, 0)
        for site in SITES if service == "crawler" else ():
            metrics.site_seen(site, self.now)
        return metrics

    def of(self, service: str) -> Metrics:
        metrics = self.services[service]
        assert metrics is not None
        return metrics

    def minute(self) -> None:
        """Work, and be scraped."""
        for service, work in (("crawler", self._crawl), ("extractor", self._extract), ("store", self._store)):
            metrics = self.services.get(service)
            if metrics is not None:
                if service not in self.idle:
                    work(metrics)
                self._say(service, metrics)
        self.recording.scrape({name: None if metrics is None else metrics.registry.collect() for name, metrics in self.services.items()})

    def minutes(self, number: int) -> None:
        for _ in range(number):
            self.minute()

    def _say(self, service: str, metrics: Metrics) -> None:
        metrics.ready({check: check not in self.failing for check in CHECKS[service]})
        group = f"kabar-{service}"
        groups = {group: GROUPS[group]} | ({KEEPER: (PAGE_FETCHED,)} if service == "store" else {})
        told = [(name, topic.name, self.lag.get(name, 0)) for name, topics in groups.items() for topic in topics]
        metrics.lags([] if "kafka" in self.failing else told)

    def _crawl(self, metrics: Metrics) -> None:
        for site in SITES:
            feed, article = self.answers[site], self.articles[site]
            metrics.requested(site, "2xx" if feed == "read" else feed, 20_000)
            metrics.looked(site, "feed", feed)
            metrics.looked(site, "robots", "read")
            if feed == "read":
                metrics.site_seen(site, self.now)
                metrics.links_dropped(site, "calendar", 1)
                metrics.looked(site, "article", article)
                metrics.looked(site, "article", "robots_disallowed")
            if article == "published":
                metrics.published(PAGE_FETCHED.name)
        metrics.pending(40)
        metrics.hosts(self.wait, in_hand=2, resting=1, waiting=0)
        self._take(metrics, CRAWL_REQUESTED, None)

    def _extract(self, metrics: Metrics) -> None:
        for _ in range(3):
            self._take(metrics, PAGE_FETCHED, ARTICLE_EXTRACTED)

    def _store(self, metrics: Metrics) -> None:
        for topic in (ARTICLE_EXTRACTED, ARTICLE_EXTRACTED, ARTICLE_EXTRACTED, ARTICLE_GONE, PAGE_FETCHED):
            self._take(metrics, topic, EVENT_CHANGED if topic is ARTICLE_EXTRACTED else None)
        metrics.article("new")
        metrics.saved("articles", "new")
        metrics.age("seen_stored", self.age)
        metrics.age("published_seen", self.seen_after)
        metrics.age("published_stored", self.seen_after + self.age)
        metrics.age_left_out("published_seen", "day_only")
        metrics.disk("archive", (int(self.free * 100 * GIGABYTE), 100 * GIGABYTE))

    def _take(self, metrics: Metrics, topic: Topic, publishes: Topic | None) -> None:
        metrics.received(topic.name)
        metrics.delivered(topic.name, 0.05)
        if publishes is not None:
            metrics.published(publishes.name)


def everything_said() -> Stack:
    """A quarter of an hour in which every metric there is has been said."""
    stack = Stack()
    stack.minute()
    for _ in range(15):
        stack.of("extractor").dead(PAGE_FETCHED.name, "no_article")
        stack.of("extractor").retried(PAGE_FETCHED.name, "kafka_away")
        stack.of("extractor").worker_killed("worker_died")
        stack.of("crawler").host_rests("http_429")
        stack.of("crawler").waiting("kafka_away")
        stack.minute()
    said = {
        sample.name for metrics in stack.services.values() if metrics for family in metrics.registry.collect() for sample in family.samples
    }
    missing = {metric.name for metric in METRICS} - said - {name.removesuffix("_count") for name in said}
    assert missing == set(), "a metric that nothing here says"
    return stack

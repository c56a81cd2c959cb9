"""Every metric of the services: its name, what it means, its labels. Dashboards are generated from here, alert rules are held to it.

A label's value is a name of ours (a topic, a site's id, a reason), never page data. Every metric has the label `service` besides.
What is counted meets itself again, for each service and topic (docs/metrics.md):

    received = delivered + dead + returned + repeated + what is in hand
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

DAY = 86_400
AGES = (15, 60, 300, 900, 1_800, 3_600, 10_800, 21_600, 43_200, DAY, 2 * DAY, 4 * DAY, 7 * DAY)
"""Of ages, seconds: from what a page takes when all is well to the oldest that counts as news."""
_HANDLING = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class Kind(StrEnum):
    """How a metric moves: `counter` only up, `gauge` either way, `histogram` counts observations by size."""

    counter = "counter"
    gauge = "gauge"
    histogram = "histogram"


@dataclass(frozen=True)
class Metric:
    """`labels` are those besides `service`; `buckets` the upper bounds of a histogram."""

    name: str
    kind: Kind
    text: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()


def _counter(name: str, text: str, *labels: str) -> Metric:
    return Metric(name, Kind.counter, text, labels)


def _gauge(name: str, text: str, *labels: str) -> Metric:
    return Metric(name, Kind.gauge, text, labels)


def metrics_table() -> str:
    """The Markdown table of docs/metrics.md: name, kind, labels, meaning."""
    rows = ["| Metric | Kind | Labels | Meaning |", "|---|---|---|---|"]
    for metric in sorted(METRICS, key=lambda metric: metric.name):
        labels = ", ".join(f"`{label}`" for label in metric.labels) or "–"
        rows.append(f"| `{metric.name}` | {metric.kind} | {labels} | {metric.text} |")
    return "\n".join(rows) + "\n"


METRICS: tuple[Metric, ...] = (
    _counter("kabar_messages_received_total", "Messages taken from a topic.", "topic"),
    _counter("kabar_messages_delivered_total", "Messages done: handled, and what came of them is acknowledged.", "topic"),
    _counter(
        "kabar_messages_dead_total", "Messages done: their dead letter is acknowledged. Topic none: never was a message.", "topic", "reason"
    ),
    _counter("kabar_messages_returned_total", "Messages given back to Kafka in an outage or at a stop; they come again.", "topic"),
    _counter("kabar_messages_repeated_total", "Messages that came once more when they were done: the commit was lost.", "topic"),
    _counter("kabar_messages_retried_total", "Tries that failed and are repeated.", "topic", "reason"),
    _counter("kabar_messages_published_total", "Messages acknowledged by a topic.", "topic"),
    Metric("kabar_handle_seconds", Kind.histogram, "Time of one message in its handler, tries included.", ("topic",), _HANDLING),
    _gauge("kabar_lag_messages", "Messages of a topic that the group has still to do; absent while nobody can say.", "group", "topic"),
    _counter("kabar_requests_total", "HTTP requests, each once: class of the status, or why there was no answer.", "site", "outcome"),
    _counter("kabar_request_bytes_total", "Bytes of body on the wire.", "site"),
    _counter("kabar_looks_total", "URLs that a visit brought to an end: published, unchanged, read, or why not.", "site", "kind", "end"),
    _counter("kabar_links_dropped_total", "Links of sources left out, by reason.", "site", "reason"),
    _gauge("kabar_site_seen_timestamp_seconds", "When a site last gave what could be used; at first the crawler's start.", "site"),
    _gauge("kabar_crawl_pending", "URLs the crawlers have still to ask for now."),
    _gauge("kabar_crawl_hosts", "Hosts in_hand (visited now), resting (of those, waited for over 30 s), waiting (for a place).", "state"),
    _gauge("kabar_crawl_longest_wait_seconds", "How long the host that waits longest for a place has had something due."),
    _counter("kabar_host_rests_total", "Visits ended because the host should be left alone (http_429, http_5xx, …).", "reason"),
    _counter("kabar_workers_killed_total", "Extraction workers ended before their page.", "reason"),
    _counter("kabar_articles_total", "Articles that came to the store, each once, by what they were to it.", "verdict"),
    _counter("kabar_documents_saved_total", "Documents written, by what changed.", "collection", "change"),
    Metric("kabar_age_seconds", Kind.histogram, "Of new articles: published_seen, seen_stored, published_stored.", ("leg",), AGES),
    _counter("kabar_age_left_out_total", "New articles whose age says nothing: undated, day_only, too_old, future.", "leg", "reason"),
    _gauge("kabar_ready", "1 while the service can do its work."),
    _gauge("kabar_check", "1 while this check of readiness says yes.", "check"),
    _gauge("kabar_waiting", "1 while the service cannot start for this reason.", "reason"),
    _gauge("kabar_started_timestamp_seconds", "When the service started."),
    _gauge("kabar_clock_step_seconds", "How far the wall clock was moved since the service started."),
    _gauge("kabar_memory_resident_bytes", "Memory of the service's own process."),
    _gauge(
        "kabar_memory_container_bytes", "Memory of all its container, without what the kernel can drop; absent where it cannot be read."
    ),
    _gauge("kabar_memory_limit_bytes", "Limit of the container's memory; absent without one."),
    _gauge("kabar_disk_free_bytes", "Room left on the disk of a folder; absent while nobody can say.", "disk"),
    _gauge("kabar_disk_size_bytes", "Size of the disk of a folder; absent while nobody can say.", "disk"),
)

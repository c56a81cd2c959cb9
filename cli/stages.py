"""What the services count → messages a minute, stage by stage. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from shared.topics import ARTICLE_EXTRACTED, ARTICLE_GONE, EVENT_CHANGED, PAGE_FETCHED

STAGES = ("crawler", "extractor", "store")
_TAKES = {"extractor": {PAGE_FETCHED.name}, "store": {ARTICLE_EXTRACTED.name, ARTICLE_GONE.name}}
_GIVES = {"crawler": PAGE_FETCHED.name, "extractor": ARTICLE_EXTRACTED.name, "store": EVENT_CHANGED.name}
# Ends of a look at a URL that brought what was wanted; any other is the reason why not.
_WELL = frozenset({"published", "read", "unchanged"})


@dataclass(frozen=True)
class Counted:
    """What one process has counted since it started. `taken`: the crawler's requests, the others' messages; `given`: messages of the
    stage's topic; `dropped`: by reason."""

    taken: float = 0.0
    given: float = 0.0
    dropped: Mapping[str, float] = field(default_factory=dict)

    def plus(self, other: Counted, times: float = 1.0) -> Counted:
        """Both together, the other so many times."""
        reasons = sorted({*self.dropped, *other.dropped})
        dropped = {reason: self.dropped.get(reason, 0.0) + times * other.dropped.get(reason, 0.0) for reason in reasons}
        return Counted(self.taken + times * other.taken, self.given + times * other.given, dropped)


@dataclass(frozen=True)
class Look:
    """All processes at a moment of the monotonic clock, seconds: stage → process → what it has counted."""

    at: float
    counted: Mapping[str, Mapping[str, Counted]]


def counted(stage: str, text: str) -> Counted:
    """Of a page of metrics. Raises `ValueError` for what is none."""
    total = Counted()
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            total = total.plus(_worth(stage, sample))
    return total


def rates(looks: Iterable[Look], stage: str) -> Counted:
    """A minute, from the first of the looks to the last. A process that has begun anew counts from nothing, one that was not there before
    not at all."""
    every = list(looks)
    if len(every) < 2 or every[-1].at <= every[0].at:
        return Counted()
    before, after = (look.counted.get(stage, {}) for look in (every[0], every[-1]))
    a_minute, more = 60 / (every[-1].at - every[0].at), Counted()
    for name, now in after.items():
        if name in before:
            more = more.plus(_since(before[name], now), a_minute)
    return more


def _since(before: Counted, after: Counted) -> Counted:
    more = after.plus(before, -1.0)
    began_anew = min(more.taken, more.given, *more.dropped.values()) < 0
    return after if began_anew else more


def _worth(stage: str, sample: Sample) -> Counted:
    """What one sample adds."""
    name, labels, value = sample.name, sample.labels, sample.value
    if stage == "crawler" and name == "kabar_requests_total":
        return Counted(taken=value)
    if stage == "crawler" and name == "kabar_looks_total" and labels.get("end") not in _WELL:
        return Counted(dropped={labels.get("end", ""): value})
    topic = labels.get("topic", "")
    if name == "kabar_messages_received_total" and topic in _TAKES.get(stage, ()):
        return Counted(taken=value)
    if name == "kabar_messages_published_total" and topic == _GIVES.get(stage):
        return Counted(given=value)
    if name == "kabar_messages_dead_total" and topic in _TAKES.get(stage, ()):
        return Counted(dropped={labels.get("reason", ""): value})
    return Counted()

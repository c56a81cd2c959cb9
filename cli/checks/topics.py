"""The topics: are all of them there, with the partitions and settings of `shared/topics.py`. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from cli.checks.finding import Finding, failure, listed, ok, warning
from shared.kafka_state import TopicSeen
from shared.topics import Topic


def judge_topics(wanted: Sequence[Topic], seen: Mapping[str, TopicSeen]) -> Iterator[Finding]:
    """A finding for each topic that is not as it should be, or one for all."""
    missing = [topic.name for topic in wanted if topic.name not in seen]
    if missing:
        yield failure("topics", f"Missing topics: {listed(missing, 10)}.", "Run `kabar topics`.")
    found = [finding for topic in wanted if topic.name in seen for finding in _topic(topic, seen[topic.name])]
    yield from found
    if not missing and not found:
        yield ok("topics", f"All {len(wanted)} topics have their partitions and settings.")


def _topic(topic: Topic, seen: TopicSeen) -> Iterator[Finding]:
    if seen.leaderless:
        says = f"{topic.name}: {seen.leaderless} of {seen.partitions} partitions have no leader and take no messages."
        yield failure("topics", says, "See that all brokers are up.")
    if seen.partitions < topic.partitions:
        # `kabar up --until-idle` asks for each by number, in vain.
        says = f"{topic.name} has {seen.partitions} partitions instead of {topic.partitions}."
        yield failure("topics", says, f"Stop the services, add partitions (kafka-topics.sh --alter --partitions {topic.partitions}).")
    elif seen.partitions > topic.partitions:
        says = f"{topic.name} has {seen.partitions} partitions instead of {topic.partitions}; `kabar up --until-idle` minds the first only."
        yield warning("topics", says, "Let it be, or make the topic anew while it is empty: Kafka takes no partition away.")
    yield from _settings(topic, seen.config)


def _settings(topic: Topic, config: Mapping[str, str]) -> Iterator[Finding]:
    """A policy or limit that is wrong loses messages; what is kept for longer, or may be bigger, loses nothing."""
    for name, value in topic.config().items():
        found = config.get(name, "nothing")
        if found == value or (name == "retention.ms" and topic.compacted):
            continue
        says = f"{topic.name} has {name}={found} instead of {value}."
        do = f"kafka-configs.sh --alter --entity-type topics --entity-name {topic.name} --add-config {name}={value}"
        yield warning("topics", says, do) if name != "cleanup.policy" and _generous(found, value) else failure("topics", says, do)


def _generous(found: str, wanted: str) -> bool:
    """At least as much; -1 is without end."""
    if not found.lstrip("-").isdigit():
        return False
    return int(found) < 0 or 0 <= int(wanted) <= int(found)

from __future__ import annotations

from typing import get_args

import pytest

from shared.messages import CrawlRequested, Message
from shared.topics import CRAWL_REQUESTED, DEAD, EVENT_CHANGED, MESSAGE_BYTES, TOPICS, Topic, topic_of

BROKER_LIMIT = 5_242_880  # message.max.bytes of the local stack and of docker-compose.yml


def test_one_topic_for_each_message() -> None:
    assert {topic.message for topic in TOPICS} == set(get_args(Message))
    assert len({topic.name for topic in TOPICS}) == len(TOPICS)


def test_a_message_finds_its_topic() -> None:
    assert topic_of(CrawlRequested(site_id="a")) is CRAWL_REQUESTED


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)
def test_topic_is_one_that_kafka_accepts(topic: Topic) -> None:
    config = topic.config()
    assert config["cleanup.policy"] in {"compact", "delete"}
    assert topic.partitions > 0
    assert 0 < int(config["max.message.bytes"]) < BROKER_LIMIT


def test_events_are_kept_for_ever_by_key_and_all_else_for_a_time() -> None:
    assert {topic.name for topic in TOPICS if topic.compacted} == {EVENT_CHANGED.name}
    assert EVENT_CHANGED.config()["cleanup.policy"] == "compact"
    assert {topic.name for topic in TOPICS if topic.retention_ms == -1} == {EVENT_CHANGED.name}


def test_only_a_dead_letter_may_be_larger_than_a_message() -> None:
    assert {topic.name for topic in TOPICS if topic.max_bytes != MESSAGE_BYTES} == {DEAD.name}

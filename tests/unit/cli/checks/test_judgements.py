"""Each judgement of `kabar doctor`: observed values in, level and the words that matter out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymongo import IndexModel

from cli.checks.clock import ClockSeen, apart, judge_clock
from cli.checks.disk import FolderSeen, judge_folder
from cli.checks.finding import Finding, Level, listed, ok, warning, worst
from cli.checks.groups import MUCH, GroupSeen, judge_groups
from cli.checks.indexes import judge_indexes, wanted_indexes
from cli.checks.servers import judge_kafka, judge_services, judge_store
from cli.checks.topics import judge_topics
from cli.checks.variables import judge_mongo_uri, judge_variables
from cli.checks.versions import java_release, judge_java, judge_packages, judge_python, pins
from deploy.local.health import Health
from services.crawler.stored import INDEXES as OF_CRAWLER
from services.store.examine import StoreSeen
from services.store.repository import INDEXES as OF_STORE
from shared.kafka_state import BrokersSeen, TopicSeen
from shared.topics import DEAD, DEAD_LETTER_BYTES, EVENT_CHANGED, PAGE_FETCHED, TOPICS

OK, WARNING, FAILURE = Level.ok, Level.warning, Level.failure


def brief(findings: Iterable[Finding]) -> list[tuple[Level, str]]:
    """Level and the first sentence; every one that is not ok says what to do, and none that is ok does."""
    found = list(findings)
    assert all(bool(finding.do) is (finding.level is not OK) for finding in found)
    assert all(finding.says.endswith(".") for finding in found)
    return [(finding.level, finding.says) for finding in found]


def levels(findings: Iterable[Finding]) -> list[Level]:
    return [level for level, _ in brief(findings)]


def test_the_worst_is_what_counts() -> None:
    assert worst([]) is OK
    assert worst([ok("a", "A."), warning("b", "B.", "Do.")]) is WARNING


@pytest.mark.parametrize(("number", "told"), [(0, ""), (2, "0, 1"), (3, "0, 1 and 1 more")])
def test_a_long_list_is_cut_and_says_so(number: int, told: str) -> None:
    assert listed(map(str, range(number)), 2) == told


@pytest.mark.parametrize(("version", "level"), [((3, 10), FAILURE), ((3, 11), OK), ((3, 14), OK), ((4, 0), OK)])
def test_python(version: tuple[int, int], level: Level) -> None:
    assert levels([judge_python(version)]) == [level]


LOCK = """aiokafka==0.14.0 \\
    --hash=sha256:0a
colorama==0.4.6 ; sys_platform == 'win32' \\
    --hash=sha256:0b
Trafilatura==2.3.1 \\
"""


def test_pins_are_names_and_versions_without_what_is_for_other_platforms() -> None:
    assert pins(LOCK) == {"aiokafka": "0.14.0", "trafilatura": "2.3.1"}


@pytest.mark.parametrize(
    ("installed", "told"),
    [
        ({"a": "1", "b": "2"}, [(OK, "All 2 packages are as locked.")]),
        ({"a": "1", "b": "3"}, [(WARNING, "Packages not as locked, 1: b 3 instead of 2.")]),
        ({"a": "1"}, [(FAILURE, "Missing packages, 1 of 2: b.")]),
        ({"a": "0"}, [(FAILURE, "Missing packages, 1 of 2: b."), (WARNING, "Packages not as locked, 1: a 0 instead of 1.")]),
    ],
)
def test_packages(installed: dict[str, str | None], told: list[tuple[Level, str]]) -> None:
    assert brief(judge_packages({"a": "1", "b": "2"}, installed)) == told


def test_an_image_without_its_lock_is_no_fault() -> None:
    assert levels(judge_packages({}, {})) == [OK]


@pytest.mark.parametrize(
    ("told", "release", "level"),
    [
        ('openjdk version "17.0.15" 2025-04-15\n', 17, OK),
        ('openjdk version "21" 2023-09-19', 21, OK),
        ('java version "1.8.0_201"', 8, FAILURE),
        ("bash: java: not found", None, FAILURE),
    ],
)
def test_java(told: str, release: int | None, level: Level) -> None:
    assert java_release(told) == release
    assert levels([judge_java(release)]) == [level]


KNOWN = {"KABAR_KAFKA_SERVERS", "KABAR_MONGO_URI", "KABAR_LOG_LEVEL"}


@pytest.mark.parametrize(
    ("given_names", "wrong", "told"),
    [
        ({"PATH", "KABARET"}, {}, [(OK, "All are at their defaults.")]),
        ({"KABAR_MONGO_URI", "PATH"}, {}, [(OK, "KABAR_ variables set: 1, all of them known and usable.")]),
        ({"kabar_mongo_uri"}, {}, [(OK, "KABAR_ variables set: 1, all of them known and usable.")]),
        ({"KABAR_MONGO_PASSWORD"}, {}, [(OK, "KABAR_ variables set: 1, all of them known and usable.")]),
        ({"KABAR_KAFKA_SERVER"}, {}, [(WARNING, "KABAR_KAFKA_SERVER is no setting and does nothing.")]),
        ({"KABAR_LOG_LEVEL"}, {"KABAR_LOG_LEVEL": "no level"}, [(FAILURE, "KABAR_LOG_LEVEL cannot be used: no level.")]),
    ],
)
def test_variables(given_names: set[str], wrong: dict[str, str], told: list[tuple[Level, str]]) -> None:
    assert brief(judge_variables(given_names, KNOWN, wrong)) == told


def test_a_misspelt_variable_is_told_the_right_one() -> None:
    assert [found.do for found in judge_variables({"KABAR_KAFKA_SERVER", "KABAR_ZZZZZZZZ"}, KNOWN, {})] == [
        "Is KABAR_KAFKA_SERVERS meant?",
        "Unset it.",
    ]


@pytest.mark.parametrize(
    ("uri", "weak"),
    [
        ("", None),
        ("mongodb://a:27017/?replicaSet=kabar&w=majority", None),
        ("mongodb://a/?w=1", "w=1"),
        ("mongodb://kabar:rahasia@a/?W=0&journal=false", "w=0 and journal=false"),
    ],
)
def test_options_of_the_uri_that_lose_writes(uri: str, weak: str | None) -> None:
    found = brief(judge_mongo_uri(uri))
    assert [level for level, _ in found] == ([WARNING] if weak else [])
    assert all(f"asks for {weak}: " in says and "rahasia" not in says for _, says in found)


BIG = 5_242_880


@pytest.mark.parametrize(
    ("seen", "told"),
    [
        (BrokersSeen({"1": BIG}, (4, 18)), [(OK, "Kafka answers: one broker of 4.0 or later, messages up to 5242880 bytes.")]),
        (
            BrokersSeen({"1": BIG, "2": DEAD_LETTER_BYTES}, (4, 18)),
            [(OK, "Kafka answers: 2 brokers of 4.0 or later, messages up to 5000000 bytes.")],
        ),
        (
            BrokersSeen({"1": BIG, "2": 1_048_588}, (4, 18)),
            [(FAILURE, "Dead letters need messages of 5000000 bytes, but broker 2 takes 1048588 bytes.")],
        ),
        (BrokersSeen({"1": BIG}, (0, 11)), [(WARNING, "Kafka is older than 4.0, with which Kabar is not tested.")]),
        (BrokersSeen({"1": BIG}, (0, 3)), [(FAILURE, "Kafka is older than 0.11.")]),
    ],
)
def test_kafka(seen: BrokersSeen, told: list[tuple[Level, str]]) -> None:
    assert brief(judge_kafka(seen, max(topic.max_bytes for topic in TOPICS))) == told


STORE = StoreSeen("8.0.4", "kabar", None, None)


@pytest.mark.parametrize(
    ("seen", "found"),
    [
        (STORE, [OK]),
        (replace(STORE, version="", replica_set=None), [OK]),
        (replace(STORE, version="6.0.1"), [WARNING]),
        (replace(STORE, refused="not primary"), [FAILURE]),
        (replace(STORE, version="4.4", refused="not primary"), [FAILURE, WARNING]),
    ],
)
def test_store(seen: StoreSeen, found: list[Level]) -> None:
    assert levels(judge_store(seen)) == found


READY, GONE = Health(ready=True, checks={"kafka": True}), Health(alive=False, ready=False, checks={})


@pytest.mark.parametrize(
    ("healths", "told"),
    [
        ({}, [(WARNING, "It is not known where the services are.")]),
        ({"store": READY, "crawler": READY}, [(OK, "Ready: crawler, store.")]),
        (
            {"store": Health(ready=False, checks={"kafka": True, "store": False}), "crawler": GONE},
            [(FAILURE, "The crawler does not answer."), (FAILURE, "The store is not ready: store.")],
        ),
        ({"store": Health(ready=False, checks={})}, [(FAILURE, "The store is not ready: it has not begun to work.")]),
    ],
)
def test_services(healths: dict[str, Health], told: list[tuple[Level, str]]) -> None:
    assert brief(judge_services(healths)) == told


RIGHT = {topic.name: TopicSeen(topic.partitions, 0, topic.config()) for topic in TOPICS}
PAGE = RIGHT[PAGE_FETCHED.name]


def other(topic: str, **config: str) -> dict[str, TopicSeen]:
    """All as they should be, but for these settings of one."""
    named = {name.replace("_", "."): value for name, value in config.items()}
    return {**RIGHT, topic: replace(RIGHT[topic], config={**RIGHT[topic].config, **named})}


@pytest.mark.parametrize(
    ("seen", "told"),
    [
        (RIGHT, [(OK, "All 6 topics have their partitions and settings.")]),
        ({name: found for name, found in RIGHT.items() if name != DEAD.name}, [(FAILURE, "Missing topics: kabar.dead.")]),
        ({**RIGHT, "lain": PAGE}, [(OK, "All 6 topics have their partitions and settings.")]),
        ({**RIGHT, PAGE_FETCHED.name: replace(PAGE, partitions=3)}, [(FAILURE, "kabar.page.fetched has 3 partitions instead of 6.")]),
        (
            {**RIGHT, PAGE_FETCHED.name: replace(PAGE, partitions=7)},
            [(WARNING, "kabar.page.fetched has 7 partitions instead of 6; `kabar up --until-idle` minds the first only.")],
        ),
        (
            {**RIGHT, PAGE_FETCHED.name: replace(PAGE, leaderless=2)},
            [(FAILURE, "kabar.page.fetched: 2 of 6 partitions have no leader and take no messages.")],
        ),
        (
            other(EVENT_CHANGED.name, cleanup_policy="delete"),
            [(FAILURE, "kabar.event.changed has cleanup.policy=delete instead of compact.")],
        ),
        (other(EVENT_CHANGED.name, retention_ms="604800000"), [(OK, "All 6 topics have their partitions and settings.")]),
        (
            other(PAGE_FETCHED.name, retention_ms="3600000"),
            [(FAILURE, "kabar.page.fetched has retention.ms=3600000 instead of 604800000.")],
        ),
        (other(PAGE_FETCHED.name, retention_ms="-1"), [(WARNING, "kabar.page.fetched has retention.ms=-1 instead of 604800000.")]),
        (other(DEAD.name, max_message_bytes="1048588"), [(FAILURE, "kabar.dead has max.message.bytes=1048588 instead of 5000000.")]),
        (other(DEAD.name, max_message_bytes="9000000"), [(WARNING, "kabar.dead has max.message.bytes=9000000 instead of 5000000.")]),
        ({**RIGHT, DEAD.name: replace(RIGHT[DEAD.name], config={})}, None),
    ],
)
def test_topics(seen: dict[str, TopicSeen], told: list[tuple[Level, str]] | None) -> None:
    found = brief(judge_topics(TOPICS, seen))
    assert found == told if told is not None else [level for level, _ in found] == [FAILURE] * 3


WANTED = wanted_indexes(OF_STORE, OF_CRAWLER)


def without(collection: str, name: str) -> dict[str, Any]:
    return {**WANTED, collection: {key: fields for key, fields in WANTED[collection].items() if key != name}}


def test_every_index_of_store_and_crawler_is_wanted() -> None:
    assert sum(map(len, WANTED.values())) == sum(len(indexes) for one in (OF_STORE, OF_CRAWLER) for indexes in one.values())
    assert WANTED["urls"]["host_due"] == (("host", 1), ("due_at", 1))
    assert WANTED["articles"]["by_site_published"] == (("site.id", 1), ("store.published", -1))


def test_one_collection_of_two_services_has_the_indexes_of_both() -> None:
    one, two = (IndexModel([(name, 1)], name=name) for name in "ab")
    assert wanted_indexes({"c": (one,)}, {"c": (two,)}) == {"c": {"a": (("a", 1),), "b": (("b", 1),)}}


@pytest.mark.parametrize(
    ("seen", "found", "named"),
    [
        (WANTED, OK, "All "),
        ({}, WARNING, "None of the indexes is there yet."),
        (without("urls", "host_due"), FAILURE, ": urls.host_due."),
        ({**WANTED, "hosts": {"due": (("due_at", -1),)}}, FAILURE, "other fields than they should have: hosts.due."),
        ({**WANTED, "hosts": {**WANTED["hosts"], "mine": (("x", 1),)}}, WARNING, "that are not Kabar's: hosts.mine."),
        ({**WANTED, "elsewhere": {"mine": (("x", 1),)}}, OK, "All "),
    ],
)
def test_indexes(seen: dict[str, Any], found: Level, named: str) -> None:
    ((level, says),) = brief(judge_indexes(WANTED, seen))
    assert level is found
    assert named in says


@given(st.dictionaries(st.sampled_from(sorted(WANTED)), st.sets(st.integers(0, 20))))
def test_indexes_are_well_only_if_none_is_missing(gone: dict[str, set[int]]) -> None:
    seen = {
        name: {key: fields for number, (key, fields) in enumerate(sorted(indexes.items())) if number not in gone.get(name, ())}
        for name, indexes in WANTED.items()
    }
    assert (worst(judge_indexes(WANTED, seen)) is OK) is (seen == WANTED)


@pytest.mark.parametrize(
    ("lag", "members", "level", "says"),
    [
        (0, 1, OK, "0 messages to do, 1 reader."),
        (MUCH, 3, OK, "10000 messages to do, 3 readers."),
        (MUCH + 1, 3, WARNING, "10001 messages to do, 3 readers."),
        (0, 0, WARNING, "0 messages to do, nobody reads."),
        (1, 0, FAILURE, "1 message to do, nobody reads."),
    ],
)
def test_groups(lag: int, members: int, level: Level, says: str) -> None:
    assert brief(judge_groups({"kabar-extractor": GroupSeen(lag, members)})) == [(level, f"kabar-extractor: {says}")]


def test_the_keeper_is_a_part_of_the_store() -> None:
    (found,) = judge_groups({"kabar-keeper": GroupSeen(5, 0)})
    assert found.do.startswith("Start the store: ")


FOLDER = FolderSeen("data folder", "/data", 5_000_000_000, 100_000, None)


@pytest.mark.parametrize(
    ("seen", "level"),
    [
        (FOLDER, OK),
        (replace(FOLDER, files=None), OK),
        (replace(FOLDER, free=1_999_999_999), WARNING),
        (replace(FOLDER, free=199_999_999), FAILURE),
        (replace(FOLDER, files=999), FAILURE),
        (replace(FOLDER, refused="Read-only file system"), FAILURE),
    ],
)
def test_folders(seen: FolderSeen, level: Level) -> None:
    assert levels([judge_folder(seen)]) == [level]


def seconds(number: float | None) -> timedelta | None:
    return None if number is None else timedelta(seconds=number)


@pytest.mark.parametrize(
    ("step", "store", "crawlers", "told"),
    [
        (0.2, None, None, [(OK, "The clock runs evenly; compared with nobody's.")]),
        (0.2, 9, 200, [(OK, "The clock runs evenly; compared with the document store's.")]),
        (0, -3600 * 30, -90_000, [(FAILURE, "The document store's clock is 30 h behind.")]),
        (0, 15, None, [(WARNING, "The document store's clock is 15.0 s ahead.")]),
        (-7200, 0, None, [(WARNING, "The clock was moved by 2 h while this command looked.")]),
        (0, 0, 7000, [(WARNING, "The crawlers' clock is 117 min ahead: ours, or one of theirs, was wrong.")]),
        # Nobody writes the crawlers' clock while none runs, so that it is behind says nothing.
        (0, 0, -7000, [(OK, "The clock runs evenly; compared with the document store's.")]),
    ],
)
def test_clock(step: float, store: float | None, crawlers: float | None, told: list[tuple[Level, str]]) -> None:
    seen = ClockSeen(timedelta(seconds=step), seconds(store), seconds(crawlers))
    assert brief(judge_clock(seen)) == told


MOMENT = datetime(2026, 11, 26, 4, 0, tzinfo=UTC)


@given(st.floats(-1e6, 1e6), st.floats(0, 60))
def test_a_clock_is_apart_by_what_lies_beyond_our_two_moments(offset: float, took: float) -> None:
    before, after = MOMENT, MOMENT + timedelta(seconds=took)
    theirs = MOMENT + timedelta(seconds=offset)
    found = apart(theirs, before, after)
    assert before <= theirs - found <= after
    assert found == timedelta(0) or theirs - found in (before, after)

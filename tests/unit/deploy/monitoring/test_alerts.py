"""Every alert fires when its server, disk or site ails, and none when all is well. Recorded from real `Metrics`, judged by promtool."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from shared.topics import ARTICLE_EXTRACTED, PAGE_FETCHED
from tests.unit.deploy.monitoring.promtool import promtool
from tests.unit.deploy.monitoring.recording import CONFIG, FIRING, FOLDER, RULES, Recording, ask, fires, run_test
from tests.unit.deploy.monitoring.stack import SITES, Stack

ALERTS: dict[str, dict[str, Any]] = {
    rule["alert"]: rule
    for group in yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"]
    for rule in group["rules"]
    if "alert" in rule
}
OPERATE = (FOLDER.parents[1] / "docs" / "operate.md").read_text(encoding="utf-8")
SITE = SITES[0]
HOUR, DAY = 60, 1_440


@dataclass(frozen=True)
class Story:
    """After a quiet hour, or `before` minutes, `ails` is done to the stack every minute; `after` minutes later exactly `fires` fire."""

    name: str
    ails: Callable[[Stack], object]
    """Told every minute."""
    fires: tuple[str, ...]
    after: int = 10
    before: int = HOUR


def stops(service: str) -> Callable[[Stack], object]:
    """It is there and does not answer, as after a kill."""
    return lambda stack: stack.services.update({service: None})


def fails(*checks: str) -> Callable[[Stack], object]:
    """Servers away; without Kafka nothing is done."""

    def ails(stack: Stack) -> None:
        stack.failing |= set(checks)
        stack.idle |= set(stack.services) if "kafka" in checks else set()

    return ails


def starts_without(reason: str) -> Callable[[Stack], object]:
    """The extractor is started, and its server is not there."""

    def ails(stack: Stack) -> None:
        if "extractor" not in stack.idle:
            stack.start("extractor").waiting(reason)
            stack.idle.add("extractor")

    return ails


def restarts(stack: Stack) -> None:
    """Every ten minutes."""
    if stack.recording.minutes % 10 == 0:
        stack.start("store")


def fills_the_disk(stack: Stack) -> None:
    stack.free = 0.0
    stack.failing.add("archive")
    stack.of("store").retried(PAGE_FETCHED.name, "archive_full")


def turns_away(stack: Stack) -> None:
    stack.answers[SITE], stack.articles[SITE] = "http_403", ""


def hides_its_articles(stack: Stack) -> None:
    stack.articles[SITE] = "challenge_page"


def is_gone(stack: Stack) -> None:
    stack.answers[SITE], stack.articles[SITE] = "dns_failed", ""


def falls_behind(stack: Stack) -> None:
    stack.lag["kabar-extractor"] = stack.lag.get("kabar-extractor", 0) + 40


def catches_up(stack: Stack) -> None:
    stack.lag["kabar-extractor"] = max(600, stack.lag.get("kabar-extractor", 9_000) - 40)


def hangs(stack: Stack) -> None:
    stack.lag["kabar-store"] = 3
    stack.idle.add("store")


def stops_asking(stack: Stack) -> None:
    stack.idle.add("crawler")


def sets(**fields: float) -> Callable[[Stack], object]:
    return lambda stack: stack.__dict__.update(fields)


def kills_workers(stack: Stack) -> None:
    stack.of("extractor").worker_killed("extraction_timeout")


def buries(reason: str) -> Callable[[Stack], object]:
    return lambda stack: stack.of("extractor").dead(PAGE_FETCHED.name, reason)


def asks_for_peace(stack: Stack) -> None:
    stack.of("crawler").host_rests("http_429")


STORIES = (
    Story("the crawler is stopped", stops("crawler"), ("ServiceDown",)),
    Story("the extractor is stopped", stops("extractor"), ("ServiceDown",)),
    Story("the store is stopped", stops("store"), ("ServiceDown",)),
    Story("no store is left", lambda stack: stack.services.pop("store", None), ("ServiceDown",), after=15),
    Story("Kafka is stopped", fails("kafka"), ("BrokerAway", "ServiceNotReady")),
    Story("Kafka is stopped, for a moment", fails("kafka"), (), after=0),
    Story("MongoDB is stopped", fails("store"), ("ServiceNotReady", "StoreAway")),
    Story("Kafka is not there at the start", starts_without("kafka_away"), ("BrokerAway", "ServiceNotReady")),
    Story("MongoDB is not there at the start", starts_without("store_away"), ("ServiceNotReady", "StoreAway")),
    Story("the store starts again and again", restarts, ("ServiceRestarts",), after=50),
    Story("the disk quota is full", fills_the_disk, ("ArchiveStopped", "DiskFilling", "ServiceNotReady")),
    Story("the disk is nearly full", sets(free=0.08), ("DiskFilling",)),
    Story("the memory is nearly used up", sets(used=0.95), ("MemoryNearLimit",), after=15),
    Story("the memory is well used", sets(used=0.85), (), after=15),
    Story("the clock is set forward", sets(step=7_200.0), ("ClockStep",)),
    Story("the clock is set back", sets(step=-7_200.0), ("ClockStep",)),
    Story("a site turns us away", turns_away, ("SiteBlocked",), after=4 * HOUR),
    Story("a site shows its feed and hides its articles", hides_its_articles, ("SiteBlocked",), after=4 * HOUR),
    Story("a site is gone for an afternoon", is_gone, (), after=5 * HOUR),
    Story("a site is gone", is_gone, ("SiteSilent",), after=14 * HOUR),
    Story("the extractor falls behind", falls_behind, ("LagGrowing",), after=2 * HOUR),
    Story("the extractor catches up", catches_up, (), after=2 * HOUR),
    Story("the store hangs", hangs, ("NothingDone",), after=2 * HOUR),
    Story("the crawler does nothing", stops_asking, ("CrawlStalled",), after=HOUR),
    Story("pages are refused, for a reason that is new", buries("no_article"), ("DeadLettersAboveUsual",), after=40),
    Story("as many pages are refused as ever", buries("no_article"), (), after=HOUR, before=0),
    Story("pages are a defect of ours", buries("unexpected_error"), ("Defect",), after=2),
    Story("workers are killed", kills_workers, ("WorkersKilled",), after=20),
    Story("articles are stored late", sets(age=3_000.0), ("StoredLate",), after=90),
    Story("articles are seen late", sets(seen_after=100_000.0), ("SeenLate",), after=6 * HOUR),
    Story("hosts ask for peace", asks_for_peace, ("HostsAskForPeace",), after=40),
    Story("hosts wait for a place", sets(wait=5_000.0), ("HostsWait",), after=20),
)


def told(story: Story) -> Recording:
    stack = Stack()
    stack.minutes(story.before)
    for _ in range(story.after + 1):
        story.ails(stack)
        stack.minute()
    return stack.recording


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_the_named_alert_fires_and_no_other(story: Story, tmp_path: Path) -> None:
    before = [(story.before - 1, FIRING, fires())] if story.before else []
    ask(told(story), tmp_path, *before, (story.before + story.after, FIRING, fires(*story.fires)))


def test_a_usual_number_of_dead_letters_is_known_after_a_day(tmp_path: Path) -> None:
    """The first day of a reason is above the usual, which was none; the second is as ever."""
    stack = Stack()
    for _ in range(DAY + 2 * HOUR):
        buries("no_article")(stack)
        stack.minute()
    ask(stack.recording, tmp_path, (DAY + 2 * HOUR - 1, FIRING, fires()))


def test_a_well_stack_is_silent(tmp_path: Path) -> None:
    stack = Stack()
    stack.minutes(8 * HOUR)
    ask(stack.recording, tmp_path, *((minute, FIRING, fires()) for minute in range(8 * HOUR)))


@pytest.mark.parametrize(
    ("breaks", "heals"),
    [
        (lambda stack: stack.failing.update({"kafka", "store", "archive"}), lambda stack: stack.failing.clear()),
        (stops("extractor"), lambda stack: stack.start("extractor")),
        (turns_away, lambda stack: (stack.answers.update({SITE: "read"}), stack.articles.update({SITE: "published"}))),
    ],
    ids=["servers", "service", "site"],
)
def test_an_alert_ends_with_its_cause(breaks: Callable[[Stack], Any], heals: Callable[[Stack], Any], tmp_path: Path) -> None:
    stack = Stack()
    stack.minutes(HOUR)
    breaks(stack)
    stack.minutes(5 * HOUR)
    heals(stack)
    stack.minutes(20)
    ailing = f"count({FIRING}) > bool 0"
    ask(stack.recording, tmp_path, (6 * HOUR - 1, ailing, {"{}": 1.0}), (6 * HOUR + 19, FIRING, fires()))


def test_what_an_alert_says(tmp_path: Path) -> None:
    stack = Stack()
    stack.failing.add("archive")
    stack.minutes(10)
    labels = {"service": "store", "instance": "store:8080", "job": "store", "check": "archive"}
    says = {"summary": "store store:8080 is not ready: archive", "runbook": "docs/operate.md#servicenotready"}
    expected = [{"exp_labels": {**labels, "severity": "warning"}, "exp_annotations": says}]
    test = [{"alertname": "ServiceNotReady", "eval_time": "9m", "exp_alerts": expected}]
    run_test(tmp_path, {"input_series": stack.recording.series(), "alert_rule_test": test})


def test_every_alert_has_its_story() -> None:
    assert {alert for story in STORIES for alert in story.fires} == set(ALERTS)


@pytest.mark.parametrize("alert", sorted(ALERTS))
def test_every_alert_says_what_to_do(alert: str) -> None:
    rule = ALERTS[alert]
    assert rule["labels"]["severity"] in ("critical", "warning")
    assert rule["annotations"]["summary"]
    assert rule["annotations"]["runbook"] == f"docs/operate.md#{alert.lower()}"
    section = re.search(rf"^### {alert}\n\n(.+?)(?=^#|\Z)", OPERATE, re.MULTILINE | re.DOTALL)
    assert section, f"docs/operate.md has no section {alert}"
    assert len(section[1].split()) >= 20


def test_no_runbook_is_left_over() -> None:
    chapter = OPERATE.partition("## What each alarm means and what to do\n")[2].partition("\n## ")[0]
    assert set(re.findall(r"^### (\w+)$", chapter, re.MULTILINE)) == set(ALERTS)


def test_promtool_finds_the_configuration_right() -> None:
    promtool("check", "config", CONFIG)
    promtool("check", "rules", RULES)


def test_a_message_that_is_not_recorded_would_be_seen(tmp_path: Path) -> None:
    """The way these tests ask can fail: one alert too many or too few is no pass."""
    stack = Stack()
    stops("crawler")(stack)
    stack.minutes(10)
    for wrong in (fires(), fires("BrokerAway"), fires("ServiceDown", "BrokerAway")):
        with pytest.raises(AssertionError, match="FAILED"):
            ask(stack.recording, tmp_path, (9, FIRING, wrong))
    assert ARTICLE_EXTRACTED.name in str(stack.recording.series())

"""The quick set of the faults on real servers, and that the count can tell what is lost and what is there twice. `make faults` runs all."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.faults.run import run_fault
from tests.faults.table import FAULTS, Fault
from tests.faults.tally import Left, Sent, Wanted, tally

QUICK = [fault for fault in FAULTS if fault.quick]
POISON = base64.b64encode(b"racun").decode()
SENT = Sent({"art_1": Wanted(2, "h2"), "art_2": Wanted()}, Counter({POISON: 1}))
ARTICLES: list[dict[str, Any]] = [
    {"id": "art_1", "url": "http://a/1", "revision": 2, "content_hash": "h2", "event": {}},
    {"id": "art_2", "url": "http://a/2", "revision": 1, "content_hash": "h", "event": None},
]
EVENT = {"id": "evt_1", "revision": 2, "articles": [{"id": "art_1"}]}
LETTER = {"id": "ded_1", "reason": "invalid_json", "service": "store", "detail": "", "value": POISON}
LEFT = Left(
    articles=ARTICLES,
    revisions=[("art_1", 1), ("art_1", 2), ("art_2", 1)],
    events=[EVENT],
    held={"evt_1": EVENT},
    told=[("evt_1:1", b"1"), ("evt_1:2", b"2"), ("evt_1:2", b"2")],
    letters=[LETTER],
)


@pytest.mark.integration
@pytest.mark.timeout(300)
@pytest.mark.parametrize("fault", QUICK, ids=[fault.name for fault in QUICK])
async def test_nothing_is_lost_doubled_or_late(fault: Fault, tmp_path: Path) -> None:
    outcome = await run_fault(fault, fault.quick, tmp_path, seed=1)
    assert outcome.sent.messages > 50
    assert outcome.wrongs == (), f"logs in {tmp_path}"


def test_what_is_as_it_was_sent_counts_nothing() -> None:
    count = tally(SENT, LEFT)
    assert (count.lost, count.twice, count.strangers) == ((), (), ())


LOSSES: dict[str, Callable[[], Left]] = {
    "an article": lambda: replace(LEFT, articles=ARTICLES[:1]),
    "the newest version": lambda: replace(LEFT, articles=[{**ARTICLES[0], "content_hash": "h1"}, ARTICLES[1]]),
    "a version of the history": lambda: replace(LEFT, revisions=LEFT.revisions[1:]),
    "an event of the store and its announcement": lambda: replace(LEFT, events=[], held={}),
    "an announcement": lambda: replace(LEFT, held={}),
    "the last announcement": lambda: replace(LEFT, held={"evt_1": {**EVENT, "revision": 1}}),
    "a dead letter": lambda: replace(LEFT, letters=[]),
}
DOUBLES: dict[str, Callable[[], Left]] = {
    "an article under another id": lambda: replace(LEFT, articles=[*ARTICLES, {**ARTICLES[1], "id": "art_3", "url": "http://a/3"}]),
    "a version too many": lambda: replace(
        LEFT, articles=[ARTICLES[0], {**ARTICLES[1], "revision": 2}], revisions=[*LEFT.revisions, ("art_2", 2)]
    ),
    "a version that never was": lambda: replace(LEFT, revisions=[*LEFT.revisions, ("art_2", 2)]),
    "one report in two events": lambda: replace(
        LEFT, events=[EVENT, {**EVENT, "id": "evt_2"}], held={"evt_1": EVENT, "evt_2": {**EVENT, "id": "evt_2"}}
    ),
    "an event only consumers know": lambda: replace(LEFT, held={"evt_1": EVENT, "evt_2": EVENT}),
    "one version told in two ways": lambda: replace(LEFT, told=[*LEFT.told, ("evt_1:2", b"3")]),
}


@pytest.mark.parametrize("what", LOSSES)
def test_a_loss_is_counted(what: str) -> None:
    count = tally(SENT, LOSSES[what]())
    assert (len(count.lost), count.twice, count.strangers) == (1, (), ())


@pytest.mark.parametrize("what", DOUBLES)
def test_what_is_there_twice_is_counted(what: str) -> None:
    count = tally(SENT, DOUBLES[what]())
    assert (count.lost, len(count.twice), count.strangers) == ((), 1, ())


def test_a_dead_letter_that_is_no_poison_is_a_stranger() -> None:
    count = tally(SENT, replace(LEFT, letters=[LETTER, {**LETTER, "id": "ded_2", "value": "ew=="}]))
    assert (count.lost, count.twice, len(count.strangers)) == ((), (), 1)

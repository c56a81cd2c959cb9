"""The real services on a site that does its worst, one test for each thing it does."""

from __future__ import annotations

import pytest
import pytest_asyncio

from deploy.local.servers import Servers
from tests.hostile.case import Case
from tests.hostile.cases import CASES, good
from tests.hostile.crawled import FROM_OUTSIDE, Crawled, crawl

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]

MOST_MEMORY = 300
"""MB."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def crawled(stack: Servers, tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    return await crawl(stack, tmp_path_factory.mktemp("hostile"))


def _one_of(found: str, wanted: str) -> bool:
    return found in wanted.split("|")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_case(crawled: Crawled, case: Case) -> None:
    documents = sorted(crawled.documents[case.id])
    assert [document.path for document in documents] == sorted(case.stored), f"{case.does}: {dict(crawled.reasons[case.id])}"
    for path, title in case.titles.items():
        assert [title in document.title for document in documents if document.path == path] == [True]
    assert tuple(document.path for document in documents if document.gone) == case.gone
    for path, reasons in case.reasons.items():
        assert {reason for reason in crawled.reasons[case.id][path] if _one_of(reason, reasons)}, dict(crawled.reasons[case.id])
    asked = crawled.asked[1][case.id]
    assert not set(case.unasked) & {*asked, *crawled.asked[2][case.id]}
    assert asked.total() <= case.most, asked.most_common(5)
    assert set(crawled.published[1][case.id].values()) <= {1}, "each page is published once"
    assert sorted(crawled.published[2][case.id]) == sorted(case.again)


def test_every_good_article_arrives_meanwhile(crawled: Crawled) -> None:
    assert crawled.published[1]["baik"] == dict.fromkeys(good.PATHS, 1)


def test_there_are_at_least_120_cases_and_no_two_of_a_name() -> None:
    assert len({case.id for case in CASES}) == len(CASES) >= 120


def test_nobody_came_to_the_internal_network(crawled: Crawled) -> None:
    assert crawled.intruders == 0


def test_who_asks_for_our_network_from_outside_is_turned_away(crawled: Crawled) -> None:
    assert set(crawled.turned_away) <= {"bad_url", "unknown_site"}
    assert crawled.turned_away.total() == len(FROM_OUTSIDE)


def test_memory_stays_small(crawled: Crawled) -> None:
    assert max(crawled.peaks) < MOST_MEMORY


def test_the_crawler_lives_is_ready_and_ends_when_asked(crawled: Crawled) -> None:
    assert (crawled.healthy, crawled.codes) == ([True, True], [0, 0])

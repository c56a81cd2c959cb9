"""The count at the end can say that something is missing."""

from __future__ import annotations

from tests.compose.newsdesk import lost_and_twice
from tests.faults.stories import Story


def test_what_is_missing_and_what_is_there_twice_is_named() -> None:
    one, two, three = (Story(number, "situs-1.example") for number in range(3))
    assert lost_and_twice([one, two, three], [one.url, three.url, three.url]) == ([two.url], [three.url])
    assert lost_and_twice([one], [one.url, "http://andalaspos.example/lain"]) == ([], [])

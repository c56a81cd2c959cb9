"""The verdict on a site, and on a region, from counts."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from cli.verdict import FAILURES, Counts, Verdict, judge, judge_region, why


def counted(**fields: Any) -> Counts:
    made: dict[str, Any] = {name: Counter(value) if isinstance(value, dict) else value for name, value in fields.items()}
    return Counts(**made)


@pytest.mark.parametrize(
    ("counts", "verdict"),
    [
        (counted(), "not_looked_at"),
        (counted(pages=3), "not_looked_at"),  # known articles were looked at again; nobody asked for news
        (counted(sources=24, pages=3), "silent"),
        (counted(sources=24, unseen={"http_404": 48}), "silent"),  # guessed feeds that are not there
        (counted(sources=1, pages=1, new=1, articles=1), "reported"),
        (counted(events=1), "reported"),  # told by an article we have had for long
        (counted(articles=1, unseen={"http_403": 9}, refused={"http_403": 9}), "reported"),
        # Could not look.
        (counted(unseen={"http_403": 4}), "blocked"),
        (counted(unseen={"robots_disallowed": 1}), "blocked"),
        (counted(unseen={"http_429": 3}, pages=2), "blocked"),
        (counted(unseen={"robots_challenge_page": 1}), "blocked"),
        (counted(unseen={"robots_http_403": 1}), "blocked"),
        (counted(unseen={"dns_failed": 1}), "failing"),
        (counted(unseen={"robots_dns_failed": 3}), "failing"),
        (counted(unseen={"robots_unavailable": 1}), "failing"),
        (counted(unseen={"no_links": 9}), "failing"),
        (counted(unseen={"http_404": 2}), "failing"),
        (counted(unseen={"not_a_feed": 2}, refused={"http_403": 9}), "failing"),  # what was found earlier does not matter
        (counted(unseen={"http_403": 2, "dns_failed": 3}), "failing"),
        (counted(unseen={"http_403": 3, "dns_failed": 2}), "blocked"),
        (counted(unseen={"http_403": 2, "dns_failed": 2}), "blocked"),
        # Could look, and got nothing of what there was.
        (counted(sources=9, refused={"challenge_page": 3}), "blocked"),
        (counted(sources=9, refused={"http_5xx": 3}), "failing"),
        (counted(sources=9, refused={"fetch_timeout": 1, "page_too_big": 2}), "refused"),
        (counted(sources=9, refused={"redirect_off_site": 1}), "refused"),
        (counted(sources=9, pages=2, new=2, rejected={"no_article": 2}), "refused"),
        (counted(sources=9, pages=2, new=2, rejected={"login_page": 2}), "blocked"),
        (counted(sources=9, pages=2, new=1, refused={"http_403": 1}, rejected={"no_article": 1}), "blocked"),
        (counted(refused={"http_404": 1}), "refused"),
        # Fetched, and nothing came of it.
        (counted(sources=9, pages=2, new=2), "unread"),
        (counted(sources=9, pages=2, new=2, rejected={"no_article": 1}), "unread"),
        (counted(unseen={"http_403": 2}, pages=2, new=2), "unread"),
    ],
)
def test_of_a_site(counts: Counts, verdict: str) -> None:
    assert judge(counts) == verdict


@pytest.mark.parametrize(
    ("events", "sites", "verdict"),
    [
        (0, [], "no_site"),
        (2, [], "reported"),  # sites from elsewhere told
        (1, ["blocked"], "reported"),
        (0, ["silent", "reported", "blocked"], "reported"),
        (0, ["silent", "silent"], "silent"),
        (0, ["silent", "not_looked_at"], "not_looked_at"),
        (0, ["silent", "failing", "blocked", "refused"], "blocked"),
        (0, ["unread", "refused"], "refused"),
    ],
)
def test_of_a_region(events: int, sites: list[str], verdict: str) -> None:
    assert judge_region(events, [Verdict(site) for site in sites]) == verdict


def test_every_verdict_is_one_of_the_three_or_a_failure() -> None:
    assert set(Verdict) == {Verdict.reported, Verdict.silent, Verdict.no_site, *FAILURES}


def test_the_reasons_of_a_failure() -> None:
    assert why(counted(unseen={"http_403": 1}, refused={"http_404": 1})) == {"http_403": 1}
    assert why(counted(sources=1, unseen={"http_403": 1}, refused={"http_404": 1}, rejected={"http_404": 1})) == {"http_404": 2}


def test_counts_add_up() -> None:
    one = counted(sources=1, pages=2, new=3, articles=4, events=5, unseen={"a": 1}, refused={"b": 1}, rejected={"c": 1})
    assert one + one == counted(sources=2, pages=4, new=6, articles=8, events=10, unseen={"a": 2}, refused={"b": 2}, rejected={"c": 2})

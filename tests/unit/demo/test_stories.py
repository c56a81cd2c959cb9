"""The newsroom's data: enough of it, well formed, and honest with its own expectation."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from demo.expected import load_expected
from demo.pages import build
from demo.stories import NEWSROOM, SITES, load_outlets
from services.crawler.discover.article_urls import looks_like_article
from shared.documents import EventType, Flag
from shared.sites import load_sites

OUTLETS = load_outlets()
EXPECTED = {row.url: row for row in load_expected()}
STORIES = {outlet.url(story): story for outlet in OUTLETS for story in outlet.story}
WEEKDAYS = ("senin", "selasa", "rabu", "kamis", "jumat", "sabtu", "minggu")
REGISTER = Path(__file__).resolve().parents[3] / "../shared/wilayah/wilayah.tsv"
STATED = re.compile(r"\b(\w+), ?\((\d{1,2})/(\d{1,2})/(\d{4})\)|\b(\w+) \((\d{1,2})/(\d{1,2})/(\d{4})\)")


def stated_days(body: str) -> list[tuple[str, date]]:
    """Every "Rabu (25/6/2025)" of a text."""
    groups = [[group for group in match.groups() if group] for match in STATED.finditer(body)]
    return [(word.lower(), date(int(year), int(month), int(day))) for word, day, month, year in groups]


def test_there_is_enough_to_read() -> None:
    assert len(OUTLETS) >= 6
    assert sum(row.outcome == "stored" for row in EXPECTED.values()) >= 40
    assert {outlet.cms for outlet in OUTLETS} == {"blogger", "drupal", "network", "regency", "wordpress"}


def test_every_site_is_in_the_site_file_and_the_other_way_round() -> None:
    sites = {site.id: site for site in load_sites(SITES)}
    assert {site.host for site in sites.values()} == {outlet.host for outlet in OUTLETS}
    assert {outlet.host for outlet in OUTLETS} == {file.stem for file in NEWSROOM.glob("*.example.toml")}
    assert {outlet.home for outlet in OUTLETS} == {site.home for site in sites.values()}
    assert all(site.pace == 0 for site in sites.values())


def test_the_places_a_site_file_names_are_served() -> None:
    pages = build(OUTLETS)
    for site in load_sites(SITES):
        for url in (*site.feeds, *site.sitemaps, *site.listings):
            assert (site.host, url.removeprefix(site.home.rstrip("/"))) in pages


def test_the_expectation_names_every_page_once_and_no_other() -> None:
    leaves = {outlet.url(leaf) for outlet in OUTLETS for leaf in outlet.newest()}
    assert leaves == EXPECTED.keys()
    assert len(load_expected()) == len(EXPECTED)


def test_what_only_links_lead_to_looks_like_an_article() -> None:
    regency = next(outlet for outlet in OUTLETS if "listing" in outlet.announce)
    assert all(looks_like_article(regency.url(story)) for story in regency.story)


def test_forbidden_pages_are_those_of_the_section_that_robots_txt_forbids() -> None:
    never = {url for url, row in EXPECTED.items() if row.outcome == "never"}
    assert len(never) == 2
    assert never == {url for url in STORIES if url.startswith("http://tanahtimur.example/premium/")}


@pytest.mark.parametrize("url", sorted(STORIES))
def test_every_article_has_four_to_eight_paragraphs_or_is_forbidden(url: str) -> None:
    paragraphs = [block for block in STORIES[url].body.strip().split("\n\n") if not block.startswith("[")]
    assert 4 <= len(paragraphs) <= 10 or EXPECTED[url].outcome == "never"


@pytest.mark.parametrize("url", sorted(STORIES))
def test_the_expectation_speaks_the_contract(url: str) -> None:
    row = EXPECTED[url]
    assert row.types <= {*EventType, "none"}
    assert row.flags <= set(Flag)
    assert (row.date is not None) == (row.region is not None) == bool(row.types - {"none"})


@pytest.mark.parametrize("url", sorted(STORIES))
def test_a_weekday_is_wrong_exactly_where_the_expectation_says_so(url: str) -> None:
    row, days = EXPECTED[url], stated_days(STORIES[url].body)
    mismatched = [day for word, day in days if WEEKDAYS[day.weekday()] != word]
    assert bool(mismatched) == (Flag.weekday_mismatch in row.flags)
    assert row.date is None or not days or row.date in {day.isoformat() for _, day in days}
    assert all(day <= STORIES[url].published.date() for _, day in days)


def test_three_or_four_weekdays_are_wrong() -> None:
    assert 3 <= Counter(flag for row in EXPECTED.values() for flag in row.flags)[Flag.weekday_mismatch] <= 4


def test_regions_are_in_the_register_and_many_provinces_are_met() -> None:
    if not REGISTER.exists():
        pytest.skip("the register of regions (../shared/wilayah) is not beside the project")
    codes = {line.split("\t")[0] for line in REGISTER.read_text(encoding="utf-8").splitlines()[1:]}
    regions = {row.region for row in EXPECTED.values() if row.region}
    assert regions <= codes
    assert len({region[:2] for region in regions}) >= 20
    assert {"11", "96"} <= {region[:2] for region in regions}


def test_one_release_stands_on_two_sites() -> None:
    bodies = Counter(story.body for story in STORIES.values())
    assert sorted(bodies.values())[-2:] == [1, 2]

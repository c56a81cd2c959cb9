from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from services.crawler.archive.span import Span
from services.crawler.archive.templates import MOST_PAGES, dated_pages
from shared.sites import Site

HOME = "https://situs.example"
TODAY = date(2023, 4, 3)


@pytest.mark.parametrize(
    ("template", "span", "urls"),
    [
        ("/indeks/{date}", Span(date(2023, 4, 1), date(2023, 4, 2)), ["/indeks/2023-04-02", "/indeks/2023-04-01"]),
        ("/indeks?date={month}/{day}/{year}", Span(date(2023, 4, 1), date(2023, 4, 1)), ["/indeks?date=04/01/2023"]),
        ("/{year}/{month}/", Span(date(2023, 1, 31), date(2023, 3, 1)), ["/2023/03/", "/2023/02/", "/2023/01/"]),
        ("/arsip/{year}", Span(date(2021, 12, 31), date(2022, 1, 1)), ["/arsip/2022", "/arsip/2021"]),
        ("/indeks/{date}/{page}", Span(date(2023, 4, 2)), ["/indeks/2023-04-03/1", "/indeks/2023-04-02/1"]),
        ("/indeks/{date}", Span(date(2023, 5, 1)), []),
    ],
)
def test_pages_from_the_latest_day_back(template: str, span: Span, urls: list[str]) -> None:
    assert [page.url.removeprefix(HOME) for page in dated_pages(HOME + template, span, TODAY)] == urls


def test_further_pages_have_a_rule() -> None:
    (page,) = dated_pages(f"{HOME}/indeks/{{date}}/{{page}}", Span(TODAY), TODAY)
    assert page.rule == f"{HOME}/indeks/2023-04-03/{{page}}"
    assert dated_pages(f"{HOME}/indeks/{{date}}", Span(TODAY), TODAY)[0].rule is None


_dates = st.dates(date(1995, 1, 1), date(2030, 12, 31))


@settings(deadline=None)
@given(_dates, _dates, st.sampled_from(["/{date}", "/{year}/{month}", "/{year}"]))
def test_days_are_each_asked_for_once(since: date, today: date, template: str) -> None:
    pages = dated_pages(HOME + template, Span(since), today)
    assert len({page.url for page in pages}) == len(pages) <= MOST_PAGES
    assert all(since <= page.days[1] <= today for page in pages)
    assert bool(pages) == (since <= today)


@pytest.mark.parametrize(
    "template",
    [f"{HOME}/indeks", f"{HOME}/{{page}}", f"{HOME}/{{date}}/{{slug}}", "https://lain.example/{date}", "file:///{date}"],
)
def test_templates_that_are_none(template: str) -> None:
    with pytest.raises(ValidationError):
        Site(id="situs.example", name="Situs", home=f"{HOME}/", archives=(template,))


def test_a_template_of_the_site_file() -> None:
    assert Site(id="situs.example", name="Situs", home=f"{HOME}/", archives=("https://www.situs.example/indeks?date={date}",))

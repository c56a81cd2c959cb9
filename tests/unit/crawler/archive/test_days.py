from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.crawler.archive.days import days_of_name, days_of_text, days_of_url
from services.crawler.archive.span import Days, Span, backfill_id, day_of


def day(year: int, month: int, of: int) -> Days:
    return date(year, month, of), date(year, month, of)


APRIL = (date(2023, 4, 1), date(2023, 4, 30))


@pytest.mark.parametrize(
    ("url", "days"),
    [
        ("https://lampung.example/2023/04/05/warga-mengawasi/", day(2023, 4, 5)),
        ("https://nasional.example/read/2023/04/05/10152451/warga-mengawasi", day(2023, 4, 5)),
        ("https://situs.example/berita/2023-04-05-warga", day(2023, 4, 5)),
        ("https://situs.example/20230405/warga", day(2023, 4, 5)),
        ("https://news.example/berita/20230405101524-12-933/warga", day(2023, 4, 5)),
        ("https://situs.example/2023/04/warga-mengawasi.html", APRIL),
        ("https://situs.example/2023/4/warga", APRIL),
        ("https://situs.example/indeks?date=2023-04-05", day(2023, 4, 5)),
        ("https://situs.example/2023/02/30/warga", (date(2023, 2, 1), date(2023, 2, 28))),
        ("https://situs.example/berita/pemilu-2024-12-partai-lolos", None),
        ("https://situs.example/berita/anggaran-2023", None),
        ("https://situs.example/d-20239999/warga", None),
        ("https://situs.example/berita/788185/apel", None),
    ],
)
def test_days_of_an_article(url: str, days: Days | None) -> None:
    assert days_of_url(url) == days


@pytest.mark.parametrize(
    ("name", "days"),
    [
        ("post-sitemap2023-04.xml", APRIL),
        ("sitemap-2023-04.xml", APRIL),
        ("sitemap-posts-2023-04.xml", APRIL),
        ("news-2023-04", APRIL),
        ("sitemap_202304.xml.gz", APRIL),
        ("sitemap.xml?yyyy=2023&mm=04", None),
        ("sitemap-2023.xml", (date(2023, 1, 1), date(2023, 12, 31))),
        ("sitemap-2023-04-05.xml", day(2023, 4, 5)),
        ("sitemap-pt-post-2023-04.html", APRIL),
        ("post-sitemap12.xml", None),
        ("sitemap.xml?page=2", None),
    ],
)
def test_days_a_sitemap_is_called_after(name: str, days: Days | None) -> None:
    assert days_of_name(f"https://situs.example/{name}") == days


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Selasa, 14 November 2023 | 10:00 WIB", day(2023, 11, 14)),
        ("14 Nov 2023", day(2023, 11, 14)),
        ("14-Nov-2023", day(2023, 11, 14)),
        ("  5 Agustus 2023, 17:03", day(2023, 8, 5)),
        ("14/11/2023 08:00", day(2023, 11, 14)),
        ("2023-11-14", day(2023, 11, 14)),
        ("November 14, 2023", day(2023, 11, 14)),
        ("31 Februari 2023", None),
        ("3 jam lalu", None),
        ("14 orang 2023", None),
        ("Bawaslu menggelar rapat di kantor pada Selasa 14 November 2023 yang lalu", None),
        ("", None),
    ],
)
def test_days_beside_a_link(text: str, days: Days | None) -> None:
    assert days_of_text(text) == days


@given(st.text(max_size=80))
def test_no_text_is_too_odd(text: str) -> None:
    for found in (
        days_of_url(f"https://situs.example/{text.replace('[', '')}"),
        days_of_name("https://situs.example/x"),
        days_of_text(text),
    ):
        assert found is None or found[0] <= found[1]


@pytest.mark.parametrize(
    ("moment", "of"),
    [
        (datetime(2022, 12, 31, 18, tzinfo=UTC), date(2023, 1, 1)),
        (datetime(2023, 1, 1, tzinfo=UTC), date(2023, 1, 1)),
        (datetime.max.replace(tzinfo=UTC), date.max),
    ],
)
def test_a_moment_is_of_a_day_in_indonesia(moment: datetime, of: date) -> None:
    assert day_of(moment) == (of, of)


def test_what_a_span_holds() -> None:
    span = Span(date(2023, 4, 10), date(2023, 4, 20))
    assert span.holds(None)
    assert span.holds(APRIL)
    assert span.holds(day(2023, 4, 10))
    assert span.holds(day(2023, 4, 20))
    assert not span.holds(day(2023, 4, 9))
    assert not span.holds(day(2023, 4, 21))
    assert [span.before(days) for days in (day(2023, 4, 9), day(2023, 4, 21), APRIL, None)] == [True, False, False, False]


def test_a_backfill_is_named_by_site_and_days() -> None:
    assert backfill_id("situs.example", date(2023, 1, 1), date(2023, 12, 31)) == "situs.example:2023-01-01:2023-12-31"
    assert backfill_id("situs.example", date(2023, 1, 1), None) == "situs.example:2023-01-01:"

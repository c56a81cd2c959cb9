from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.extractor.content import parse
from services.extractor.metadata import Metadata, guess_published, read_metadata, read_time
from shared.documents import SourceName, TimePrecision
from shared.urls import one_article
from tests.unit.extractor.conftest import FETCHED

URL = "https://kabar.example/berita/1"


def read(head: str, body: str = "<p>Isi.</p>") -> Metadata:
    return read_metadata(parse(f"<html><head>{head}</head><body>{body}</body></html>"), URL)


def ld(**values: object) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", **values})}</script>'


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        (ld(headline="Dari JSON-LD"), "<h1>Dari H1</h1>", "Dari JSON-LD"),
        ('<meta property="og:title" content="Dari OG - Kabar"><title>X - Kabar</title>', "<h1>Dari H1</h1>", "Dari H1"),
        ('<meta property="og:title" content="Dari OG">', "<h1>A</h1><h1>B</h1>", "Dari OG"),
        ('<meta property="og:site_name" content="Kabar"><meta property="og:title" content="Dari OG - Kabar">', "", "Dari OG"),
        ("<title>Dari judul - Kabar</title>", "", "Dari judul"),
        ('<meta property="og:site_name" content="Kabar"><title>Harga 5 - 7 ribu - Kabar</title>', "", "Harga 5 - 7 ribu"),
        ('<meta property="og:site_name" content="Kabar"><title> - Kabar</title>', "<h1></h1>", ""),
        ("", "", ""),
    ],
)
def test_title(head: str, body: str, title: str) -> None:
    assert read(head, body).title == title


@pytest.mark.parametrize(
    ("link", "canonical"),
    [
        ("https://kabar.example/berita/satu", "https://kabar.example/berita/satu"),
        ("https://www.kabar.example/berita/satu", "https://www.kabar.example/berita/satu"),
        ("/berita/satu?utm_source=x", "https://kabar.example/berita/satu"),
        ("https://lain.example/berita/satu", None),
        ("https://kabar.example/", None),  # every page's canonical: a template's mistake
        ("/berita", None),  # the section every page of it calls canonical
        ("javascript:alert(1)", None),
        ("http://[", None),
    ],
)
def test_canonical_link_only_within_the_host(link: str, canonical: str | None) -> None:
    assert read(f'<link rel="canonical" href="{link}">').canonical == canonical


@pytest.mark.parametrize(
    ("text", "iso", "precision"),
    [
        ("2023-07-26T10:00:00+07:00", "2023-07-26T10:00:00+07:00", TimePrecision.second),
        ("2023-07-26T10:00:00+0800", "2023-07-26T10:00:00+08:00", TimePrecision.second),
        ("2023-07-26 10:00", "2023-07-26T10:00:00+07:00", TimePrecision.minute),
        ("2023-07-26T03:00:00.000Z", "2023-07-26T03:00:00+00:00", TimePrecision.second),
        ("2023-07-26", "2023-07-26T00:00:00+07:00", TimePrecision.day),
        ("2023-13-26", None, None),
        ("2023-07-26T10:00:00+99:00", None, None),
        ("0001-01-01T00:00:00+14:00", None, None),
        ("kemarin", None, None),
        (7, None, None),
    ],
)
def test_times(text: object, iso: str | None, precision: TimePrecision | None) -> None:
    found = read_time(text, SourceName.meta)
    assert (found and found.value.isoformat(), found and found.precision) == (iso, precision)


def test_json_ld_wins_and_says_so() -> None:
    meta = read(
        ld(datePublished="2024-01-02T03:04:05Z", author={"name": "Budi"}) + '<meta property="article:published_time" content="2020-01-01">'
    )
    assert meta.published is not None and (meta.published.value.year, meta.published.source) == (2024, SourceName.json_ld)
    assert [(b.name, b.role) for b in meta.bylines] == [("Budi", "writer")]


def test_a_graph_and_broken_json_are_survived() -> None:
    graph = json.dumps(
        {
            "@graph": [
                {"@type": "WebPage"},
                {"@type": ["Article"], "headline": "Di dalam", "keywords": ["a", 1, "b"], "author": [{"name": ["x"]}, 5]},
            ]
        }
    )
    meta = read(f'<script type="application/ld+json">{{"rusak": </script><script type="application/ld+json">{graph}</script>')
    assert (meta.title, meta.tags, meta.bylines) == ("Di dalam", ("a", "b"), ())


def test_a_missing_date_is_guessed_from_the_address() -> None:
    found = guess_published(parse("<html><body><p>Isi.</p></body></html>"), "https://kabar.example/2024/03/05/judul/", FETCHED)
    assert found is not None and (found.value.date().isoformat(), found.source) == ("2024-03-05", SourceName.page)


@pytest.mark.parametrize(
    ("head", "body", "names"),
    [
        ('<meta name="author" content="Danu Wira">', "", ["Danu Wira"]),
        ("", '<a rel="author" href=x>Danu Wira</a>', ["Danu Wira"]),
        ("", '<a rel="author" href=x>Danu Wira</a><a rel="author" href=y>Orang Lain</a>', []),
        (ld(author={"name": "Sari"}) + '<meta name="author" content="Danu Wira">', "", ["Sari"]),
        ('<meta property="og:site_name" content="Kabar"><meta name="author" content="Kabar">', "", []),
        ('<meta name="author" content="https://kabar.example/danu">', "", []),
    ],
)
def test_an_author_without_json_ld(head: str, body: str, names: list[str]) -> None:
    assert [byline.name for byline in read(head, body).bylines] == names


def test_links_that_say_what_they_lead_to() -> None:
    meta = read(
        "",
        '<a rel="category tag" href=x>Daerah</a><a rel=tag href=y>Pilkada</a><a rel="tag" href=z>KPU</a><a rel=nofollow href=q>Iklan</a>',
    )
    assert (meta.section, meta.tags) == ("Daerah", ("Pilkada", "KPU"))


@pytest.mark.parametrize(
    ("url", "one"),
    [
        ("https://kabar.example/berita/satu/amp", "https://kabar.example/berita/satu"),
        ("https://kabar.example/berita/satu/amp/", "https://kabar.example/berita/satu"),
        ("https://kabar.example/berita/satu?amp=1", "https://kabar.example/berita/satu"),
        ("https://kabar.example/berita/satu?page=2", "https://kabar.example/berita/satu"),
        ("https://kabar.example/berita/satu?id=3&page=all", "https://kabar.example/berita/satu?id=3"),
        ("https://kabar.example/berita/satu/page/2/", "https://kabar.example/berita/satu"),
        ("https://kabar.example/amp/satu", "https://kabar.example/amp/satu"),
        ("https://kabar.example/?p=12", "https://kabar.example/?p=12"),
        ("https://kabar.example/berita/2024/11/05", "https://kabar.example/berita/2024/11/05"),
    ],
)
def test_pages_and_twins_are_one_article(url: str, one: str) -> None:
    assert one_article(url) == one
    assert one_article(one) == one


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["@graph", "@type", "author", "headline", "keywords", "name", "datePublished"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_any_json_ld_is_read(data: object) -> None:
    read(ld(**data) if isinstance(data, dict) else f'<script type="application/ld+json">{json.dumps(data)}</script>')

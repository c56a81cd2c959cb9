"""The invented cases are whole: what their annotations name is on the page, and the phenomena they are for are there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from shared.vocabularies import EventType
from tests.cases.render import HERE, page_html, paragraphs, records

LEAST = {HERE: 40, HERE / "held_out": 20, HERE / "modelled": 48, HERE / "unseen": 12}
NON_EVENTS = 20


def _load(folder: Path) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for path in sorted((folder / "annotations").glob("*.json")):
        annotated = json.loads(path.read_text(encoding="utf-8"))
        yield json.loads((folder / "pages" / path.name).read_text(encoding="utf-8")), annotated


CASES = [case for folder in LEAST for case in _load(folder)]
EVERY_CASE = pytest.mark.parametrize(("page", "annotated"), CASES, ids=[page["id"] for page, _ in CASES])


def test_all_are_there_each_with_its_annotation_and_in_one_folder() -> None:
    for folder, least in LEAST.items():
        pages, annotations = ({path.name for path in (folder / part).glob("*.json")} for part in ("pages", "annotations"))
        assert pages == annotations
        assert len(pages) >= least
    assert len({page["id"] for page, _ in CASES}) == len(CASES)


def test_every_type_of_event_and_enough_pages_without() -> None:
    assert {annotated["event_type"] for _, annotated in CASES} >= set(EventType)
    assert sum(not annotated["is_event"] for _, annotated in CASES) >= NON_EVENTS


@EVERY_CASE
def test_what_an_annotation_names_is_on_the_page(page: dict[str, Any], annotated: dict[str, Any]) -> None:
    assert page["id"] == annotated["id"]
    text = " ".join(page["text"].split())
    assert [named for named in _named(annotated) if " ".join(named.split()) not in text] == []


def _named(annotated: dict[str, Any]) -> Iterator[str]:
    yield from annotated["must_have_strings"] + annotated["noise_strings"] + annotated["figures"]
    yield from (person["name"] for person in annotated["participants"])
    yield from (quote[end] for quote in annotated["quotes"] for end in ("first_words", "last_words"))
    yield from (annotated[key] for key in ("date_evidence", "venue") if annotated[key])


@EVERY_CASE
def test_every_quoted_speaker_takes_part(page: dict[str, Any], annotated: dict[str, Any]) -> None:
    assert {quote["speaker"] for quote in annotated["quotes"]} <= {person["name"] for person in annotated["participants"]}, page["id"]


def test_a_page_is_rendered_with_nothing_of_its_text_as_markup() -> None:
    page = {"title": "A & <b>", "publisher": "P", "text": "A & <b>\nsatu <i>\n\ndua", "published": "</script>"}
    shown = page_html(page)
    assert "<h1>A &amp; &lt;b&gt;</h1>\n<p>satu &lt;i&gt;</p>\n<p>dua</p>" in shown
    assert shown.count("</script>") == 1


def test_the_title_at_the_head_of_a_text_is_no_paragraph() -> None:
    assert paragraphs("Judul\n\nisi", "Judul") == ["isi"]
    assert paragraphs("isi", "Judul") == ["isi"]


def test_records_come_in_order_with_an_address() -> None:
    made = list(records(HERE / "pages"))
    assert [record["id"] for record in made] == [page["id"] for page, _ in _load(HERE)]
    assert len({record["url"] for record in made}) == len(made)

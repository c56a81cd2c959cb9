"""Every version of Kabar must still load these payloads: they are what lies in Kafka and in other people's archives.

A golden file is never edited to make a test pass. A field that is added gets a default, and a second payload beside the
old one, which `test_payload_names_every_field` then reads.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import BaseModel

from shared.documents import Article, Source, Span
from shared.envelope import open_sealed, seal, unpack_body
from shared.messages import ArticleExtracted, EventChanged, PageFetched
from shared.schemas import schema_name, schemas
from shared.topics import ARTICLE_EXTRACTED, TOPICS, Topic

HERE = Path(__file__).parent
each_topic = pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.message.__name__)


def golden(topic: Topic) -> bytes:
    return (HERE / schema_name(topic.message)).read_bytes()


def newest(topic: Topic) -> bytes:
    """The payload that knows every field of today: the one written when a field was last added."""
    later = sorted(HERE.glob(f"{Path(schema_name(topic.message)).stem}.with_*.json"))
    return later[-1].read_bytes() if later else golden(topic)


def models_in(value: object) -> Iterator[BaseModel]:
    """The model and every model inside it."""
    if isinstance(value, BaseModel):
        yield value
        for name in type(value).model_fields:
            yield from models_in(getattr(value, name))
    elif isinstance(value, tuple):
        for item in value:
            yield from models_in(item)


def keeps(old: Any, new: Any) -> bool:
    """Everything `old` says is in `new`; a later version may say more."""
    if isinstance(old, dict):
        return isinstance(new, dict) and all(name in new and keeps(value, new[name]) for name, value in old.items())
    if isinstance(old, list):
        return isinstance(new, list) and len(old) == len(new) and all(map(keeps, old, new))
    return bool(old == new)


def schema_errors(topic: Topic, payload: Any) -> list[str]:
    validator = Draft202012Validator(json.loads(schemas()[schema_name(topic.message)]))
    return [error.message for error in validator.iter_errors(payload)]


@each_topic
def test_payload_still_loads_and_says_the_same(topic: Topic) -> None:
    message = open_sealed(topic, golden(topic))
    assert keeps(json.loads(golden(topic)), json.loads(message.model_dump_json()))


@each_topic
def test_payload_is_valid_by_its_published_schema(topic: Topic) -> None:
    assert schema_errors(topic, json.loads(golden(topic))) == []


@each_topic
def test_schema_refuses_another_version(topic: Topic) -> None:
    assert schema_errors(topic, json.loads(golden(topic)) | {"schema_version": 2}) == ["1 was expected"]


@each_topic
def test_payload_of_a_later_writer_loads(topic: Topic) -> None:
    later = json.dumps(json.loads(golden(topic)) | {"a_field_of_later": {"x": 1}}).encode()
    assert open_sealed(topic, later) == open_sealed(topic, golden(topic))


@each_topic
def test_payload_names_every_field(topic: Topic) -> None:
    message = open_sealed(topic, newest(topic))
    assert keeps(json.loads(newest(topic)), json.loads(message.model_dump_json()))
    assert schema_errors(topic, json.loads(newest(topic))) == []
    for model in models_in(message):
        # An article's evidence stands in the article itself.
        left_out = {"article"} if topic is ARTICLE_EXTRACTED and isinstance(model, Span | Source) else set()
        assert model.model_fields_set == set(type(model).model_fields) - left_out, type(model).__name__


@each_topic
def test_headers(topic: Topic) -> None:
    sealed = seal(
        open_sealed(topic, golden(topic)), source="probe", time=datetime(2026, 11, 23, 4, 5, 6, tzinfo=UTC), correlation_id="cor_golden"
    )
    expected = json.loads((HERE / schema_name(topic.message)).with_suffix(".headers.json").read_text())
    assert {name: value.decode() for name, value in sealed.headers} == expected
    assert sealed.key.decode() == expected["partitionkey"]


def test_page_body_unpacks() -> None:
    page = open_sealed(TOPICS[0], golden(TOPICS[0]))
    assert isinstance(page, PageFetched)
    html = b"<html><body><h1>Sosialisasi</h1><p>Warga mengawasi.</p></body></html>"
    assert unpack_body(page.body_zstd, max_bytes=1_000) == html


def test_spans_point_at_their_words() -> None:
    extracted, changed = (open_sealed(topic, golden(topic)) for topic in TOPICS[1:3])
    assert isinstance(extracted, ArticleExtracted)
    assert isinstance(changed, EventChanged)
    body = extracted.article.body
    spans = [model for message in (extracted, changed) for model in models_in(message) if isinstance(model, Span)]
    assert len(spans) > 10
    assert [span.exact for span in spans] == [body[span.start : span.end] for span in spans]


def test_article_keeps_its_offsets_beyond_ascii() -> None:
    extracted = open_sealed(TOPICS[1], golden(TOPICS[1]))
    assert isinstance(extracted, ArticleExtracted)
    assert not extracted.article.body.isascii()
    assert Article.model_validate_json(extracted.article.model_dump_json()) == extracted.article

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import Any, get_args

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from shared.envelope import header, open_sealed, pack_body, seal, unpack_body
from shared.messages import CrawlRequested, Message
from shared.outcomes import Reject
from shared.topics import CRAWL_REQUESTED, DEAD, PAGE_FETCHED, TOPICS, Topic

AT = datetime(2026, 11, 23, 4, 5, 6, 789_000, tzinfo=UTC)
REQUEST = CrawlRequested(url="https://a.example/berita", requested_by="redaksi")

# What must not be opened: the topic, the bytes, the reason.
UNREADABLE = [
    (CRAWL_REQUESTED, None, "invalid_json"),
    (CRAWL_REQUESTED, b"", "invalid_json"),
    (CRAWL_REQUESTED, b"{", "invalid_json"),
    (CRAWL_REQUESTED, b"not json", "invalid_json"),
    (CRAWL_REQUESTED, b'{"site_id": "\xff"}', "invalid_json"),
    (CRAWL_REQUESTED, b'{"site_id": "\\ud800"}', "invalid_json"),
    (CRAWL_REQUESTED, b'{"site_id": "a"} {"site_id": "b"}', "invalid_json"),
    (CRAWL_REQUESTED, b"[" * 100_000, "invalid_json"),
    (CRAWL_REQUESTED, b'{"schema_version": 2, "site_id": "a"}', "unknown_schema_version"),
    (CRAWL_REQUESTED, b'{"schema_version": "1", "site_id": "a"}', "unknown_schema_version"),
    (CRAWL_REQUESTED, b'{"schema_version": null, "site_id": "a"}', "unknown_schema_version"),
    (CRAWL_REQUESTED, b"[]", "invalid_message"),
    (CRAWL_REQUESTED, b"null", "invalid_message"),
    (CRAWL_REQUESTED, b"{}", "invalid_message"),
    (CRAWL_REQUESTED, b'{"url": "https://a.example/", "site_id": "a"}', "invalid_message"),
    (CRAWL_REQUESTED, b'{"site_id": 7}', "invalid_message"),
    (PAGE_FETCHED, b'{"site_id": "a"}', "invalid_message"),
    (PAGE_FETCHED, b" " * (PAGE_FETCHED.max_bytes + 1), "message_too_big"),
    (DEAD, b" " * (DEAD.max_bytes + 1), "message_too_big"),
]

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["schema_version", "url", "site_id", "article", "id"]), inner)
    ),
    max_leaves=8,
)


def test_what_is_sealed_opens_to_the_same() -> None:
    sealed = seal(REQUEST, source="cli", time=AT, correlation_id="cor_1")
    assert sealed.topic is CRAWL_REQUESTED
    assert sealed.key == b"a.example"
    assert open_sealed(sealed.topic, sealed.value) == REQUEST


def test_the_span_it_is_sent_from_is_named_only_where_there_is_one() -> None:
    span = "00-000000000000ac5e0c3be6f3d54a6f9d-00000000000000ff-01"
    plain = dict(seal(REQUEST, source="cli", time=AT, correlation_id="cor_1").headers)
    traced = dict(seal(REQUEST, source="cli", time=AT, correlation_id="cor_1", traceparent=span).headers)
    assert traced == {**plain, "ce_traceparent": span.encode(), "traceparent": span.encode()}
    assert not {"ce_traceparent", "traceparent"} & plain.keys()


def test_headers_are_those_of_cloud_events() -> None:
    headers = seal(REQUEST, source="cli", time=AT, correlation_id="cor_1").headers
    assert [name for name, _ in headers] == [
        "ce_id", "ce_type", "ce_source", "ce_time", "ce_specversion", "ce_dataschema", "content-type", "partitionkey", "correlation_id",
    ]  # fmt: skip
    assert header(headers, "ce_time") == "2026-11-23T04:05:06.789000Z"
    assert header(headers, "ce_dataschema") == "https://kabar.example/schemas/CrawlRequested.v1.json"


def test_sealing_twice_is_one_id() -> None:
    one = seal(REQUEST, source="cli", time=AT, correlation_id="cor_1")
    other = seal(REQUEST, source="store", time=datetime(2027, 1, 1, tzinfo=UTC), correlation_id="cor_2")
    assert header(one.headers, "ce_id") == header(other.headers, "ce_id")


def test_length_is_at_least_what_travels() -> None:
    sealed = seal(REQUEST, source="cli", time=AT, correlation_id="cor_1")
    assert len(sealed) > len(sealed.key) + len(sealed.value) + sum(len(name) + len(value) for name, value in sealed.headers)


@pytest.mark.parametrize(("topic", "value", "reason"), UNREADABLE)
def test_what_cannot_be_opened_has_its_reason(topic: Topic, value: bytes | None, reason: str) -> None:
    with pytest.raises(Reject) as error:
        open_sealed(topic, value)
    assert error.value.reason == reason
    assert len(error.value.detail) <= 500


@given(st.sampled_from(TOPICS), st.binary() | json_values.map(lambda value: json.dumps(value).encode()))
def test_whatever_comes_is_a_message_or_a_reject(topic: Topic, value: bytes) -> None:
    try:
        message = open_sealed(topic, value)
    except Reject:
        return
    assert isinstance(message, get_args(Message))


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        ([], None),
        ([("a", b"1"), ("a", b"2")], "1"),
        ([("a", b"\xff\xfe")], "\ufffd\ufffd"),
        ([("a", None), ("a", b"2")], "2"),
        ([("A", b"1")], None),
    ],
)
def test_header(headers: Any, found: str | None) -> None:
    assert header(headers, "a") == found


@given(st.binary(max_size=5_000))
def test_a_body_comes_back_byte_for_byte(raw: bytes) -> None:
    assert unpack_body(pack_body(raw), max_bytes=5_000) == raw


def packed(frame: bytes) -> str:
    return base64.b64encode(frame).decode()


WHOLE = zstandard.ZstdCompressor().compress(b"halaman " * 100)
NO_SIZE = zstandard.ZstdCompressor(write_content_size=False).compress(b"halaman")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("", "bad_page_body"),
        ("%%%", "bad_page_body"),
        ("é", "bad_page_body"),
        (packed(b"<html>"), "bad_page_body"),
        (packed(WHOLE[:-3]), "bad_page_body"),
        (packed(WHOLE + b"more"), "bad_page_body"),
        (packed(WHOLE + WHOLE), "bad_page_body"),
        (packed(NO_SIZE), "bad_page_body"),
        (pack_body(b"x" * 1_001), "page_too_big"),
        (pack_body(bytes(50_000_000)), "page_too_big"),
    ],
)
def test_a_body_that_is_not_one_whole_page_is_rejected(body: str, reason: str) -> None:
    with pytest.raises(Reject) as error:
        unpack_body(body, max_bytes=1_000)
    assert error.value.reason == reason

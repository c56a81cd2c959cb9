from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.dead import MOST_HEADER_BYTES, MOST_VALUE_BYTES, Failure, Record, bury, bury_unsent, traceback_digest
from shared.envelope import open_sealed, seal
from shared.messages import CrawlRequested, DeadLetter
from shared.topics import DEAD, DEAD_LETTER_BYTES

AT = datetime(2026, 11, 23, tzinfo=UTC)
FAILURE = Failure("invalid_json", "at line 1", 3, "extractor", AT)


def record(value: bytes | None = b"not json", headers: tuple[tuple[str, bytes], ...] = (), key: bytes | None = b"a.example") -> Record:
    return Record("kabar.page.fetched", 4, 17, key, value, headers)


def sealed_size(letter: DeadLetter) -> int:
    return len(seal(letter, source="extractor", time=AT, correlation_id=letter.correlation_id))


def failing(error: Callable[[], Exception]) -> Exception:
    try:
        raise error()
    except Exception as raised:
        return raised


def test_a_letter_keeps_the_message_whole_and_says_why() -> None:
    letter = bury(record(headers=(("ce_id", b"1"), ("odd", b"\xff\xfe"))), FAILURE)
    assert base64.b64decode(letter.value) == b"not json"
    assert [(name, base64.b64decode(value)) for name, value in letter.headers] == [("ce_id", b"1"), ("odd", b"\xff\xfe")]
    assert (letter.topic, letter.partition, letter.offset, letter.key) == ("kabar.page.fetched", 4, 17, "a.example")
    assert (letter.reason, letter.detail, letter.attempts, letter.service, letter.failed_at) == (
        "invalid_json", "at line 1", 3, "extractor", AT,
    )  # fmt: skip
    assert (letter.truncated, letter.traceback_digest) == (False, None)


def test_a_message_buried_twice_is_one_letter_and_another_message_another() -> None:
    assert bury(record(), FAILURE).id == bury(record(b"other bytes"), FAILURE).id
    assert bury(record(), FAILURE).id != bury(Record("kabar.page.fetched", 4, 18, None, b"", ()), FAILURE).id


def test_a_letter_can_be_followed() -> None:
    assert bury(record(headers=(("correlation_id", b"cor_1"),)), FAILURE).correlation_id == "cor_1"
    made = bury(record(), FAILURE).correlation_id
    assert made.startswith("cor_")
    assert made == record(b"other bytes").correlation_id


def test_a_letter_names_the_page_where_the_message_was_readable() -> None:
    assert bury(record(), FAILURE, CrawlRequested(url="https://a.example/")).url == "https://a.example/"
    assert bury(record(), FAILURE, CrawlRequested(site_id="a.example")).site_id == "a.example"
    assert bury(record(), FAILURE).url is None


@pytest.mark.parametrize(
    "heavy",
    [
        record(b"\x00" * 9_000_000),
        record(None, key=None),
        record(headers=(("h", b"\xff" * 3_000_000),)),
        record(headers=tuple((f"h{number}", b"") for number in range(100_000))),
        record(headers=(("\x01" * 1_000_000, b""),)),
        record(headers=(("correlation_id", b"\x01" * 3_000_000),)),
        record(
            b"\x00" * MOST_VALUE_BYTES,
            headers=(("h", b"\xff" * (MOST_HEADER_BYTES // 2)), ("correlation_id", b"\x01" * 9_000)),
            key=b"\x01" * 9_000,
        ),
    ],
    ids=["value", "nothing", "header", "headers", "header name", "correlation id", "everything"],
)
def test_a_letter_can_be_sent_and_read_whatever_the_message(heavy: Record) -> None:
    request = CrawlRequested(url="\x01" * 900_000)
    letter = bury(heavy, Failure("invalid_json", "\x01" * 9_000, 1, "extractor", AT), request)
    assert sealed_size(letter) < DEAD_LETTER_BYTES
    assert open_sealed(DEAD, letter.model_dump_json().encode()) == letter


@pytest.mark.parametrize(("size", "truncated"), [(MOST_VALUE_BYTES, False), (MOST_VALUE_BYTES + 1, True)])
def test_a_cut_is_said(size: int, truncated: bool) -> None:
    assert bury(record(bytes(size)), FAILURE).truncated is truncated
    letter = bury_unsent(url="u", site_id="s", value=bytes(size), truncated=False, correlation_id="c", failure=FAILURE)
    assert letter.truncated is truncated


def test_a_header_left_out_is_said() -> None:
    letter = bury(record(headers=(("first", b"1"), ("heavy", bytes(MOST_HEADER_BYTES)))), FAILURE)
    assert (letter.truncated, [name for name, _ in letter.headers]) == (True, ["first"])


@given(
    st.binary() | st.none(), st.lists(st.tuples(st.text(st.characters(exclude_categories=["Cs"])), st.binary())), st.binary() | st.none()
)
def test_any_message_is_a_letter_that_comes_back(value: bytes | None, headers: list[tuple[str, bytes]], key: bytes | None) -> None:
    letter = bury(record(value, tuple(headers), key), FAILURE)
    again = open_sealed(DEAD, seal(letter, source="extractor", time=AT, correlation_id=letter.correlation_id).value)
    assert again == letter
    assert base64.b64decode(letter.value) == (value or b"")


def test_what_was_never_sent_is_a_letter_too() -> None:
    letter = bury_unsent(url="https://a.example/", site_id="a", value=b"page", truncated=True, correlation_id="cor_1", failure=FAILURE)
    assert (letter.topic, letter.offset, letter.truncated, letter.url, letter.site_id) == (None, None, True, "https://a.example/", "a")
    again = bury_unsent(url="https://a.example/", site_id="a", value=b"page", truncated=True, correlation_id="cor_2", failure=FAILURE)
    assert again.id == letter.id


def test_one_defect_is_one_digest_whatever_the_data() -> None:
    one, other = (failing(lambda text=text: ValueError(text)) for text in ("a", "b"))  # type: ignore[misc]
    assert traceback_digest(one) == traceback_digest(other) != traceback_digest(failing(lambda: KeyError("a")))
    assert str(traceback_digest(one)).startswith("ValueError:")
    assert traceback_digest(None) is None

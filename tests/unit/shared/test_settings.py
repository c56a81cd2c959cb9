from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from shared.settings import Settings, SettingsError, load_settings, settings_table


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """No KABAR_* of the person who runs the tests."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"KABAR_{name.upper()}", raising=False)


READS = [
    ("KABAR_KAFKA_SERVERS", "a:1,b:2", "kafka_servers", "a:1,b:2"),
    ("kabar_http_port", "8080", "http_port", 8080),
    ("KABAR_SITES", "/srv/sites", "sites", Path("/srv/sites")),
    ("KABAR_LOG_LEVEL", "debug", "log_level", "debug"),
    ("KABAR_LOG_LEVEL", "", "log_level", "info"),
    ("KABAR_DELIVER_ATTEMPTS", "1", "deliver_attempts", 1),
    ("KABAR_FETCH_HOSTS", "a.example=127.0.0.1:8001, B.example = 127.0.0.1:8002 ,", "fetch_hosts",
     {"a.example": "127.0.0.1:8001", "b.example": "127.0.0.1:8002"}),
    ("KABAR_FETCH_ALLOW", "127.0.0.1:8001, [::1]:8002,", "fetch_allow", frozenset({"127.0.0.1:8001", "[::1]:8002"})),
    ("KABAR_CRAWL_ARTICLE_REVISITS", "60, 3600,", "crawl_article_revisits", (60.0, 3_600.0)),
    ("KABAR_CRAWL_ARTICLE_REVISITS", ",", "crawl_article_revisits", ()),
    ("KABAR_UNKNOWN", "1", "http_port", 0),
]  # fmt: skip

REFUSES = [
    ("KABAR_HTTP_PORT", "http"),
    ("KABAR_HTTP_PORT", "65536"),
    ("KABAR_HTTP_PORT", "-1"),
    ("KABAR_LOG_LEVEL", "verbose"),
    ("KABAR_LOG_LEVEL", "info\n"),
    ("KABAR_STOP_SECONDS", "0"),
    ("KABAR_STOP_SECONDS", "nan"),
    ("KABAR_CRAWL_ARTICLE_REVISITS", "soon"),
    ("KABAR_CRAWL_ARTICLE_REVISITS", "0"),
    ("KABAR_CRAWL_ARTICLE_REVISITS", "60,nan"),
    ("KABAR_CRAWL_ARTICLE_REVISITS", "inf"),
    ("KABAR_DELIVER_ATTEMPTS", "0"),
    ("KABAR_DELIVER_BATCH", "501"),
    ("KABAR_FETCH_HOSTS", "a.example"),
    ("KABAR_FETCH_HOSTS", "=127.0.0.1:80"),
    ("KABAR_FETCH_HOSTS", "a.example="),
    ("KABAR_FETCH_MAX_BYTES", "2MB"),
]


@pytest.mark.parametrize(("variable", "text", "field", "value"), READS)
def test_reads_the_environment(monkeypatch: pytest.MonkeyPatch, variable: str, text: str, field: str, value: object) -> None:
    monkeypatch.setenv(variable, text)
    assert getattr(load_settings(), field) == value


@pytest.mark.parametrize(("variable", "text"), REFUSES)
def test_refuses_in_one_sentence_that_names_the_variable(monkeypatch: pytest.MonkeyPatch, variable: str, text: str) -> None:
    monkeypatch.setenv(variable, text)
    with pytest.raises(SettingsError) as error:
        load_settings()
    sentence = str(error.value)
    assert sentence.startswith(f"{variable}: ")
    assert sentence.endswith(".")
    assert "\n" not in sentence


def test_a_refusal_does_not_repeat_the_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KABAR_FETCH_HOSTS", "hunter2")
    with pytest.raises(SettingsError) as error:
        load_settings()
    assert "hunter2" not in str(error.value)


def test_nothing_private_is_fetched_unless_somebody_says_so() -> None:
    assert load_settings().fetch_allow == frozenset()
    assert load_settings().fetch_hosts == {}


def test_settings_do_not_change() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        load_settings().http_port = 1  # type: ignore[misc]


def test_table_has_every_variable_once_with_its_meaning() -> None:
    rows = settings_table().splitlines()[2:]
    assert [row.split("`")[1] for row in rows] == sorted(f"KABAR_{name.upper()}" for name in Settings.model_fields)
    assert [row for row in rows if row.count(" | ") != 2 or row.endswith("None |")] == []

from __future__ import annotations

import traceback
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from shared.kafka_address import KafkaAddress
from shared.settings import Settings, SettingsError, kafka_at, load_settings, settings_table
from tests.unit.crawler.loopback_h2 import Certificate, certificate

__all__ = ["certificate"]


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
    ("KABAR_KAFKA_SECURITY", "TLS"),
    ("KABAR_KAFKA_SECURITY", "sasl_ssl"),
    ("KABAR_KAFKA_CA_FILE", "/nowhere.pem"),
    ("KABAR_KAFKA_CA_FILE", __file__),
    ("KABAR_KAFKA_MECHANISM", "GSSAPI"),
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


SECRET = "hunter2"
SECURED = {"KABAR_KAFKA_SERVERS": "k:9093", "KABAR_KAFKA_SECURITY": "SASL_SSL", "KABAR_KAFKA_USER": "kabar", "KABAR_KAFKA_PASSWORD": SECRET}


def given(monkeypatch: pytest.MonkeyPatch, **variables: str) -> None:
    for variable, value in variables.items():
        monkeypatch.setenv(variable, value)


def test_a_secured_kafka_is_reached_as_set(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, **SECURED, KABAR_KAFKA_MECHANISM="PLAIN")
    assert load_settings().kafka == KafkaAddress("k:9093", "SASL_SSL", "PLAIN", "kabar", SecretStr(SECRET))


def test_an_open_kafka_is_its_servers_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, KABAR_KAFKA_SERVERS="k:9092,l:9092")
    assert load_settings().kafka == "k:9092,l:9092"


def test_what_is_set_for_one_kafka_is_not_told_to_another(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, **SECURED)
    assert kafka_at("127.0.0.1:9092") == "127.0.0.1:9092"
    assert isinstance(kafka_at("k:9093"), KafkaAddress)


@pytest.mark.parametrize(
    ("left_out", "more", "said"),
    [
        ("KABAR_KAFKA_SERVERS", {}, "name them"),
        ("KABAR_KAFKA_USER", {}, "wants KABAR_KAFKA_USER and KABAR_KAFKA_PASSWORD"),
        ("KABAR_KAFKA_PASSWORD", {}, "wants KABAR_KAFKA_USER and KABAR_KAFKA_PASSWORD"),
        ("KABAR_KAFKA_SECURITY", {}, "count only where KABAR_KAFKA_SECURITY is SASL_PLAINTEXT or SASL_SSL"),
        ("", {"KABAR_KAFKA_SECURITY": "SSL"}, "count only where KABAR_KAFKA_SECURITY is SASL_PLAINTEXT or SASL_SSL"),
        ("", {"KABAR_KAFKA_SECURITY": "SASL_PLAINTEXT", "KABAR_KAFKA_CA_FILE": "@CA"}, "counts only where KABAR_KAFKA_SECURITY is SSL"),
    ],
)
def test_half_a_security_is_refused(
    left_out: str, more: dict[str, str], said: str, monkeypatch: pytest.MonkeyPatch, certificate: Certificate
) -> None:
    given(
        monkeypatch,
        **{name: str(certificate.pem) if value == "@CA" else value for name, value in (SECURED | more).items() if name != left_out},
    )
    with pytest.raises(SettingsError, match=said) as error:
        load_settings()
    assert SECRET not in "".join(traceback.format_exception(error.value))


def test_no_password_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, **SECURED, KABAR_MONGO_URI=f"mongodb://kabar:{SECRET}@mongo/")
    settings = load_settings()
    for shown in (repr(settings), str(settings), repr(settings.kafka), str(settings.kafka), f"{settings.kafka}", settings_table()):
        assert SECRET not in shown
    given(monkeypatch, KABAR_KAFKA_MECHANISM="GSSAPI")
    with pytest.raises(SettingsError) as error:
        load_settings()
    assert SECRET not in "".join(traceback.format_exception(error.value))

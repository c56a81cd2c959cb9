"""Environment (`KABAR_*`) → frozen settings. The table in docs/settings.md is generated from here."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from shared.kafka_address import NO_PASSWORD, KafkaAddress, KafkaAt, Mechanism, Security

_LONGEST_WAIT = 315_360_000.0


class SettingsError(Exception):
    """A setting cannot be used; one sentence naming the variable."""


class Settings(BaseSettings):
    """Everything the services read from the environment. Lists are comma-separated."""

    model_config = SettingsConfigDict(env_prefix="KABAR_", frozen=True, extra="ignore", env_ignore_empty=True, hide_input_in_errors=True)

    kafka_servers: str = Field("127.0.0.1:9092", description="Kafka bootstrap servers, `host:port`, comma-separated.")
    kafka_security: Security = Field(
        "PLAINTEXT", description="How Kafka lets us in: `PLAINTEXT`, `SSL` (TLS), `SASL_PLAINTEXT` (a password), `SASL_SSL` (both)."
    )
    kafka_mechanism: Mechanism = Field(
        "SCRAM-SHA-512", description="How the password is told: `PLAIN`, `SCRAM-SHA-256` or `SCRAM-SHA-512`."
    )
    kafka_user: str = Field("", description="Kafka's user, with `SASL_…`.")
    kafka_password: SecretStr = Field(NO_PASSWORD, description="Its password. Never logged or shown.")
    kafka_ca_file: Path | None = Field(
        None, description="Who may have signed Kafka's certificate, a PEM file, with `…SSL`. Unset: whoever the machine trusts."
    )
    # No repr: it may have a password in it.
    mongo_uri: str = Field("mongodb://127.0.0.1:27017", repr=False, description="The document store, as a MongoDB URI.")
    mongo_database: str = Field("kabar", description="Name of the database in the document store.")
    http_host: str = Field("127.0.0.1", description="Address on which a service answers /health and /metrics.")
    http_port: int = Field(0, ge=0, le=65535, description="Port for /health and /metrics; 0 takes a free one and logs it.")
    log_level: str = Field("info", pattern="^(debug|info|warning|error)$", description="Least level of log lines written.")
    stop_seconds: float = Field(25.0, gt=0, description="Longest wait at SIGTERM for the work in hand, seconds.")

    deliver_attempts: int = Field(5, ge=1, description="Tries of one message before it is dead-lettered (outages do not count).")
    deliver_backoff_seconds: float = Field(0.2, gt=0, description="First wait between two tries; doubles each time, with jitter.")
    deliver_backoff_max_seconds: float = Field(10.0, gt=0, description="Longest wait between two tries, seconds.")
    deliver_batch: int = Field(50, ge=1, le=500, description="Messages taken from Kafka at once.")

    sites: Path = Field(Path("sites"), description="Site file, or folder of site files.")
    user_agent: str = Field(
        "Kabar/0.1 (+https://github.com/kabar-id/kabar)", description="User-Agent of every request; say who you are and where to complain."
    )
    fetch_hosts: Annotated[dict[str, str], NoDecode] = Field(
        default_factory=dict, description="Static host map, `name=address:port,…`: where a host name is really served (demo and tests)."
    )
    fetch_allow: Annotated[frozenset[str], NoDecode] = Field(
        default_factory=frozenset, description="Private targets that may be fetched all the same, `address:port,…`. Empty: none, ever."
    )
    fetch_seconds: float = Field(30.0, gt=0, description="Deadline of one request from connecting to the last byte, seconds.")
    fetch_max_bytes: int = Field(2_000_000, gt=0, description="Largest page read, after its content-coding is undone, bytes.")
    crawl_revisit_seconds: float = Field(
        900.0,
        ge=0,
        description="How soon a feed, sitemap or listing is looked at a second time, seconds; then as often as it brings something.",
    )
    crawl_revisit_least: float = Field(
        300.0, ge=0, description="Least wait between two looks at a source, however much it brings, seconds."
    )
    crawl_revisit_most: float = Field(21_600.0, ge=0, description="Longest wait between two looks at a source, seconds.")
    crawl_article_revisits: Annotated[tuple[float, ...], NoDecode] = Field(
        (3_600.0, 86_400.0, 604_800.0),
        description="When an article is looked at again for changes or removal, seconds after it was first published; then it is left.",
    )
    crawl_hosts: int = Field(64, ge=1, le=1000, description="Hosts crawled at the same time; each is asked one thing at a time.")
    crawl_archive_pages: int = Field(1_000, ge=1, description="Pages of one listing or feed that a backfill follows, at most.")
    crawl_domain_hosts: int = Field(
        16, ge=1, description="Hosts of one registered domain, as bawaslu.go.id, visited at the same time, about, by all crawlers together."
    )
    crawl_ledger_days: int = Field(
        400, ge=1, description="Days that `kabar coverage` can look back: the crawler drops what it noted of each site before them."
    )
    crawl_pass: str | None = Field(
        None, description="An instant (RFC 3339): crawl everything not looked at since then once, then be idle. Unset: run for ever."
    )

    fault: str = Field(
        "",
        pattern=r"^([a-z]+\.[a-z]+@.+)?$",
        description="Tests only: `service.point@marker` ends that service at that point, once (`shared/faults.py`). Leave it empty.",
    )

    extract_workers: int = Field(0, ge=0, description="Worker processes of the extractor; 0 means one a core.")
    extract_seconds: float = Field(
        9.0,
        gt=0,
        description="Time limit of one page in a worker, seconds; past it the worker is killed. One less than a page may take in all.",
    )
    extract_memory_mb: int = Field(512, ge=128, description="Memory limit of a worker, MB.")

    services: Annotated[dict[str, str], NoDecode] = Field(
        default_factory=dict,
        description="Where `kabar status` and `kabar doctor` find the services, `name=host:port,…`; every address of a host is asked. "
        "Unset: those of the local stack.",
    )

    archive_dir: Path | None = Field(
        None, description="Folder in which the store service keeps every fetched page, as WARC files, for good. Unset: none are kept."
    )
    archive_file_mb: int = Field(
        1_000, ge=1, description="Size at which a WARC file is ended and the next begun, MB; a new day does so too."
    )

    @property
    def kafka(self) -> KafkaAt:
        """KABAR_KAFKA_SERVERS and how they let us in."""
        return self.kafka_at(self.kafka_servers)

    def kafka_at(self, servers: str) -> KafkaAt:
        """These servers and how they let us in: what was set is set for KABAR_KAFKA_SERVERS, any others let everybody in."""
        if self.kafka_security == "PLAINTEXT" or servers != self.kafka_servers:
            return servers
        return KafkaAddress(servers, self.kafka_security, self.kafka_mechanism, self.kafka_user, self.kafka_password, self.kafka_ca_file)

    @model_validator(mode="after")
    def _let_in(self) -> Settings:
        """What is set for a secured Kafka is whole, and is not set for one that is open: a password nobody asks for is a mistake."""
        given = self.model_fields_set
        secured, by_password = self.kafka_security != "PLAINTEXT", self.kafka_security.startswith("SASL_")
        if secured and "kafka_servers" not in given:
            raise ValueError("KABAR_KAFKA_SECURITY is of KABAR_KAFKA_SERVERS: name them")
        if by_password and not (self.kafka_user and self.kafka_password.get_secret_value()):
            raise ValueError("KABAR_KAFKA_SECURITY wants KABAR_KAFKA_USER and KABAR_KAFKA_PASSWORD")
        if not by_password and given & {"kafka_user", "kafka_password", "kafka_mechanism"}:
            raise ValueError(
                "KABAR_KAFKA_USER, _PASSWORD and _MECHANISM count only where KABAR_KAFKA_SECURITY is SASL_PLAINTEXT or SASL_SSL"
            )
        if not self.kafka_security.endswith("SSL") and "kafka_ca_file" in given:
            raise ValueError("KABAR_KAFKA_CA_FILE counts only where KABAR_KAFKA_SECURITY is SSL or SASL_SSL")
        return self

    @field_validator("kafka_ca_file")
    @classmethod
    def _certificates(cls, value: Path | None) -> Path | None:
        try:
            ssl.create_default_context(cafile=value)
        except OSError as error:
            raise ValueError(f"no file of certificates (PEM): {error.strerror or error}") from None
        return value

    @field_validator("fetch_hosts", "services", mode="before")
    @classmethod
    def _host_map(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        pairs = [pair.strip().partition("=") for pair in value.split(",") if pair.strip()]
        if any(not name or not target for name, _, target in pairs):
            raise ValueError("write name=address:port, comma-separated")
        return {name.strip().lower(): target.strip() for name, _, target in pairs}

    @field_validator("crawl_article_revisits", mode="before")
    @classmethod
    def _waits(cls, value: object) -> object:
        waits = tuple(float(item) for item in value.split(",") if item.strip()) if isinstance(value, str) else value
        if isinstance(waits, tuple) and not all(0 < wait <= _LONGEST_WAIT for wait in waits):
            raise ValueError("write positive numbers of seconds, comma-separated, none over ten years")
        return waits

    @field_validator("fetch_allow", mode="before")
    @classmethod
    def _allow_list(cls, value: object) -> object:
        return frozenset(item.strip() for item in value.split(",") if item.strip()) if isinstance(value, str) else value


def load_settings() -> Settings:
    """The settings of this process. Raises `SettingsError` with one sentence."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "KABAR_" + str(first["loc"][0]).upper() if first["loc"] else "The environment"
        raise SettingsError(f"{name}: {first['msg']}; see docs/settings.md.") from error


def kafka_at(servers: str) -> KafkaAt:
    """These servers, and how they let us in if they are those of KABAR_KAFKA_SERVERS. Raises `SettingsError`."""
    return load_settings().kafka_at(servers)


def settings_table() -> str:
    """The Markdown table of docs/settings.md: variable, default, meaning."""
    rows = ["| Variable | Default | Meaning |", "|---|---|---|"]
    for name, field in sorted(Settings.model_fields.items()):
        default = field.get_default(call_default_factory=True)
        written = ",".join(f"{item:g}" for item in default) if isinstance(default, tuple) else default
        shown = f"`{written}`" if default not in (None, "", frozenset(), NO_PASSWORD) and default != {} else "–"
        rows.append(f"| `KABAR_{name.upper()}` | {shown} | {field.description} |")
    return "\n".join(rows) + "\n"

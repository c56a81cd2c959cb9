"""Where Kafka is, and how one is let in: the arguments every Kafka client of ours is made with."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import SecretStr

Security = Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"]
Mechanism = Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"]
NO_PASSWORD = SecretStr("")


@dataclass(frozen=True)
class KafkaAddress:
    """A Kafka that wants TLS, a password or both. As text it is its servers alone, and the password shows nowhere."""

    servers: str
    security: Security
    mechanism: Mechanism = "SCRAM-SHA-512"
    user: str = ""
    password: SecretStr = NO_PASSWORD
    ca_file: Path | None = None
    """Who may have signed its certificate (PEM); without one, whoever this machine trusts."""

    def __str__(self) -> str:
        return self.servers

    @property
    def encrypted(self) -> bool:
        return self.security in ("SSL", "SASL_SSL")

    @property
    def by_password(self) -> bool:
        return self.security in ("SASL_PLAINTEXT", "SASL_SSL")

    def tls(self) -> ssl.SSLContext | None:
        """Certificate and host name are checked, always. Raises `OSError` for a file without certificates."""
        return ssl.create_default_context(cafile=self.ca_file) if self.encrypted else None


KafkaAt = str | KafkaAddress
"""Kafka's servers, `host:port`, comma-separated: bare text is one that lets everybody in, as the local stack's does."""


def client_arguments(at: KafkaAt) -> dict[str, Any]:
    """What an aiokafka client needs to get there. Raises `OSError` for a CA file without certificates."""
    arguments: dict[str, Any] = {"bootstrap_servers": str(at).split(",")}
    if isinstance(at, KafkaAddress):
        arguments |= {"security_protocol": at.security, "ssl_context": at.tls()}
        if at.by_password:
            arguments |= {"sasl_mechanism": at.mechanism, "sasl_plain_username": at.user}
            arguments["sasl_plain_password"] = at.password.get_secret_value()
    return arguments

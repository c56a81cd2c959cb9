"""How Kafka lets us in, in FastStream's words; `shared/kafka_address.py` has it in aiokafka's."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from faststream.security import BaseSecurity, SASLPlaintext, SASLScram256, SASLScram512

from shared.kafka_address import KafkaAddress, KafkaAt, Mechanism

_BY_MECHANISM: Mapping[Mechanism, Callable[..., BaseSecurity]] = {
    "PLAIN": SASLPlaintext,
    "SCRAM-SHA-256": SASLScram256,
    "SCRAM-SHA-512": SASLScram512,
}


def broker_security(at: KafkaAt) -> BaseSecurity | None:
    """None for a Kafka that lets everybody in. Raises `OSError` for a CA file without certificates."""
    if not isinstance(at, KafkaAddress):
        return None
    if not at.by_password:
        return BaseSecurity(ssl_context=at.tls())
    return _BY_MECHANISM[at.mechanism](at.user, at.password.get_secret_value(), ssl_context=at.tls())

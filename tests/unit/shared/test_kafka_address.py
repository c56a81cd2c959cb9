from __future__ import annotations

import ast
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiokafka.client import AIOKafkaClient
from faststream.kafka.security import parse_security
from pydantic import SecretStr

from shared.broker_security import broker_security
from shared.kafka_address import KafkaAddress, Mechanism, Security, client_arguments
from tests.unit.crawler.loopback_h2 import Certificate, certificate

__all__ = ["certificate"]

ROOT = Path(__file__).resolve().parents[3]
PASSWORD = SecretStr("hunter2")
MECHANISMS: tuple[Mechanism, ...] = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")
WAYS: list[tuple[Security, Mechanism]] = [
    ("SSL", "SCRAM-SHA-512"),
    *(("SASL_PLAINTEXT", mechanism) for mechanism in MECHANISMS),
    *(("SASL_SSL", mechanism) for mechanism in MECHANISMS),
]
each_way = pytest.mark.parametrize(("security", "mechanism"), WAYS)


def test_an_open_kafka_needs_its_servers_alone() -> None:
    assert client_arguments("a:1,b:2") == {"bootstrap_servers": ["a:1", "b:2"]}
    assert broker_security("a:1,b:2") is None


@each_way
async def test_a_client_is_told_all_it_needs(security: Security, mechanism: Mechanism) -> None:
    arguments = client_arguments(KafkaAddress("a:1,b:2", security, mechanism, "kabar", PASSWORD))
    context = arguments.pop("ssl_context")
    told: dict[str, object] = {"bootstrap_servers": ["a:1", "b:2"], "security_protocol": security}
    if security != "SSL":
        told |= {"sasl_mechanism": mechanism, "sasl_plain_username": "kabar", "sasl_plain_password": "hunter2"}
    assert arguments == told
    assert (context is not None) is security.endswith("SSL")
    await AIOKafkaClient(**arguments, ssl_context=context).close()


@each_way
def test_the_broker_is_told_the_same(security: Security, mechanism: Mechanism) -> None:
    at = KafkaAddress("a:1", security, mechanism, "kabar", PASSWORD)
    told, wanted = parse_security(broker_security(at)), client_arguments(at)
    assert (told.pop("ssl_context") is None) is (wanted.pop("ssl_context") is None)
    assert told | {"bootstrap_servers": ["a:1"]} == wanted


def test_certificate_and_host_name_are_checked(certificate: Certificate) -> None:
    for ca_file in (None, certificate.pem):
        context = KafkaAddress("a:1", "SSL", ca_file=ca_file).tls()
        assert context is not None
        assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
        if ca_file:
            assert [one["subject"] for one in context.get_ca_certs()] == [((("commonName", "situs.example"),),)]


def test_a_file_without_certificates_is_refused() -> None:
    with pytest.raises(OSError, match=r"\w"):
        client_arguments(KafkaAddress("a:1", "SSL", ca_file=Path(__file__)))


def ours() -> Iterator[tuple[str, ast.AST]]:
    for package in ("cli", "demo", "deploy", "services", "shared"):
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                yield str(path.relative_to(ROOT)), node


def test_every_client_is_made_with_these_arguments() -> None:
    """None of our clients forgets how Kafka lets us in."""
    made = [(path, node) for path, node in ours() if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("AIOKafka")]
    assert len(made) >= 7
    assert [f"{path}: {ast.unparse(node)}" for path, node in made if not any(word.arg is None for word in node.keywords)] == []
    brokers = [node for _, node in ours() if isinstance(node, ast.Call) and ast.unparse(node.func) == "KafkaBroker"]
    assert [any(word.arg == "security" for word in node.keywords) for node in brokers] == [True]


def test_nobody_takes_the_servers_without_the_way_in() -> None:
    """`settings.kafka` knows both; `settings.kafka_servers` is the half of it."""
    taken = {
        f"{path}: {ast.unparse(node)}"
        for path, node in ours()
        if isinstance(node, ast.Attribute) and node.attr == "kafka_servers" and "settings" in ast.unparse(node.value)
    }
    assert taken == set()

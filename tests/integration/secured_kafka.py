"""A Kafka that lets nobody in without a password: one door in the clear, one over TLS with a certificate of its own."""

from __future__ import annotations

import subprocess
from pathlib import Path

from pydantic import SecretStr

from deploy.local.jars import Kafka
from deploy.local.kafka import KafkaServer
from deploy.local.ports import free_port
from shared.create_topics import kafka_answers
from shared.kafka_address import KafkaAddress

USER, PASSWORD = "kabar", "not-a-secret"
SCRAM = ("SCRAM-SHA-256", "SCRAM-SHA-512")
_DOORS = """
listeners=SASL_PLAINTEXT://{clear},SASL_SSL://{tls},CONTROLLER://{controller}
advertised.listeners=SASL_PLAINTEXT://{clear},SASL_SSL://{tls}
listener.security.protocol.map=SASL_PLAINTEXT:SASL_PLAINTEXT,SASL_SSL:SASL_SSL,CONTROLLER:PLAINTEXT
inter.broker.listener.name=SASL_PLAINTEXT
sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512
sasl.mechanism.inter.broker.protocol=PLAIN
ssl.keystore.type=PEM
ssl.keystore.location=keystore.pem
"""
_PLAIN = 'org.apache.kafka.common.security.plain.PlainLoginModule required username="{0}" password="{1}" user_{0}="{1}";'
_SCRAM = "org.apache.kafka.common.security.scram.ScramLoginModule required;"


class WithUser(Kafka):
    """Its storage tool writes our user down for SCRAM, which keeps users in Kafka itself."""

    def command(self, main: str, *args: str, flags: tuple[str, ...] = ()) -> list[str]:
        users = [f"--add-scram={name}=[name={USER},password={PASSWORD}]" for name in SCRAM] if "format" in args else []
        return super().command(main, *args, *users, flags=flags)


class SecuredKafka(KafkaServer):
    """`servers` is the door in the clear, `tls_servers` the other."""

    def __init__(self, kafka: Kafka, folder: Path) -> None:
        super().__init__(WithUser(kafka.java, kafka.jars, kafka.archive), folder)
        self.tls_servers = f"127.0.0.1:{free_port()}"
        self.ca_file = folder / "certificate.pem"
        self._certify(folder)

    def _certify(self, folder: Path) -> None:
        key = folder / "key.pem"
        kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=kafka.example"]
        files = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(self.ca_file)]
        subprocess.run(["openssl", "req", "-x509", *kind, *files], check=True, capture_output=True)
        (folder / "keystore.pem").write_text(key.read_text() + self.ca_file.read_text())

    def _write(self, name: str, log_dir: str) -> str:
        written = super()._write(name, log_dir)
        path = self._folder / written
        kept = [line for line in path.read_text().splitlines() if not line.startswith(("listener", "advertised", "inter.broker"))]
        doors = _DOORS.format(clear=self.servers, tls=self.tls_servers, controller=f"127.0.0.1:{self._controller_port}")
        for listener in ("sasl_plaintext", "sasl_ssl"):
            doors += f"listener.name.{listener}.plain.sasl.jaas.config={_PLAIN.format(USER, PASSWORD)}\n"
            for mechanism in SCRAM:
                doors += f"listener.name.{listener}.{mechanism.lower()}.sasl.jaas.config={_SCRAM}\n"
        path.write_text("\n".join(kept) + doors)
        return written

    async def _answers(self) -> bool:
        return await kafka_answers(KafkaAddress(self.servers, "SASL_PLAINTEXT", "PLAIN", USER, SecretStr(PASSWORD)))

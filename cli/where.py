"""Where Kabar is: the servers named in the environment or of the running stack, and the processes of the services."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from cli.beside import beside
from deploy.local.folder import Running, find_running
from shared.settings import Settings, load_settings

RunningSitesPath = Annotated[
    Path | None, typer.Option("--sites", help="Site file or folder. Default: KABAR_SITES, else what the running stack reads, else sites/.")
]


@dataclass(frozen=True)
class Process:
    """One process of a service. `name` tells several of one service apart."""

    service: str
    name: str
    host: str
    port: int

    def url(self, path: str) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}{path}"


@dataclass(frozen=True)
class Where:
    """`kafka`, `mongo`: `None` where none is named and no stack runs. `services`: name → `host:port`, as KABAR_SERVICES has it."""

    data_dir: Path
    running: Running | None = None
    kafka: str | None = None
    mongo: str | None = None
    services: Mapping[str, str] = field(default_factory=dict)

    @property
    def local(self) -> bool:
        """Are the servers those of the local stack, or would be if it ran."""
        return self.running is not None or not (self.kafka or self.mongo)


def find(data_dir: Path, services: Mapping[str, str], environ: Mapping[str, str] = os.environ) -> Where:
    """What the environment names goes before what runs in the data folder."""
    running = find_running(data_dir)
    kafka = environ.get("KABAR_KAFKA_SERVERS") or (running.kafka_servers if running else None)
    mongo = environ.get("KABAR_MONGO_URI") or (running.mongo_uri if running else None)
    local = {name: f"127.0.0.1:{port}" for name, port in running.services.items()} if running else {}
    return Where(data_dir, running, kafka, mongo, services or local)


def settings_for(data_dir: Path) -> Settings:
    """The environment's, for whoever asks the stack in this folder. Raises `SettingsError`."""
    return with_sites(load_settings(), find_running(data_dir))


def with_sites(settings: Settings, running: Running | None) -> Settings:
    """With the site files that the running stack reads, where the environment names none: what is asked is asked of that stack."""
    if running is None or running.sites is None or "sites" in settings.model_fields_set:
        return settings
    return settings.model_copy(update={"sites": running.sites})


async def processes(where: Where) -> list[Process]:
    """Every process of every service: a name of a host may stand for several, and does where compose runs more of one."""
    return [process for service, target in where.services.items() for process in await _of(service, target)]


async def _of(service: str, target: str) -> Sequence[Process]:
    host, _, port = target.rpartition(":")
    number = int(port) if port.isascii() and port.isdigit() else 0
    try:
        found = await beside(lambda: socket.getaddrinfo(host, number, type=socket.SOCK_STREAM))
    except OSError:
        # No such name, so no process; it is shown as one that does not answer.
        return [Process(service, service, host, number)]
    # A name with addresses of both kinds names each process twice.
    old = [address for address in found if address[0] is socket.AF_INET]
    addresses = sorted({str(address[4][0]) for address in old or found})
    one = len(addresses) == 1
    return [Process(service, service if one else f"{service} {address}", address, number) for address in addresses]


def shown_uri(uri: str) -> str:
    """A MongoDB URI without user, password and options."""
    hosts = urlsplit(uri).netloc.rpartition("@")[2]
    return f"mongodb://{hosts}" if hosts else "mongodb://…"

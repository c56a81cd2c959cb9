from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cli.look import Part, changed, look_at_services
from cli.picture import Picture
from cli.where import Process, Where, find, processes, shown_uri, with_sites
from deploy.local.folder import Running, announce, hold
from deploy.local.health import Health
from deploy.local.ports import free_port
from shared.outcomes import Outage
from shared.settings import Settings
from tests.unit.answering import answering

RUNNING = Running(pid=1, kafka_servers="127.0.0.1:1", mongo_uri="mongodb://127.0.0.1:2", services={"store": 3})


def test_the_environment_goes_before_the_running_stack(tmp_path: Path) -> None:
    with hold(tmp_path):
        announce(tmp_path, RUNNING)
        own = find(tmp_path, {}, {})
        named = find(tmp_path, {"store": "store:8080"}, {"KABAR_KAFKA_SERVERS": "k:9092"})
    assert (own.kafka, own.mongo, own.services, own.local) == ("127.0.0.1:1", "mongodb://127.0.0.1:2", {"store": "127.0.0.1:3"}, True)
    assert (named.kafka, named.mongo, named.services) == ("k:9092", "mongodb://127.0.0.1:2", {"store": "store:8080"})


def test_the_sites_are_those_of_the_running_stack_unless_others_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    reading = RUNNING.model_copy(update={"sites": Path("/demo/sites.toml")})
    monkeypatch.delenv("KABAR_SITES", raising=False)
    assert with_sites(Settings(), reading).sites == Path("/demo/sites.toml")
    assert with_sites(Settings(), RUNNING).sites == with_sites(Settings(), None).sites == Path("sites")
    monkeypatch.setenv("KABAR_SITES", "elsewhere")
    assert with_sites(Settings(), reading).sites == Path("elsewhere")


@pytest.mark.parametrize(
    ("environ", "local"),
    [({}, True), ({"KABAR_KAFKA_SERVERS": "k:1"}, False), ({"KABAR_KAFKA_SERVERS": "", "KABAR_MONGO_URI": ""}, True)],
)
def test_where_no_stack_runs(environ: dict[str, str], local: bool, tmp_path: Path) -> None:
    where = find(tmp_path, {}, environ)
    assert (where.running, where.kafka, where.local) == (None, environ.get("KABAR_KAFKA_SERVERS") or None, local)


@pytest.mark.parametrize(
    ("uri", "shown"),
    [
        ("mongodb://kabar:rahasia@mongo:27017/?authSource=admin", "mongodb://mongo:27017"),
        ("mongodb://a:p%40ss@h1:1,h2:2/x", "mongodb://h1:1,h2:2"),
        ("mongodb://127.0.0.1:2/?directConnection=true", "mongodb://127.0.0.1:2"),
        ("rahasia", "mongodb://…"),
    ],
)
def test_a_uri_is_shown_without_its_secrets(uri: str, shown: str) -> None:
    assert shown_uri(uri) == shown


async def test_a_name_may_stand_for_several_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    def resolve(host: str, port: int, **_: object) -> list[Any]:
        if host == "nowhere":
            raise socket.gaierror
        addresses = {"extractor": ("fd00::2", "10.0.0.3", "10.0.0.2", "10.0.0.2"), "store": ("fd00::1",)}[host]
        return [(socket.AF_INET6 if ":" in address else socket.AF_INET, None, None, "", (address, port)) for address in addresses]

    monkeypatch.setattr("socket.getaddrinfo", resolve)
    where = Where(Path(), services={"extractor": "extractor:8080", "store": "store:81", "crawler": "nowhere:x"})
    found = await processes(where)
    assert found == [
        Process("extractor", "extractor 10.0.0.2", "10.0.0.2", 8080),
        Process("extractor", "extractor 10.0.0.3", "10.0.0.3", 8080),
        Process("store", "store", "fd00::1", 81),
        Process("crawler", "crawler", "nowhere", 0),
    ]
    assert found[2].url("/metrics") == "http://[fd00::1]:81/metrics"


METRICS = b'kabar_messages_received_total{service="store",topic="kabar.article.extracted"} 7.0\n'


def says(metrics: bytes) -> Callable[[str], tuple[int, bytes]]:
    """A service that is well and has counted this."""
    return lambda path: (200, metrics if path == "/metrics" else b'{"ready":true,"checks":{"kafka":true}}')


async def test_services_are_asked_how_they_are_and_what_they_have_counted() -> None:
    with answering(says(METRICS)) as well, answering(says(b"\xff{")) as odd:
        ports = {"store": well, "extractor": odd, "crawler": free_port()}
        where = Where(Path(), services={name: f"127.0.0.1:{port}" for name, port in ports.items()})
        picture = (await look_at_services(where))(Picture())
    ready, gone = Health(ready=True, checks={"kafka": True}), Health(alive=False, ready=False, checks={})
    assert picture.healths == {"store": {"store": ready}, "extractor": {"extractor": ready}, "crawler": {"crawler": gone}}
    (look,) = picture.looks
    assert {stage: {name: one.taken for name, one in each.items()} for stage, each in look.counted.items()} == {"store": {"store": 7}}


async def test_a_part_that_is_away_says_so_until_it_is_back() -> None:
    async def away() -> Any:
        raise Outage("kafka_away", detail="refused")

    async def back() -> Any:
        return lambda picture: picture

    picture = Picture(lags={"kabar-store": 3})
    lost = await changed(Part("lag", 1, away), lambda: picture)
    assert (lost.away, lost.lags) == ({"lag": "Kafka cannot be reached: refused."}, {"kabar-store": 3})
    assert (await changed(Part("lag", 1, back), lambda: lost)).away == {}

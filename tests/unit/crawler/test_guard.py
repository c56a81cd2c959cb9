from __future__ import annotations

import asyncio
import socket
import threading

import pytest

from services.crawler.guard import Guard, HostMap, Refused

PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "103.28.12.5",
    "2606:4700::1111",
    "2001:4860:4860::8888",
    "::ffff:8.8.8.8",
    "64:ff9b::808:808",
    "2002:808:808::1",
]
PRIVATE = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1", "172.31.255.255",
    "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.1.1.1",
    "240.0.0.1", "255.255.255.255",
    "::", "::1", "::7f00:1", "::ffff:10.0.0.1", "::ffff:127.0.0.1", "::ffff:0:127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::808:808",
    "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::1", "2002:a00:1::", "5f00::1", "fc00::1", "fd12:3456::1", "fe80::1", "fe80::1%eth0",
    "fec0::1", "4000::1", "3fff::1", "8000::1", "1::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "ff02::1", "ff0e::1",
]  # fmt: skip


@pytest.mark.parametrize("address", PUBLIC)
def test_the_public_internet_may_be_reached(address: str) -> None:
    Guard().check(address, 443)


@pytest.mark.parametrize("address", PRIVATE)
def test_nothing_private_is_reached(address: str) -> None:
    with pytest.raises(Refused) as refused:
        Guard().check(address, 80)
    assert refused.value.reason == "private_address"


@pytest.mark.parametrize("port", [0, 22, 25, 3306, 6379, 9092, 27017])
def test_only_ports_of_web_servers(port: int) -> None:
    with pytest.raises(Refused) as refused:
        Guard().check("8.8.8.8", port)
    assert refused.value.reason == "port_refused"


@pytest.mark.parametrize(("allowed", "host", "port"), [("127.0.0.1:8001", "127.0.0.1", 8001), ("[::1]:80", "::1", 80)])
def test_what_is_allowed_by_name_is_allowed_alone(allowed: str, host: str, port: int) -> None:
    guard = Guard(frozenset({allowed}))
    guard.check(host, port)
    for other_host, other_port in ((host, port + 1), ("127.0.0.2", port)):
        with pytest.raises(Refused):
            guard.check(other_host, other_port)


def test_a_refused_address_gets_no_socket() -> None:
    with pytest.raises(Refused):
        Guard().socket((socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.1", 80)))
    with Guard(frozenset({"127.0.0.1:1"})).socket((socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 1))) as made:
        assert made.family == socket.AF_INET


async def test_the_host_map_says_address_and_port() -> None:
    hosts = HostMap({"situs.example": "127.0.0.1:8001", "enam.example": "[::1]:8002"})
    four, six = (await hosts.resolve("Situs.example", 80))[0], (await hosts.resolve("enam.example", 80))[0]
    assert (four["host"], four["port"], four["family"]) == ("127.0.0.1", 8001, socket.AF_INET)
    assert (six["host"], six["port"], six["family"]) == ("::1", 8002, socket.AF_INET6)
    await hosts.close()


async def test_dead_name_servers_hold_nobody_else_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """More of them than the threads of the loop, whose work must go on as well."""
    let_go, asked = threading.Event(), threading.Semaphore(0)

    def ask(host: str, _port: int, _family: int) -> list[object]:
        if host.startswith("mati"):
            asked.release()
            assert let_go.wait(30)
        return []

    monkeypatch.setattr("services.crawler.guard._ask_dns", ask)
    hosts = HostMap({}, threads=64)
    dead = [asyncio.create_task(hosts.resolve(f"mati{n}.example")) for n in range(63)]
    try:
        for _ in dead:
            assert await asyncio.to_thread(asked.acquire, timeout=30)
        assert await hosts.resolve("hidup.example") == []
    finally:
        let_go.set()
        await asyncio.gather(*dead)
        await hosts.close()

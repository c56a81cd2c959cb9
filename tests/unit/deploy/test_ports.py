from __future__ import annotations

import socket
from pathlib import Path

import pytest

from deploy.local.ports import free_port, listening

RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")


def test_a_port_is_below_those_of_outgoing_connections() -> None:
    if not RANGE.exists():
        pytest.skip("the range of outgoing ports cannot be read here")
    first = int(RANGE.read_text().split()[0])
    assert all(1024 < free_port() < first for _ in range(50))


async def test_listening_is_seen() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert await listening(port)
    assert not await listening(port)


def test_a_taken_port_is_not_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    free = free_port()
    with socket.create_server(("127.0.0.1", 0)) as server:
        taken = server.getsockname()[1]
        offers = iter([taken, free])
        monkeypatch.setattr("random.randint", lambda _first, _last: next(offers))
        assert free_port() == free

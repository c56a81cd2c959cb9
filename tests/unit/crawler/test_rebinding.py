"""A name whose address changes between two looks: first an allowed one, then one of our own network. Real sockets, real guard."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from services.crawler.fetch import Fetcher, open_fetcher
from shared.outcomes import Reject
from shared.settings import Settings
from tests.unit.crawler.loopback import answer, serving

Make = Callable[..., Settings]
NAME, INSIDE = "berganti.example", "127.0.0.2"


class Dns:
    """Answers each question with the next of its answers, the last for ever."""

    def __init__(self, *answers: tuple[str, ...]) -> None:
        self.answers, self.asked = list(answers), 0

    def __call__(self, host: str, port: int, *_args: Any, **_kwargs: Any) -> list[Any]:
        assert host == NAME
        addresses = self.answers[min(self.asked, len(self.answers) - 1)]
        self.asked += 1
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]


@asynccontextmanager
async def two_servers() -> AsyncIterator[tuple[int, list[str]]]:
    """An allowed one, and on the same port of another address one of our network, which notes who comes."""
    visits: list[str] = []

    async def note(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        visits.append("inside")
        writer.write(answer(b"rahasia"))
        writer.close()

    async with serving(**{"/": answer(b"umum", connection="close")}) as public:
        inside = await asyncio.start_server(note, INSIDE, public.port)
        async with inside:
            yield public.port, visits


@asynccontextmanager
async def fetching(settings: Make, port: int) -> AsyncIterator[Fetcher]:
    async with open_fetcher(settings(fetch_allow=frozenset({f"127.0.0.1:{port}"}))) as fetcher:
        yield fetcher


async def test_the_second_address_of_a_name_is_checked_like_the_first(settings: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    dns = Dns(("127.0.0.1",), (INSIDE,))
    async with two_servers() as (port, visits):
        monkeypatch.setattr("services.crawler.guard.socket.getaddrinfo", dns)
        async with fetching(settings, port) as fetcher:
            assert (await fetcher.get(f"http://{NAME}:{port}/", max_bytes=100)).body == b"umum"
        async with fetching(settings, port) as later:  # for whom nothing is remembered
            with pytest.raises(Reject, match="private_address"):
                await later.get(f"http://{NAME}:{port}/", max_bytes=100)
    assert (dns.asked, visits) == (2, [])


@pytest.mark.parametrize("addresses", [("127.0.0.1", INSIDE), (INSIDE, "127.0.0.1")])
async def test_of_several_addresses_only_those_allowed_are_reached(
    addresses: tuple[str, ...], settings: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with two_servers() as (port, visits):
        monkeypatch.setattr("services.crawler.guard.socket.getaddrinfo", Dns(addresses))
        async with fetching(settings, port) as fetcher:
            for _ in range(3):
                assert (await fetcher.get(f"http://{NAME}:{port}/", max_bytes=100)).body == b"umum"
    assert visits == []

"""Servers that break the protocol, and what comes of it: a name, or the page they meant. Nothing reaches the next request."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from socket import SO_LINGER, SOL_SOCKET

import pytest

from services.crawler.fetch import Fetcher, open_fetcher
from shared.outcomes import Reject, Retry
from shared.settings import Settings
from tests.unit.crawler.loopback import Answer, Asked, Loopback, answer, serving

CAP = 100_000
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n"
CHUNKED = HEAD + b"transfer-encoding: chunked\r\n\r\n"
OTHER = answer(b"POISON")


def opened(site: Loopback, **fields: object) -> AbstractAsyncContextManager[Fetcher]:
    given: dict[str, object] = {"fetch_allow": frozenset({site.target}), "fetch_seconds": 5.0} | fields
    return open_fetcher(Settings(**given))  # type: ignore[arg-type]


def closing(said: bytes) -> Answer:
    async def write(_asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(said)
        await writer.drain()
        writer.close()

    return write


def endless(head: bytes, piece: bytes, gap: float = 0.0) -> Answer:
    async def write(_asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        while not writer.is_closing():
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(gap)

    return write


async def reset(_asked: Asked, writer: asyncio.StreamWriter) -> None:
    writer.get_extra_info("socket").setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


@pytest.mark.parametrize(
    ("page", "body"),
    [
        (b"HTTP/1.1 102 P\r\n\r\nHTTP/1.1 100 C\r\n\r\n" + answer(b"rapat"), b"rapat"),
        (closing(HEAD + b"\r\nrapat"), b"rapat"),
        (closing(b"HTTP/1.0 200 OK\r\n\r\nrapat"), b"rapat"),
        (b"HTTP/1.1 200\r\ncontent-length: 5\r\n\r\nrapat", b"rapat"),
        (b"HTTP/1.1 200 OK\ncontent-length: 5\n\nrapat", b"rapat"),
        (b"HTTP/1.1 200 D\xe9j\xe0\r\ncontent-length: 5\r\n\r\nrapat", b"rapat"),
        (HEAD + b"csp: " + b"a" * 20_000 + b"\r\ncontent-length: 5\r\n\r\nrapat", b"rapat"),
        (HEAD + b"x: \xe9\xff\r\ncontent-length: 5\r\n\r\nrapat", b"rapat"),
        (HEAD + b'set-cookie: \xff=;;;==="\r\ncontent-length: 5\r\n\r\nrapat', b"rapat"),
        (HEAD + b"".join(b"h%d: v\r\n" % n for n in range(100)) + b"content-length: 5\r\n\r\nrapat", b"rapat"),
        (endless(CHUNKED, b"1\r\nx\r\n" * 1_000), b"x" * CAP),
        (endless(CHUNKED + b"FFFFFFFFFFFF\r\n", b"x" * 65_536), b"x" * CAP),
        (endless(HEAD + b"content-length: 99999999999999\r\n\r\n", b"x" * 65_536), b"x" * CAP),
    ],
)
async def test_what_they_meant(page: Answer, body: bytes) -> None:
    async with serving(**{"/": page}) as site, opened(site) as fetcher:
        assert (await fetcher.get(site.url("/"), max_bytes=CAP)).body == body


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (closing(b""), "connection_lost"),
        (reset, "connection_lost"),
        (closing(CHUNKED + b"5\r\nrapat\r\n5\r\nra"), "short_body"),
        (closing(CHUNKED + b"5\r\nrapat\r\n"), "short_body"),
        (CHUNKED + b"-1\r\nxx\r\n0\r\n\r\n", "bad_response"),
        (CHUNKED + b"F" * 40 + b"\r\nxx\r\n0\r\n\r\n", "bad_response"),
        (endless(CHUNKED + b"1\r\nx\r\n0\r\n", b"a: b\r\n" * 1_000), "bad_response"),
        (HEAD + b"transfer-encoding: chunked\r\ncontent-length: 3\r\n\r\n5\r\nrapat\r\n0\r\n\r\n", "bad_response"),
        (HEAD + b"content-length: 2\r\n\r\nrapat", "bad_response"),
        (HEAD + b"content-length: -5\r\n\r\nrapat", "bad_response"),
        (HEAD + b"content-length: +5\r\n\r\nrapat", "bad_response"),
        (HEAD + b"content-length: " + b"9" * 400 + b"\r\n\r\nrapat", "bad_response"),
        (HEAD + b"content-length: 5\r\ncontent-length: 3\r\n\r\nrapat", "bad_response"),
        (closing(b"HTTP/1.1 abc OK\r\n\r\n"), "bad_response"),
        (closing(b"HTTP/1.1 099 OK\r\n\r\n"), "bad_response"),
        (closing(b"HTTP/1.1 600 OK\r\n\r\n"), "bad_response"),
        (b"HTTP/1.1 101 X\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\nx", "bad_response"),
        (closing(b"HTTP/9.9 200 OK\r\n\r\n"), "bad_response"),
        (closing(b"<html>HTTP/0.9</html>"), "bad_response"),
        (HEAD + b"x: a\0b\r\ncontent-length: 1\r\n\r\nx", "bad_response"),
        (HEAD + b"no colon\r\ncontent-length: 1\r\n\r\nx", "bad_response"),
        (HEAD + b"x: y\rz\r\ncontent-length: 1\r\n\r\nx", "bad_response"),
        (endless(HEAD + b"x: ", b"y" * 65_536), "bad_response"),
        (endless(b"HTTP/1.1 200 ", b"y" * 65_536), "bad_response"),
        (HEAD + b"".join(b"h%d: v\r\n" % n for n in range(5_000)) + b"content-length: 1\r\n\r\nx", "bad_response"),
        (closing(b"\x15\x03\x01\x00\x02\x02\x28"), "bad_response"),
    ],
)
async def test_broken_answers_have_a_name(page: Answer, reason: str) -> None:
    async with serving(**{"/": page, "/next": answer(b"fine")}) as site, opened(site) as fetcher:
        with pytest.raises(Retry) as retry:
            await fetcher.get(site.url("/"), max_bytes=CAP)
        assert retry.value.reason == reason
        assert (await fetcher.get(site.url("/next"), max_bytes=CAP)).body == b"fine"


@pytest.mark.parametrize(
    "page",
    [
        endless(b"HTTP/1.1 200 OK\r\nx: ", b"y", 0.05),
        endless(b"HTTP/1.1 200 OK\r\n", b"a: b\r\n", 0.05),
        endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100),
        endless(CHUNKED, b"1\r\nx\r\n", 0.05),
        endless(CHUNKED, b"0" * 65_536),
        endless(CHUNKED + b"1;a=", b"y" * 65_536),
    ],
)
async def test_slow_and_endless_ones_meet_the_deadline(page: Answer) -> None:
    async with serving(**{"/": page}) as site, opened(site, fetch_seconds=0.5) as fetcher:
        with pytest.raises(Retry, match="fetch_timeout"):
            await fetcher.get(site.url("/"), max_bytes=CAP)


def later(first: bytes, then: bytes, said: asyncio.Event) -> Answer:
    async def write(_asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(first)
        await writer.drain()
        await asyncio.sleep(0.02)
        writer.write(then)
        await writer.drain()
        said.set()

    return write


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (answer(b"ok"), OTHER),
        (answer(b"ok"), b"HTTP/1.1 100 Continue\r\n\r\n" + OTHER),
        (answer(b"ok"), OTHER[:30]),
        (answer(b"ok"), b"\r\n\r\n"),
        (answer(status=304, kind="", content_length=""), OTHER),
        (b"HTTP/1.1 304 X\r\ncontent-length: 200\r\n\r\n", OTHER),
        (CHUNKED + b"2\r\nok\r\n0\r\n\r\n", OTHER),
    ],
)
async def test_what_comes_behind_an_answer_is_not_the_next_one(first: bytes, then: bytes) -> None:
    """Sent a moment later, so that it finds the connection waiting for its next use; sent at once, aiohttp sees it."""
    said = asyncio.Event()
    async with serving(**{"/": later(first, then, said), "/next": answer(b"fine")}) as site, opened(site) as fetcher:
        await fetcher.get(site.url("/"), max_bytes=CAP)
        await said.wait()
        await asyncio.sleep(0)
        assert (await fetcher.get(site.url("/next"), max_bytes=CAP)).body == b"fine"


@pytest.mark.parametrize("first", [answer(b"ok") + OTHER, CHUNKED + b"2\r\nok\r\n0\r\n\r\n" + OTHER, answer(b"") + OTHER])
async def test_nor_what_comes_with_it(first: bytes) -> None:
    async with serving(**{"/": first, "/next": answer(b"fine")}) as site, opened(site) as fetcher:
        await fetcher.get(site.url("/"), max_bytes=CAP)
        assert (await fetcher.get(site.url("/next"), max_bytes=CAP)).body == b"fine"


async def test_a_quiet_connection_is_used_again() -> None:
    clients: set[object] = set()

    def page(_asked: Asked, writer: asyncio.StreamWriter) -> bytes:
        clients.add(writer.get_extra_info("peername"))
        return answer(b"ok")

    async with serving(**{"/": page}) as site, opened(site) as fetcher:
        for _ in range(3):
            await fetcher.get(site.url("/"), max_bytes=CAP)
    assert len(clients) == 1


async def test_plain_text_where_tls_was_asked_for() -> None:
    async def plain(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async with serving() as site, await asyncio.start_server(plain, "127.0.0.1", 0) as server:
        target = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with opened(site, fetch_allow=frozenset({target})) as fetcher:
            with pytest.raises(Retry, match="tls_failed"):
                await fetcher.get(f"https://{target}/", max_bytes=CAP)


@pytest.mark.parametrize(
    "answers",
    [[("10.0.0.1", 80)], [("10.0.0.1", 80), ("::ffff:10.0.0.1", 80)], [("169.254.169.254", 80), ("fe80::1", 80)]],
)
async def test_a_name_that_resolves_to_us(monkeypatch: pytest.MonkeyPatch, answers: list[tuple[str, int]]) -> None:
    _resolving(monkeypatch, lambda: answers)
    async with serving() as site, opened(site) as fetcher:
        with pytest.raises(Reject, match="private_address"):
            await fetcher.get("http://situs.example/", max_bytes=CAP)


async def test_of_several_addresses_only_those_allowed_are_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(**{"/": answer(b"here")}) as site, serving(**{"/": answer(b"secret")}) as other, opened(site) as fetcher:
        _resolving(monkeypatch, lambda: [("127.0.0.1", other.port), ("127.0.0.1", site.port)])
        assert (await fetcher.get("http://situs.example/", max_bytes=CAP)).body == b"here"
        assert other.asked == []


async def test_a_name_that_changes_its_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(**{"/": closing(answer(b"here"))}) as site, serving(**{"/": answer(b"secret")}) as other, opened(site) as fetcher:
        _resolving(monkeypatch, lambda: [("127.0.0.1", site.port)])
        assert (await fetcher.get("http://situs.example/", max_bytes=CAP)).body == b"here"
        _resolving(monkeypatch, lambda: [("127.0.0.1", other.port)])
        with pytest.raises(Reject, match="private_address"):
            await fetcher.get("http://situs.example:8080/", max_bytes=CAP)
        assert other.asked == []


def _resolving(monkeypatch: pytest.MonkeyPatch, answers: Callable[[], list[tuple[str, int]]]) -> None:
    """DNS says these addresses (and ports, which DNS cannot, to reach servers on loopback)."""

    def ask(host: str, _port: int, _family: int) -> list[dict[str, object]]:
        kinds = [(10 if ":" in address else 2, address, port) for address, port in answers()]
        return [{"hostname": host, "host": address, "port": port, "family": kind, "proto": 0, "flags": 4} for kind, address, port in kinds]

    monkeypatch.setattr("services.crawler.guard._ask_dns", ask)

"""HTTP/2 where the server offers it, which it says in the TLS handshake (ALPN); HTTP/1.1 everywhere else.

One connection a host is kept for the next request. Sockets are made as aiohttp's are: by the same names and the same guard.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from ipaddress import ip_address

import aiohappyeyeballs
import httpx

from services.crawler.carry.answer import IDLE_SECONDS, LONGEST_CONNECT, Carried
from services.crawler.carry.http1 import Http1
from services.crawler.carry.http2_connection import Fields, Http2Connection, Unanswered, WantsHttp1
from services.crawler.guard import Guard, HostMap, Refused
from shared.outcomes import Retry

_PROTOCOLS = ["h2", "http/1.1"]
_MOST_REMEMBERED = 10_000  # hosts; one that is forgotten costs a handshake
_FALL_BACK = 0.25  # seconds until the next address of a name is tried beside the first, as aiohttp has it

Origin = tuple[str, int]


class Http2:
    """Carries https by HTTP/2 if the server will, all else by `otherwise`."""

    def __init__(self, tls: ssl.SSLContext, names: HostMap, guard: Guard, otherwise: Http1) -> None:
        tls.set_alpn_protocols(_PROTOCOLS)
        self._tls, self._names, self._guard, self._otherwise = tls, names, guard, otherwise
        self._without: dict[Origin, None] = {}
        self._idle: dict[Origin, tuple[Http2Connection, asyncio.TimerHandle]] = {}

    async def carry(self, url: httpx.URL, headers: Mapping[str, str], max_bytes: int) -> Carried:
        """Which hosts have no HTTP/2 is remembered. One that chose it and then does not want it is asked again without."""
        origin = (url.raw_host.decode("ascii").lower(), url.port or 443)
        if url.scheme == "https" and url.host and origin not in self._without:
            try:
                return await self._ask(origin, _fields(url, headers), max_bytes)
            except WantsHttp1:
                self._remember(origin)
        return await self._otherwise.carry(url, headers, max_bytes)

    def close(self) -> None:
        for connection, timer in self._idle.values():
            timer.cancel()
            connection.close()
        self._idle.clear()

    def _remember(self, origin: Origin) -> None:
        self._without[origin] = None
        if len(self._without) > _MOST_REMEMBERED:
            del self._without[next(iter(self._without))]

    async def _ask(self, origin: Origin, fields: Fields, max_bytes: int) -> Carried:
        """On the connection kept, if there is one; the server may be closing it at this moment, which is nobody's fault."""
        if (kept := self._kept(origin)) is not None:
            try:
                return await self._ask_on(kept, origin, fields, max_bytes)
            except Unanswered:
                pass
        return await self._ask_on(await self._connect(*origin), origin, fields, max_bytes)

    async def _ask_on(self, connection: Http2Connection, origin: Origin, fields: Fields, max_bytes: int) -> Carried:
        carried = await connection.ask(fields, max_bytes)
        if not connection.usable or origin in self._idle:
            connection.close()
        else:
            timer = asyncio.get_running_loop().call_later(IDLE_SECONDS, self._expire, origin)
            self._idle[origin] = connection, timer
        return carried

    def _kept(self, origin: Origin) -> Http2Connection | None:
        connection, timer = self._idle.pop(origin, (None, None))
        if timer is not None:
            timer.cancel()
        return connection if connection is not None and connection.usable else None

    def _expire(self, origin: Origin) -> None:
        self._idle.pop(origin)[0].close()

    async def _connect(self, host: str, port: int) -> Http2Connection:
        """Raises `WantsHttp1` if the server chose that; `Refused`, `gaierror`, `SSLError`, `Retry("connect_failed")`."""
        try:
            async with asyncio.timeout(LONGEST_CONNECT):
                connection = await self._shake_hands(await self._socket(host, port), host)
        except (Refused, socket.gaierror, ssl.SSLError, ssl.CertificateError):
            raise
        except OSError as error:
            raise Retry("connect_failed", detail=f"{type(error).__name__}: {error}"[:300]) from error
        if not connection.speaks_h2:
            connection.close()
            raise WantsHttp1("bad_response")
        return connection

    async def _socket(self, host: str, port: int) -> socket.socket:
        """A connection to the first address of the name that takes it; each is looked at by the guard before."""
        found = [(host, port)] if _is_literal(host) else [(to["host"], to["port"]) for to in await self._names.resolve(host, port)]
        infos = [_info(*address) for address in found]
        return await aiohappyeyeballs.start_connection(infos, happy_eyeballs_delay=_FALL_BACK, socket_factory=self._guard.socket)

    async def _shake_hands(self, sock: socket.socket, host: str) -> Http2Connection:
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(Http2Connection, sock=sock, ssl=self._tls, server_hostname=host.rstrip("."))
        return connection


def _is_literal(host: str) -> bool:
    try:
        return bool(ip_address(host))
    except ValueError:
        return False


def _info(host: str, port: int) -> aiohappyeyeballs.AddrInfoType:
    family, address = (socket.AF_INET6, (host, port, 0, 0)) if ":" in host else (socket.AF_INET, (host, port))
    return family, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", address


def _fields(url: httpx.URL, headers: Mapping[str, str]) -> Fields:
    head = [(":method", "GET"), (":authority", url.netloc.decode("ascii")), (":scheme", "https"), (":path", url.raw_path.decode("ascii"))]
    return head + [(name.lower(), value) for name, value in headers.items()]


@asynccontextmanager
async def open_http2(tls: ssl.SSLContext, names: HostMap, guard: Guard, otherwise: Http1) -> AsyncIterator[Http2]:
    """Connections are closed at the end."""
    carrier = Http2(tls, names, guard, otherwise)
    try:
        yield carrier
    finally:
        carrier.close()

"""HTTP/1.1, plain or over TLS: httpx speaks, aiohttp carries (a fifth of the CPU of httpx's own pool).

Its transport is used without its client, which would follow, or at least look at, redirects, keep cookies, ask the environment
for proxies and decompress without a cap.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from services.crawler.carry.answer import IDLE_SECONDS, LONGEST_CONNECT, LONGEST_READ, Carried, has_page
from services.crawler.guard import Connection, Guard, HostMap


class _Answer(aiohttp.ClientResponse):
    """Without its reason phrase, which nobody reads, and which cannot be passed on to httpx if it is in Latin-1."""

    async def start(self, connection: Any) -> Any:
        await super().start(connection)
        self.reason = ""
        return self


class Http1:
    """Carries by HTTP/1.1, whatever the server would rather speak."""

    def __init__(self, transport: httpx.AsyncBaseTransport, seconds: float) -> None:
        self._transport = transport
        self._timeout = httpx.Timeout(seconds, connect=min(LONGEST_CONNECT, seconds)).as_dict()

    async def carry(self, url: httpx.URL, headers: Mapping[str, str], max_bytes: int) -> Carried:
        request = httpx.Request("GET", url, headers=headers, extensions={"timeout": self._timeout})
        answer = await self._transport.handle_async_request(request)
        names = {name.lower(): value for name, value in answer.headers.items()}
        try:
            wanted = 200 <= answer.status_code < 600  # what follows a 101 need not be a body
            return Carried(answer.status_code, names, await _read(answer, max_bytes) if wanted else b"")
        except (httpx.HTTPError, aiohttp.ClientError, OSError):
            if has_page(answer.status_code):
                raise
            return Carried(answer.status_code, names, b"")  # the status has said it all
        finally:
            await answer.aclose()


async def _read(answer: httpx.Response, max_bytes: int) -> bytes:
    """The body as on the wire, up to one byte over the cap."""
    raw = bytearray()
    async for chunk in answer.aiter_raw():
        raw += chunk
        if len(raw) > max_bytes:
            del raw[max_bytes + 1 :]
            break
    return bytes(raw)


@asynccontextmanager
async def open_http1(tls: ssl.SSLContext, names: HostMap, guard: Guard, hosts: int, seconds: float) -> AsyncIterator[Http1]:
    """For at most so many hosts at a time. Connections, and the host map, are closed at the end."""
    connector = aiohttp.TCPConnector(ssl=tls, resolver=names, socket_factory=guard.socket, limit=hosts, keepalive_timeout=IDLE_SECONDS)
    # There is no argument for it.
    connector._factory = partial(Connection, loop=asyncio.get_running_loop())  # type: ignore[assignment]
    session = aiohttp.ClientSession(
        connector=connector, response_class=_Answer, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False, max_field_size=LONGEST_READ
    )
    async with AiohttpTransport(verify=tls, trust_env=False, client=session) as transport:
        yield Http1(transport, seconds)

"""The httpx edge: one exchange with one server, bounded in time, bytes and places it can reach.

httpx speaks, aiohttp carries (a fifth of the CPU of httpx's own pool). Its transport is used without its client, which
would follow, or at least look at, redirects, keep cookies, ask the environment for proxies and decompress without a cap.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from services.crawler.guard import Connection, Guard, HostMap, Refused
from services.crawler.unpack import ACCEPT_ENCODING, unpack
from services.crawler.validators import NO_VALIDATORS, Validators
from shared.outcomes import Reject, Retry
from shared.settings import Settings

_IDLE_SECONDS = 15.0
_LONGEST_CONNECT = 10.0
_LONGEST_READ, _LONGEST_HEADER = 32_768, 8_190  # bytes of a header: policies of 20 kB are about; what we use is short
_ACCEPT = "text/html,application/xhtml+xml,application/rss+xml,application/atom+xml,application/xml;q=0.9,*/*;q=0.5"

# What went wrong beneath → the reason of a `Retry`, the first that fits.
_CAUSES: tuple[tuple[type[BaseException], str], ...] = (
    (aiohttp.ConnectionTimeoutError, "connect_failed"),
    (socket.gaierror, "dns_failed"),
    (ssl.SSLError, "tls_failed"),
    (ssl.CertificateError, "tls_failed"),
    (TimeoutError, "fetch_timeout"),
    (aiohttp.ClientPayloadError, "short_body"),
    (aiohttp.ClientConnectorError, "connect_failed"),
    (aiohttp.ClientConnectionError, "connection_lost"),
    (OSError, "connection_lost"),
    (aiohttp.ClientError, "bad_response"),
    (httpx.HTTPError, "bad_response"),
    (ValueError, "bad_response"),
)


@dataclass(frozen=True)
class Response:
    """One answer. `body` has its content-coding undone; `cut` if it went on past the cap; `received` bytes on the wire. Of any status
    but 2xx the body is as it came, or nothing."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    cut: bool = False
    received: int = 0


class Fetcher:
    """Asks for one URL at a time of one server at a time; safe to share between tasks."""

    def __init__(self, transport: httpx.AsyncBaseTransport, user_agent: str, seconds: float) -> None:
        self._transport, self._seconds = transport, seconds
        self._headers = {"User-Agent": user_agent, "Accept": _ACCEPT, "Accept-Encoding": ACCEPT_ENCODING}
        self._timeout = httpx.Timeout(seconds, connect=min(_LONGEST_CONNECT, seconds)).as_dict()

    async def get(self, url: str, *, max_bytes: int, validators: Validators = NO_VALIDATORS) -> Response:
        """The answer to one GET, redirects not followed, within the deadline and `max_bytes` (on the wire, and unpacked).

        Raises `Reject`: `bad_url`, `private_address`, `port_refused`, `bad_encoding`; or `Retry`: `dns_failed`, `connect_failed`,
        `tls_failed`, `connection_lost`, `fetch_timeout`, `short_body`, `bad_response`.
        """
        try:
            async with asyncio.timeout(self._seconds):
                return await self._exchange(url, max_bytes, validators)
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
            raise Reject("bad_url", str(error)[:300]) from error
        except (httpx.HTTPError, aiohttp.ClientError, OSError, ValueError) as error:
            raise _failure(error) from error

    async def _exchange(self, url: str, max_bytes: int, validators: Validators) -> Response:
        headers = self._headers | validators.headers()
        request = httpx.Request("GET", url, headers=headers, extensions={"timeout": self._timeout})
        if request.url.userinfo:
            raise Reject("bad_url", "credentials")  # aiohttp would send them
        answer = await self._transport.handle_async_request(request)
        try:
            if not 200 <= answer.status_code < 600:
                raise Retry("bad_response", detail=f"no such status: {answer.status_code}")
            raw = await _read(answer, max_bytes)
        except (httpx.HTTPError, aiohttp.ClientError, OSError):
            if _has_page(answer.status_code):
                raise
            raw = b""  # the status has said it all
        finally:
            await answer.aclose()
        return _response(url, answer, raw, max_bytes)


def _has_page(status: int) -> bool:
    """Is the body what was asked for. Of a redirect or an error it is of no use, so nothing in it can be wrong."""
    return 200 <= status < 300


class _Answer(aiohttp.ClientResponse):
    """Without its reason phrase, which nobody reads, and which cannot be passed on to httpx if it is in Latin-1."""

    async def start(self, connection: Any) -> Any:
        await super().start(connection)
        self.reason = ""
        return self


def _response(url: str, answer: httpx.Response, raw: bytes, max_bytes: int) -> Response:
    headers = {name.lower(): value[:_LONGEST_HEADER] for name, value in answer.headers.items()}
    if "," in headers.get("content-type", ""):  # sent twice, by the server and its program: browsers take the last
        headers["content-type"] = headers["content-type"].rpartition(",")[2].strip()
    if not _has_page(answer.status_code):
        return Response(url, answer.status_code, headers, raw[:max_bytes], received=len(raw))
    unpacked = unpack(raw, headers.get("content-encoding", ""), max_bytes=max_bytes)
    return Response(url, answer.status_code, headers, unpacked.body, unpacked.cut or len(raw) > max_bytes, len(raw))


async def _read(answer: httpx.Response, max_bytes: int) -> bytes:
    """The body as on the wire, up to one byte over the cap."""
    raw = bytearray()
    async for chunk in answer.aiter_raw():
        raw += chunk
        if len(raw) > max_bytes:
            del raw[max_bytes + 1 :]
            break
    return bytes(raw)


def _failure(error: BaseException) -> Reject | Retry:
    """The named outcome of whatever the layers beneath raised."""
    causes = tuple(_causes(error))
    refused = next((cause for cause in causes if isinstance(cause, Refused)), None)
    if refused is not None:
        return Reject(refused.reason, refused.target)
    reason = next(reason for kind, reason in _CAUSES if any(isinstance(cause, kind) for cause in causes))
    return Retry(reason, detail=f"{type(error).__name__}: {error}"[:300])


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__


@asynccontextmanager
async def open_fetcher(settings: Settings) -> AsyncIterator[Fetcher]:
    """A fetcher as the settings have it; connections are closed at the end."""
    tls = httpx.create_ssl_context(trust_env=False)
    connector = aiohttp.TCPConnector(
        ssl=tls,
        resolver=HostMap(settings.fetch_hosts, settings.crawl_hosts),
        socket_factory=Guard(settings.fetch_allow).socket,
        limit=settings.crawl_hosts,
        keepalive_timeout=_IDLE_SECONDS,
    )
    # There is no argument for it.
    connector._factory = partial(Connection, loop=asyncio.get_running_loop())  # type: ignore[assignment]
    session = aiohttp.ClientSession(
        connector=connector, response_class=_Answer, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False, max_field_size=_LONGEST_READ
    )
    async with AiohttpTransport(verify=tls, trust_env=False, client=session) as transport:
        yield Fetcher(transport, settings.user_agent, settings.fetch_seconds)

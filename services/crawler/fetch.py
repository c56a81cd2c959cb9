"""What is promised of one exchange with one server: bounded in time, bytes and places it can reach, and every failure named.

How it is carried is for `carry/`: HTTP/2 where a server offers it, HTTP/1.1 else. Neither follows redirects, keeps cookies, asks the
environment for proxies or decompresses.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

import aiohttp
import httpx

from services.crawler.carry.answer import LONGEST_HEADER, Carried, has_page
from services.crawler.carry.http1 import open_http1
from services.crawler.carry.http2 import Http2, open_http2
from services.crawler.guard import Guard, HostMap, Refused
from services.crawler.unpack import ACCEPT_ENCODING, unpack
from services.crawler.validators import NO_VALIDATORS, Validators
from shared.outcomes import Reject, Retry
from shared.settings import Settings

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

    def __init__(self, carrier: Http2, user_agent: str, seconds: float) -> None:
        self._carrier, self._seconds = carrier, seconds
        self._headers = {"User-Agent": user_agent, "Accept": _ACCEPT, "Accept-Encoding": ACCEPT_ENCODING}

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
        asked = httpx.URL(url)
        if asked.userinfo:
            raise Reject("bad_url", "credentials")  # aiohttp would send them
        answer = await self._carrier.carry(asked, self._headers | validators.headers(), max_bytes)
        if not 200 <= answer.status < 600:
            raise Retry("bad_response", detail=f"no such status: {answer.status}")
        return _response(url, answer, max_bytes)


def _response(url: str, answer: Carried, max_bytes: int) -> Response:
    headers = {name: value[:LONGEST_HEADER] for name, value in answer.headers.items()}
    if "," in headers.get("content-type", ""):  # sent twice, by the server and its program: browsers take the last
        headers["content-type"] = headers["content-type"].rpartition(",")[2].strip()
    if not has_page(answer.status):
        return Response(url, answer.status, headers, answer.raw[:max_bytes], received=len(answer.raw))
    unpacked = unpack(answer.raw, headers.get("content-encoding", ""), max_bytes=max_bytes)
    cut = unpacked.cut or len(answer.raw) > max_bytes
    return Response(url, answer.status, headers, unpacked.body, cut, len(answer.raw))


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


_TRUST = partial(httpx.create_ssl_context, trust_env=False)


@asynccontextmanager
async def open_fetcher(settings: Settings, trust: Callable[[], ssl.SSLContext] = _TRUST) -> AsyncIterator[Fetcher]:
    """A fetcher as the settings have it; connections are closed at the end. `trust` makes a TLS context: whose certificates count.

    It is asked for two: one for servers that choose their protocol, one for those that are known to speak HTTP/1.1.
    """
    names, guard = HostMap(settings.fetch_hosts, settings.crawl_hosts), Guard(settings.fetch_allow)
    async with (
        open_http1(trust(), names, guard, settings.crawl_hosts, settings.fetch_seconds) as http1,
        open_http2(trust(), names, guard, http1) as carrier,
    ):
        yield Fetcher(carrier, settings.user_agent, settings.fetch_seconds)

"""A TLS server on loopback that speaks HTTP/2, well or badly as its pages are written; HTTP/1.1 to those who choose that."""

from __future__ import annotations

import asyncio
import ssl
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import ConnectionTerminated, RequestReceived, StreamReset
from h2.exceptions import H2Error

from tests.unit.crawler.loopback import Loopback

Page = Callable[["Stream"], Awaitable[None]]


@dataclass(frozen=True)
class Certificate:
    """Self-signed, of 127.0.0.1 and situs.example."""

    pem: Path
    key: Path

    def trust(self) -> ssl.SSLContext:
        """The context of a client that believes this certificate and no other."""
        return ssl.create_default_context(cafile=str(self.pem))

    def serving(self, protocols: list[str]) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.pem, self.key)
        if protocols:
            context.set_alpn_protocols(protocols)
        return context


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    folder = tmp_path_factory.mktemp("tls")
    made = Certificate(folder / "cert.pem", folder / "key.pem")
    kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=situs.example"]
    names = ["-addext", "subjectAltName=IP:127.0.0.1,DNS:situs.example"]
    files = ["-keyout", str(made.key), "-out", str(made.pem)]
    subprocess.run(["openssl", "req", "-x509", *kind, *names, *files], check=True, capture_output=True)
    return made


@dataclass
class Stream:
    """One request, and the means to answer it: properly through h2, or with any bytes."""

    h2: H2Connection
    writer: asyncio.StreamWriter
    moved: asyncio.Event
    id: int
    headers: dict[str, str]

    async def head(self, status: int = 200, end: bool = False, **headers: str) -> None:
        fields = [(":status", str(status))] + [(name.replace("_", "-"), value) for name, value in headers.items()]
        self.h2.send_headers(self.id, fields, end_stream=end)
        await self.flush()

    async def body(self, data: bytes, *, end: bool = True) -> None:
        """As the client's windows allow."""
        while data:
            room = min(self.h2.local_flow_control_window(self.id), self.h2.max_outbound_frame_size)
            if room <= 0:
                self.moved.clear()
                await self.moved.wait()
                continue
            self.h2.send_data(self.id, data[:room])
            data = data[room:]
            await self.flush()
        if end:
            self.h2.end_stream(self.id)
            await self.flush()

    async def flush(self) -> None:
        await self.raw(self.h2.data_to_send())

    async def raw(self, *frames: bytes) -> None:
        self.writer.write(b"".join(frames))
        await self.writer.drain()
        await asyncio.sleep(0)  # `drain` of a connection that is being lost returns at once: a flood would let nobody else in


def frame(kind: int, flags: int, stream: int, payload: bytes = b"") -> bytes:
    return len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + payload


@dataclass
class Http2Site:
    """`pages` answer over HTTP/2, `plain` over HTTP/1.1; what each was asked, and how many connections came."""

    certificate: Certificate
    pages: dict[str, Page]
    plain: Loopback = field(default_factory=Loopback)
    asked: list[dict[str, str]] = field(default_factory=list)
    chosen: list[str | None] = field(default_factory=list)
    closed: asyncio.Event = field(default_factory=asyncio.Event)
    resets: list[int] = field(default_factory=list)
    settings: dict[int, int] = field(default_factory=dict)
    handled: dict[asyncio.Task[Any], asyncio.StreamWriter] = field(default_factory=dict)
    port: int = 0

    @property
    def target(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def paths(self) -> list[str]:
        return [asked[":path"] for asked in self.asked]

    def url(self, path: str = "/") -> str:
        return f"https://{self.target}{path}"

    async def end(self) -> None:
        """Every connection is closed, and done with."""
        for writer in self.handled.values():
            writer.transport.abort()
        await asyncio.gather(*self.handled)

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self.handled[task] = writer
        chosen = writer.get_extra_info("ssl_object").selected_alpn_protocol()
        self.chosen.append(chosen)
        if chosen != "h2":
            return await self.plain.handle(reader, writer)
        answers: list[asyncio.Future[None]] = []
        try:
            await self._speak(reader, writer, answers)
        except (ConnectionError, H2Error, ssl.SSLError):
            pass
        finally:
            for answer in answers:
                answer.cancel()
            await asyncio.gather(*answers, return_exceptions=True)
            writer.transport.abort()
            self.closed.set()

    async def _speak(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answers: list[asyncio.Future[None]]) -> None:
        loud = H2Configuration(
            client_side=False, header_encoding="utf-8", validate_outbound_headers=False, normalize_outbound_headers=False
        )
        h2, moved = H2Connection(loud), asyncio.Event()
        h2.initiate_connection()
        while True:
            writer.write(h2.data_to_send())
            if not (data := await reader.read(65_536)):
                return
            for event in h2.receive_data(data):
                if isinstance(event, RequestReceived):
                    headers = {str(name): str(value) for name, value in event.headers or []}
                    self.asked.append(headers)
                    stream = Stream(h2, writer, moved, event.stream_id or 0, headers)
                    answers.append(asyncio.ensure_future(self.pages[headers[":path"]](stream)))
                elif isinstance(event, StreamReset):
                    self.resets.append(event.stream_id or 0)
                elif isinstance(event, ConnectionTerminated):
                    return
            moved.set()


def page(body: bytes = b"", status: int = 200, **headers: str) -> Page:
    """A whole and proper answer."""

    async def answer(stream: Stream) -> None:
        given = {"content_type": "text/html", "content_length": str(len(body))} | headers
        await stream.head(status, end=False, **given)
        await stream.body(body)

    return answer


@asynccontextmanager
async def serving_h2(
    certificate: Certificate, pages: dict[str, Page], protocols: tuple[str, ...] = ("h2", "http/1.1")
) -> AsyncIterator[Http2Site]:
    site = Http2Site(certificate, pages)
    server = await asyncio.start_server(site.handle, "127.0.0.1", 0, ssl=certificate.serving(list(protocols)))
    site.port = server.sockets[0].getsockname()[1]
    try:
        yield site
    finally:
        server.close()
        await server.wait_closed()
        await site.end()


def strangers() -> ssl.SSLContext:
    """What the crawler trusts on the web: not our certificate."""
    return httpx.create_ssl_context(trust_env=False)

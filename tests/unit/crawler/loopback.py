"""A web server on loopback that answers exactly the bytes it is told to, and remembers what it was asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

Answer = bytes | Callable[["Asked", asyncio.StreamWriter], bytes | Awaitable[None]]


@dataclass(frozen=True)
class Asked:
    path: str
    headers: dict[str, str]


@dataclass
class Loopback:
    """`pages` maps a path to the whole raw answer, a function that gives it, or a coroutine that writes as it likes."""

    pages: dict[str, Answer] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    answered: list[bytes] = field(default_factory=list)
    port: int = 0

    @property
    def target(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def paths(self) -> list[str]:
        return [asked.path for asked in self.asked]

    def url(self, path: str) -> str:
        return f"http://{self.target}{path}"

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                first, *lines = head.decode("latin-1").strip().split("\r\n")
                headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
                asked = Asked(first.split(" ")[1], headers)
                self.asked.append(asked)
                await self._answer(asked, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _answer(self, asked: Asked, writer: asyncio.StreamWriter) -> None:
        page = self.pages.get(asked.path, answer(b"not here", status=404))
        said = page if isinstance(page, bytes) else page(asked, writer)
        if isinstance(said, bytes):
            self.answered.append(said)
            writer.write(said)
            await writer.drain()
        else:
            await said


def answer(body: bytes = b"", *, status: int = 200, kind: str = "text/html; charset=utf-8", **headers: str) -> bytes:
    """A whole answer; header names are written with underscores."""
    fields = {"content-type": kind, "content-length": str(len(body))} | {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value)
    return f"HTTP/1.1 {status} X\r\n{head}\r\n".encode("latin-1") + body


def redirect(to: str, status: int = 302) -> bytes:
    return answer(b"elsewhere", status=status, location=to)


@asynccontextmanager
async def serving(**pages: Answer) -> AsyncIterator[Loopback]:
    """`serving(**{"/path": answer(...)})`"""
    site = Loopback(dict(pages))
    server = await asyncio.start_server(site.handle, "127.0.0.1", 0)
    site.port = server.sockets[0].getsockname()[1]
    try:
        yield site
    finally:
        server.close()
        await server.wait_closed()

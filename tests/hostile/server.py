"""The hostile site: `python -m tests.hostile.server OUT`, its two ports written to OUT as JSON once it listens.

A raw TCP server, not an HTTP library, so that it can lie. The host name says which case answers. The second port is the
internal network: all it does is count who comes. `GET /report` and `GET /round/2` of the host `pengawas` are for the test.
"""

from __future__ import annotations

import asyncio
import json
import socket
import struct
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from tests.hostile.case import DOMAIN, Answer, Asked
from tests.hostile.cases import CASES
from tests.hostile.pages import answer, listing, said

WATCHER = f"pengawas.{DOMAIN}"
PORT = b"@PORT"
"""Stands for the internal port in what the cases answer; as long as a port is."""
_DEFAULT: dict[str, Answer] = {"/": listing(()), "/berita": listing(), "/robots.txt": answer("tidak ada", "404 Not Found")}
_NOT_HERE = answer("<p>Halaman tidak ditemukan</p>", "404 Not Found")
_TLS = b"\x16"
_TWINS = ("www.", "m.", "amp.")


@dataclass
class Out:
    """A connection's way back."""

    writer: asyncio.StreamWriter
    port: int

    async def send(self, raw: bytes) -> None:
        self.writer.write(raw.replace(PORT, str(self.port).encode()))
        await self.writer.drain()

    def reset(self) -> None:
        linger = struct.pack("ii", 1, 0)
        self.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.writer.transport.abort()


@dataclass
class Hostile:
    """Every case at once, and the record of what was asked."""

    pages: dict[str, dict[str, Answer]] = field(default_factory=lambda: {case.host: _DEFAULT | dict(case.pages) for case in CASES})
    asked: Counter[tuple[int, str, str]] = field(default_factory=Counter)
    round: int = 1
    intruders: int = 0
    internal: int = 0

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            first = await reader.readexactly(1)
            if first == _TLS:
                return writer.write(b"HTTP/1.1 400 Bad\r\n\r\n")  # as nginx says to TLS on a plain port
            while await self._answer(_read(first + await reader.readuntil(b"\r\n\r\n")), Out(writer, self.internal)):
                first = b""
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError, ValueError):
            pass
        finally:
            writer.close()

    async def intrude(self, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.intruders += 1
        writer.close()

    async def _answer(self, asked: Asked, out: Out) -> bool:
        """Returns whether the connection stays open."""
        if asked.host == WATCHER:
            await out.send(answer(self._watch(asked.path), connection="close"))
            return False
        self.asked[(self.round, asked.host, asked.path)] += 1
        time = self.asked[(self.round, asked.host, asked.path)]
        case = asked.host if asked.host in self.pages else _bare(asked.host)
        what = self.pages.get(case, {}).get(asked.path) or self._any(case, asked.path)
        raw = await said(what, Asked(asked.host, asked.path, asked.headers, time, self.round), out)
        if raw is not None:
            await out.send(raw)
        return raw is not None

    def _any(self, host: str, path: str) -> Answer:
        """A page named `/folder/*` answers for all below the folder."""
        below = {name[:-1]: page for name, page in self.pages.get(host, {}).items() if name.endswith("*")}
        return next((page for start, page in below.items() if path.startswith(start)), _NOT_HERE)

    def _watch(self, path: str) -> str:
        if path == "/round/2":
            self.round = 2
        asked = [[number, host, path, times] for (number, host, path), times in sorted(self.asked.items())]
        return json.dumps({"intruders": self.intruders, "asked": asked})


def _bare(host: str) -> str:
    return next((host.removeprefix(twin) for twin in _TWINS if host.startswith(twin)), host)


def _read(raw: bytes) -> Asked:
    first, *lines = raw.decode("latin-1").strip().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return Asked(headers.get("host", "").partition(":")[0], first.split(" ")[1], headers)


async def _serve(out: Path) -> None:
    hostile = Hostile()
    internal = await asyncio.start_server(hostile.intrude, "127.0.0.1", 0)
    public = await asyncio.start_server(hostile.handle, "127.0.0.1", 0)
    hostile.internal = internal.sockets[0].getsockname()[1]
    ports = {"internal": hostile.internal, "public": public.sockets[0].getsockname()[1]}
    partial = out.with_suffix(".part")
    partial.write_text(json.dumps(ports), encoding="utf-8")
    partial.replace(out)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1])))

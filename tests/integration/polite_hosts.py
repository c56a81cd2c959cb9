"""Many small news sites in one process of their own, which writes down when it was asked for what.

usage: python -m tests.integration.polite_hosts ARTICLES PORT_FILE LEDGER
"""

from __future__ import annotations

import asyncio
import hashlib
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

_TEXT = "Warga Desa {n} di {host} bergotong royong memperbaiki saluran air sepanjang {n} meter, Selasa (14/11/2023). "


def article_path(number: int) -> str:
    return f"/berita/2023/11/14/warga-desa-perbaiki-saluran-{number}"


def page(host: str, path: str, articles: int) -> bytes | None:
    """A listing of articles, an article, or nothing."""
    if path == "/berita":
        links = "".join(f'<h2><a href="{article_path(n)}">Warga perbaiki saluran {n}</a></h2>' for n in range(1, articles + 1))
        return f"<!doctype html><title>Berita {host}</title><main>{links}</main>".encode()
    if path.startswith("/berita/"):
        number = path.rpartition("-")[2]
        text = _TEXT.format(n=number, host=host)
        return f"<!doctype html><title>Saluran {number}</title><article><h1>Saluran {number}</h1><p>{text * 5}</p></article>".encode()
    return None


async def serve(articles: int, ledger: TextIO, told: Callable[[int], object]) -> None:
    """For ever; `told` is told the port."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                writer.write(_answer(head.decode("latin-1"), articles, ledger))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    told(server.sockets[0].getsockname()[1])
    async with server:
        await server.serve_forever()


def _answer(head: str, articles: int, ledger: TextIO) -> bytes:
    request, *lines = head.split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    host, path = headers["host"], request.split()[1]
    body = page(host, path, articles)
    etag = f'"{hashlib.sha256(body or b"").hexdigest()[:16]}"'
    status = 404 if body is None else 304 if headers.get("if-none-match") == etag else 200
    ledger.write(f"{time.monotonic()}\t{host}\t{path}\t{status}\n")
    sent = body if status == 200 and body else b""
    kind = "text/html; charset=utf-8"
    return f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nETag: {etag}\r\nContent-Length: {len(sent)}\r\n\r\n".encode() + sent


if __name__ == "__main__":
    with Path(sys.argv[3]).open("w", encoding="utf-8", buffering=1) as written:
        port_file = Path(sys.argv[2])
        asyncio.run(serve(int(sys.argv[1]), written, lambda port: port_file.write_text(str(port), encoding="ascii")))

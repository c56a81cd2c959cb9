"""What a crawler's memory does when a server wants to fill it: measured on a process of its own that does nothing but fetch."""

from __future__ import annotations

import asyncio
import gzip
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import brotli
import pytest
import zstandard

from services.crawler.fetch import open_fetcher
from shared.outcomes import Reject, Retry
from shared.settings import Settings
from tests.unit.crawler.loopback import Answer, Asked, answer, serving

MOST_MEGABYTES = 50
_CAP, _ZEROS = 2_000_000, 500_000_000


def _packed(coder: Callable[[bytes], bytes], flush: Callable[[], bytes]) -> bytes:
    block = bytes(5_000_000)
    return b"".join(coder(block) for _ in range(_ZEROS // len(block))) + flush()


def _bombs() -> dict[str, bytes]:
    gz, deflate = zlib.compressobj(1, wbits=31), zlib.compressobj(1)
    br, zstd = brotli.Compressor(quality=1), zstandard.ZstdCompressor().compressobj()
    bombs = {
        "gzip": _packed(gz.compress, gz.flush),
        "deflate": _packed(deflate.compress, deflate.flush),
        "br": _packed(br.process, br.finish),
        "zstd": _packed(zstd.compress, zstd.flush),
    }
    return bombs | {"gzip, gzip": gzip.compress(bombs["gzip"]), "zstd, br": brotli.compress(bombs["zstd"])}


def _endless(head: bytes, piece: bytes) -> Answer:
    async def write(_asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n" + head)
        while not writer.is_closing():
            writer.write(piece * 1_000)
            await writer.drain()

    return write


def _peak() -> int:
    """Kilobytes. Of this program alone: `ru_maxrss` remembers the parent's before the child became another program."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0])


async def _fetch_all(target: str, paths: list[str]) -> int:
    """Kilobytes the peak of this process grew by."""
    async with open_fetcher(Settings(fetch_allow=frozenset({target}), fetch_seconds=1.0)) as fetcher:
        await fetcher.get(f"http://{target}/", max_bytes=_CAP)
        before = _peak()
        for path in paths:
            try:
                assert (await fetcher.get(f"http://{target}{path}", max_bytes=_CAP)).cut
            except (Reject, Retry) as error:
                assert path.startswith("/head"), error
    return _peak() - before


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
async def test_bombs_and_floods_cost_megabytes() -> None:
    pages: dict[str, Answer] = {f"/{n}": answer(body, content_encoding=coding) for n, (coding, body) in enumerate(_bombs().items())}
    pages |= {"/body": _endless(b"\r\n", b"x"), "/head": _endless(b"", b"a: b\r\n"), "/head-line": _endless(b"a: ", b"x")}
    async with serving(**pages, **{"/": answer(b"x")}) as site:
        command = (sys.executable, "-m", __name__, site.target, *pages)
        child = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
        said, _ = await child.communicate()
    assert child.returncode == 0
    assert 0 <= int(said) < MOST_MEGABYTES * 1024


if __name__ == "__main__":
    print(asyncio.run(_fetch_all(sys.argv[1], sys.argv[2:])))

"""What a crawler's memory does when a server wants to fill it over HTTP/2: measured on a process of its own that does nothing else."""

from __future__ import annotations

import asyncio
import sys
import zlib
from pathlib import Path

import pytest

from services.crawler.fetch import open_fetcher
from shared.outcomes import Retry
from shared.settings import Settings
from tests.unit.crawler.loopback_h2 import Certificate, Page, certificate, frame, page, serving_h2
from tests.unit.crawler.test_fetch_h2 import GET_200, PING, SETTINGS, _never_ends, flood
from tests.unit.crawler.test_fetch_memory import _packed, _peak

__all__ = ["certificate"]
MOST_MEGABYTES = 12  # six times the cap
_CAP = 2_000_000


def _bomb() -> bytes:
    coder = zlib.compressobj(1, wbits=31)
    return _packed(coder.compress, coder.flush)


def _pages() -> dict[str, Page]:
    return {
        "/data": _never_ends,
        "/bomb": page(_bomb(), content_encoding="gzip"),
        "/window": flood(frame(0, 0, 1, bytes(16_384)), first=GET_200),
        "/padding": flood(frame(0, 8, 1, b"\xff" + bytes(255)), first=GET_200),
        "/frame": flood(bytes(16_384), first=b"\xff\xff\xff\0\0\0\0\0\1"),
        "/headers": flood(frame(9, 0, 1, bytes(16_384)), first=frame(1, 0, 1, b"\x88")),
        "/header-bomb": flood(frame(1, 4, 1, b"\x40\1a\x7f\x81\x1e" + b"v" * 4_000 + b"\xbe" * 12_000)),
        "/hints": flood(frame(1, 4, 1, b"\x08\x03103")),
        "/pings": flood(frame(PING, 0, 0, b"12345678")),
        "/settings": flood(frame(SETTINGS, 0, 0, b"\0\1\xff\xff\xff\xff")),
        "/unknown": flood(frame(0x42, 0, 0, bytes(16_384))),
    }


async def _fetch_all(target: str, trusted: Path, paths: list[str]) -> int:
    """Kilobytes the peak of this process grew by."""
    settings = Settings(fetch_allow=frozenset({target}), fetch_seconds=2.0)
    async with open_fetcher(settings, Certificate(trusted, trusted).trust) as fetcher:
        await fetcher.get(f"https://{target}/", max_bytes=_CAP)
        before = _peak()
        for path in paths:
            try:
                assert (await fetcher.get(f"https://{target}{path}", max_bytes=_CAP)).cut
            except Retry as error:
                assert path not in ("/data", "/bomb"), (path, error)
    return _peak() - before


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
async def test_bombs_and_floods_cost_megabytes(certificate: Certificate) -> None:
    pages = _pages()
    async with serving_h2(certificate, {"/": page(b"x"), **pages}) as site:
        command = (sys.executable, "-m", __name__, site.target, str(certificate.pem), *pages)
        child = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
        said, _ = await child.communicate()
        assert child.returncode == 0
        assert site.paths == ["/", *pages]
    assert 0 <= int(said) < MOST_MEGABYTES * 1024


if __name__ == "__main__":
    print(asyncio.run(_fetch_all(sys.argv[1], Path(sys.argv[2]), sys.argv[3:])))

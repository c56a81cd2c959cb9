"""CPU a request of the crawler's Fetcher against plain httpx, from one nginx on loopback: `python -m bench.fetch_speed [REQUESTS]`.

Both ask 32 at a time, with no pace, for the same page of 20 kB, packed; they take turns so that whatever else the machine does falls on
both alike. The server is a process of its own in a temporary folder, and only our own CPU is counted.
"""

from __future__ import annotations

import asyncio
import gc
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from statistics import median
from time import monotonic, process_time, sleep

import httpx

from services.crawler.fetch import open_fetcher
from shared.settings import Settings

CONCURRENCY, ROUNDS, PAGE_BYTES = 32, 3, 20_000
MOST_RATIO = 0.5
_CONFIG = """
daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log; {user}
events {{ worker_connections 512; }}
http {{
  access_log off; keepalive_requests 1000000; gzip on; gzip_types *;
  client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  default_type text/html;
  server {{ listen 127.0.0.1:{port}; root {folder}/www; }}
}}
"""


@contextmanager
def serving() -> Iterator[str]:
    """nginx with one page; its `address:port`. Where it is not installed, says so and exits 0."""
    nginx = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin:/opt/homebrew/bin")
    if nginx is None:
        sys.stdout.write("Nothing to measure: there is no nginx here (apt-get install nginx-light).\n")
        raise SystemExit(0)
    with tempfile.TemporaryDirectory(prefix="kabar-nginx-") as name, socket.create_server(("127.0.0.1", 0)) as free:
        folder, port = Path(name), free.getsockname()[1]
        free.close()
        _write(folder, port)
        with subprocess.Popen([nginx, "-p", name, "-c", str(folder / "conf")]) as server:
            try:
                _await_answer(port)
                yield f"127.0.0.1:{port}"
            finally:
                server.terminate()


def _write(folder: Path, port: int) -> None:
    folder.chmod(0o755)
    (folder / "www").mkdir()
    words = " ".join(f"kata{n}" for n in range(PAGE_BYTES))[:PAGE_BYTES]
    (folder / "www/index.html").write_text(f"<title>Rapat</title><p>{words}</p>", encoding="utf-8")
    user = "user root;" if Path("/proc/self").exists() and Path("/proc/self").stat().st_uid == 0 else ""
    (folder / "conf").write_text(_CONFIG.format(folder=folder, port=port, user=user), encoding="utf-8")


def _await_answer(port: int) -> None:
    """Raises `OSError` if nobody listens after ten seconds."""
    until = monotonic() + 10
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            if monotonic() > until:
                raise
            sleep(0.05)


async def cpu_of(get: Callable[[], Awaitable[int]], requests: int) -> float:
    """CPU seconds a request; every answer has to be the page."""
    numbers = count()

    async def work() -> None:
        while next(numbers) < requests:
            if await get() < PAGE_BYTES:
                raise SystemExit("That was not the page.")

    began = process_time()
    await asyncio.gather(*(work() for _ in range(CONCURRENCY)))
    return (process_time() - began) / requests


async def measure(target: str, requests: int) -> tuple[float, float]:
    """Microseconds of CPU a request: ours, plain httpx's; the median of the rounds, each after a short warming up."""
    url, settings = f"http://{target}/", Settings(fetch_allow=frozenset({target}))
    limits = httpx.Limits(max_connections=100, max_keepalive_connections=100)
    ours, theirs = [], []
    async with open_fetcher(settings) as fetcher, httpx.AsyncClient(limits=limits, trust_env=False) as client:

        async def fetch() -> int:
            return len((await fetcher.get(url, max_bytes=1_000_000)).body)

        async def plain() -> int:
            return len((await client.get(url)).content)

        for get in (fetch, plain):
            await cpu_of(get, CONCURRENCY * 4)
        for _ in range(ROUNDS):
            gc.collect()
            ours.append(await cpu_of(fetch, requests))
            theirs.append(await cpu_of(plain, requests))
    return median(ours) * 1e6, median(theirs) * 1e6


def main() -> int:
    """Exit 1 if ours takes more than half."""
    requests = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    with serving() as target:
        ours, theirs = asyncio.run(measure(target, requests))
    ratio = ours / theirs
    print(f"fetching {ours:.0f} µs of CPU a request, plain httpx {theirs:.0f}: ratio {ratio:.2f} (at most {MOST_RATIO:g})")
    return int(ratio > MOST_RATIO)


if __name__ == "__main__":
    raise SystemExit(main())

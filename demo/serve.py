"""The newsroom over HTTP on loopback: one port, sites told apart by Host, honest ETags and 304s, and a ledger of every request."""

from __future__ import annotations

import argparse
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from demo.pages import Page, Pages, build
from demo.stories import load_outlets

_NO_SUCH_PAGE = Page(b"<!doctype html><title>404</title>", "text/html; charset=utf-8", datetime(2024, 1, 1, tzinfo=UTC), 404)


@dataclass(frozen=True)
class Asked:
    """One request, as it was answered."""

    host: str
    path: str
    status: int
    conditional: bool

    @property
    def url(self) -> str:
        return f"http://{self.host}{self.path}"


class Newsroom(ThreadingHTTPServer):
    """Serves `pages`; `asked` grows by one with every answer."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, pages: Pages, port: int = 0, host: str = "127.0.0.1") -> None:
        super().__init__((host, port), _Answer)
        self._host = host
        self.pages = pages
        self.asked: list[Asked] = []

    @property
    def address(self) -> str:
        """`host:port`."""
        return f"{self._host}:{self.server_port}"

    def environment(self) -> dict[str, str]:
        """The `KABAR_*` variables that lead a crawler here instead of to the DNS."""
        hosts = sorted({host for host, _ in self.pages})
        return {"KABAR_FETCH_HOSTS": ",".join(f"{host}={self.address}" for host in hosts), "KABAR_FETCH_ALLOW": self.address}


class _Answer(BaseHTTPRequestHandler):
    server: Newsroom
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 30

    def handle(self) -> None:
        """All requests of a connection. A reader may hang up when it has had enough: the page over the cap is meant to be left half-way."""
        with suppress(ConnectionError):
            super().handle()

    def do_GET(self) -> None:
        host = self.headers.get("Host", "").partition(":")[0].lower()
        page = self.server.pages.get((host, self.path), _NO_SUCH_PAGE)
        none_match, since = self.headers.get("If-None-Match"), self.headers.get("If-Modified-Since")
        status = 304 if page.status == 200 and not_modified(page, none_match, since) else page.status
        self.server.asked.append(Asked(host, self.path, status, none_match is not None or since is not None))
        self._send(page, status)

    def _send(self, page: Page, status: int) -> None:
        body = b"" if status == 304 else page.body
        self.send_response(status)
        self.send_header("ETag", page.etag)
        self.send_header("Last-Modified", format_datetime(page.modified.astimezone(UTC), usegmt=True))
        if status != 304:
            self.send_header("Content-Type", page.content_type)
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as the standard library names it
        """Silent: the ledger has it."""


def not_modified(page: Page, none_match: str | None, since: str | None) -> bool:
    """Has the asker this very page already: an ETag of theirs decides, the date only where they sent none (RFC 9110, 13.2.2)."""
    if none_match is not None:
        tags = {tag.strip().removeprefix("W/") for tag in none_match.split(",")}
        return not tags.isdisjoint({page.etag, "*"})
    try:
        return since is not None and parsedate_to_datetime(since) >= page.modified
    except (TypeError, ValueError):
        return False


@contextmanager
def newsroom(pages: Pages, port: int = 0) -> Iterator[Newsroom]:
    """The newsroom, answering in a thread for as long as the block lasts; port 0 takes a free one."""
    with Newsroom(pages, port) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m demo.serve", description="Serve the sample newsroom on loopback.")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    with Newsroom(build(load_outlets()), parser.parse_args().port) as server:
        print(*(f"export {name}='{value}'" for name, value in server.environment().items()), sep="\n", flush=True)  # noqa: T201
        with suppress(KeyboardInterrupt):
            server.serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main())

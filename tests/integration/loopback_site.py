"""A news site on loopback for the tests: real HTTP, pages as bytes, ETags, and a record of what was asked."""

from __future__ import annotations

import hashlib
import html
import sys
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


class LoopbackSite:
    """Pages by path, served under any host name on one port of 127.0.0.1."""

    def __init__(self, host: str, pages: Mapping[str, bytes]) -> None:
        self.host = host
        self.pages = dict(pages)
        self.asked: Counter[tuple[str, int]] = Counter()
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), self._handler())
        self.port: int = self._server.server_address[1]

    def site_file(self, folder: Path) -> Path:
        """A site file that names the listing at /berita; pace 0."""
        path = folder / "sites.toml"
        path.write_text(
            f'[[site]]\nid = "{self.host}"\nname = "Situs Uji"\nkind = "portal"\nhome = "http://{self.host}/"\n'
            f'listings = ["http://{self.host}/berita"]\npace = 0\n',
            encoding="utf-8",
        )
        return path

    def environment(self) -> dict[str, str]:
        """What lets a crawler find this site, and nothing else on loopback."""
        target = f"127.0.0.1:{self.port}"
        return {"KABAR_FETCH_HOSTS": f"{self.host}={target}", "KABAR_FETCH_ALLOW": target}

    @contextmanager
    def serving(self) -> Iterator[LoopbackSite]:
        thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()
            thread.join()

    def times(self, path: str, status: int) -> int:
        """How often `path` was answered with `status`."""
        with self._lock:
            return self.asked[(path, status)]

    def _note(self, path: str, status: int) -> None:
        with self._lock:
            self.asked[(path, status)] += 1

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                body = site.pages.get(self.path)
                etag = '"' + hashlib.sha256(body or b"").hexdigest()[:16] + '"'
                if body is None:
                    self._answer(404, b"tidak ada", "text/plain", etag)
                elif self.headers.get("If-None-Match") == etag:
                    self._answer(304, b"", "text/html; charset=utf-8", etag)
                else:
                    self._answer(200, body, "text/html; charset=utf-8", etag)

            def _answer(self, status: int, body: bytes, kind: str, etag: str) -> None:
                site._note(self.path, status)
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("ETag", etag)
                if status != 304:
                    self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 — the library's name
                """Quiet: `asked` is the record."""

        return Handler


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """A crawler that is killed leaves its connections: nothing to print."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def listing(links: Mapping[str, str]) -> bytes:
    """An index page: article links (path → title) in the body, a menu around them."""
    items = "\n".join(f'<article><h2><a href="{path}">{html.escape(title)}</a></h2></article>' for path, title in links.items())
    return _page("Berita", f'<nav><a href="/">Beranda</a></nav><main class="daftar-berita">{items}</main>')


def article(title: str, paragraphs: list[str], *, published: str) -> bytes:
    body = "\n".join(f"<p>{html.escape(text)}</p>" for text in paragraphs)
    return _page(title, f"<main><article><h1>{html.escape(title)}</h1>\n{body}\n</article></main>", published=published)


def _page(title: str, body: str, published: str = "") -> bytes:
    meta = f'<meta property="article:published_time" content="{published}">' if published else ""
    return (
        f'<!doctype html><html lang="id"><head><meta charset="utf-8"><title>{html.escape(title)} - Situs Uji</title>{meta}'
        f'</head><body><header><a href="/">Situs Uji</a></header>{body}<footer><p>Hak cipta Situs Uji</p></footer></body></html>'
    ).encode()


SURNAMES = ("Wijanarko", "Pranoto", "Siregar", "Halim", "Kurniawan", "Manurung", "Iskandar", "Harahap", "Nugroho", "Subagyo", "Lubis")
TOWNS = ("Kota Medan", "Kota Metro", "Kota Semarang", "Kota Madiun", "Kota Makassar", "Kota Ternate", "Kota Jayapura", "Kota Kupang")
WEEKDAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")


def many_articles(count: int) -> dict[str, bytes]:
    """A listing and `count` articles about made-up meetings, no two in one town on one day: each is an event of its own."""
    pages: dict[str, bytes] = {}
    links: dict[str, str] = {}
    for number in range(1, count + 1):
        town, day = TOWNS[number % len(TOWNS)], date(2023, 11, 1 + number // len(TOWNS))
        title = f"Bawaslu Gelar Rapat Koordinasi Pengawasan Tahap {number} di {town}"
        path = f"/berita/2023/11/rapat-koordinasi-pengawasan-tahap-{number}"
        links[path] = title
        pages[path] = article(title, _paragraphs(number, town, day), published=f"{day}T10:00:00+07:00")
    pages["/berita"] = listing(links)
    pages["/"] = listing({})
    return pages


def _paragraphs(number: int, town: str, day: date) -> list[str]:
    held, speaker = f"{WEEKDAYS[day.weekday()]} ({day.day}/{day.month}/{day.year})", f"Satrio {SURNAMES[number % len(SURNAMES)]}"
    return [
        f"{town} - Bawaslu {town} menggelar rapat koordinasi pengawasan tahap {number} di Balai Kota, {held}.",
        f"Rapat tahap ke-{number} itu dihadiri perwakilan kecamatan, kelurahan, dan organisasi kemasyarakatan, {number + 20} orang.",
        f'"Kami ingin setiap tahapan diawasi bersama, termasuk agenda nomor {number}," ujar Ketua Bawaslu {town}, {speaker}.',
        "Kegiatan ditutup dengan penyusunan jadwal pengawasan untuk bulan berikutnya dan pembagian tugas di setiap kecamatan.",
    ]

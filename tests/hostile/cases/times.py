"""Servers that take their time; a request may last five seconds in all."""

from __future__ import annotations

import asyncio

from tests.hostile.case import ONE, Answer, Asked, Case, Wire, kept, refused
from tests.hostile.pages import HTML, answer, head, in_turn, listing, page, story

_SLOW = 0.4  # seconds between two bytes: always alive, never done


def _dripping(start: bytes, drop: bytes, pause: float = _SLOW) -> Answer:
    """`start`, and `drop` again and again for ever."""

    async def write(_asked: Asked, wire: Wire) -> None:
        await wire.send(start)
        while True:
            await wire.send(drop)
            await asyncio.sleep(pause)

    return write


def _cut(raw: bytes, *, reset: bool = False) -> Answer:
    """These bytes, then the connection is closed, or reset."""

    async def write(_asked: Asked, wire: Wire) -> None:
        await wire.send(raw)
        await asyncio.sleep(0.05)
        if reset:
            wire.reset()

    return write


async def _silent(_asked: Asked, _wire: Wire) -> None:
    await asyncio.sleep(3_600)


def _late(raw: bytes) -> Answer:
    async def write(_asked: Asked, _wire: Wire) -> bytes:
        await asyncio.sleep(1)
        return raw

    return write


def _in_drops(raw: bytes) -> Answer:
    """All of it, in pieces and in time."""

    async def write(_asked: Asked, wire: Wire) -> None:
        for start in range(0, len(raw), 500):
            await wire.send(raw[start : start + 500])
            await asyncio.sleep(0.05)

    return write


_LATE = "fetch_timeout"
_LOST = "connection_lost"
_HALF = head(content_type=HTML, content_length="5000") + story("separuh").encode()[:900]
_ENDLESS_1XX = b"HTTP/1.1 100 Continue\r\n\r\n"
_HINTS = b"HTTP/1.1 103 Early Hints\r\nLink: </gaya.css>; rel=preload\r\n\r\n"

CASES = (
    refused("diam", "takes the request and says nothing", _silent, _LATE),
    refused("kepala-lambat", "a byte of header at a time, for ever", _dripping(b"HTTP/1.1 200 OK\r\nX: ", b"a"), _LATE),
    refused("status-lambat", "a byte of the status line at a time", _dripping(b"HTTP/1.1 200 ", b"O"), _LATE),
    refused("badan-lambat", "a byte of body at a time, for ever", _dripping(head(content_type=HTML), b"a"), _LATE),
    refused(
        "potongan-lambat",
        "a chunk of one byte at a time",
        _dripping(head(content_type=HTML, transfer_encoding="chunked"), b"1\r\na\r\n"),
        _LATE,
    ),
    refused(
        "janji-besar",
        "10 GiB promised, little sent, never closed",
        _dripping(head(content_type=HTML, content_length="10737418240"), b"a"),
        _LATE,
    ),
    refused("terus-100", "100 Continue for ever, quickly", _dripping(b"", _ENDLESS_1XX * 100, 0.02), f"{_LATE}|bad_response"),
    refused("terus-100-lambat", "100 Continue for ever, slowly", _dripping(b"", _ENDLESS_1XX), f"{_LATE}|bad_response"),
    refused("terus-103", "103 Early Hints for ever", _dripping(b"", _HINTS, 0.01), f"{_LATE}|bad_response"),
    refused("putus-awal", "closes without a word", _cut(b""), _LOST),
    refused("putus-kepala", "closes in the headers", _cut(b"HTTP/1.1 200 OK\r\nContent-Ty"), f"{_LOST}|bad_response"),
    refused("putus-badan", "closes in the body", _cut(_HALF), "short_body"),
    refused("reset-awal", "resets without a word", _cut(b"", reset=True), _LOST),
    refused("reset-badan", "resets in the body", _cut(_HALF, reset=True), f"{_LOST}|short_body"),
    kept("petunjuk", "103 Early Hints before the answer", _HINTS + page("petunjuk")),
    kept("lanjut", "100 Continue, though nobody asked", _ENDLESS_1XX + page("lanjut")),
    kept("lambat", "a second until it answers", _late(page("lambat"))),
    kept("tetes", "an article in drops, in time all the same", _in_drops(page("tetes"))),
    kept("sekali-diam", "silent the first time", in_turn(_silent, page("sekali-diam"))),
    kept("sekali-putus", "closes the first time", in_turn(_cut(b""), page("sekali-putus"))),
    kept("sekali-reset", "resets twice", in_turn(_cut(b"", reset=True), _cut(_HALF, reset=True), page("sekali-reset"))),
    kept("sekali-separuh", "half a page the first time", in_turn(_cut(_HALF), page("sekali-separuh"))),
    Case("indeks-diam", "its index never comes", {"/berita": _silent, ONE: page("x")}, reasons={"/berita": _LATE}, unasked=(ONE,), most=4),
    Case("indeks-lambat", "its index comes in drops", {"/berita": _in_drops(listing()), ONE: page("indeks-lambat")}, stored=(ONE,)),
    Case(
        "robots-diam",
        "its robots.txt never comes",
        {"/robots.txt": _silent},
        reasons={"/berita": "robots_unavailable"},
        unasked=("/berita",),
    ),
    Case(
        "robots-lambat",
        "its robots.txt comes a byte at a time",
        {"/robots.txt": _dripping(head(content_type="text/plain"), b"#")},
        reasons={"/berita": "robots_unavailable"},
        unasked=("/berita",),
    ),
    kept("tutup", "closes after each answer, as it says", answer(story("tutup"), connection="close")),
)

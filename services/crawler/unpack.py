"""Content-codings undone under a cap: 24 kB that would become 10 GiB become what the cap allows. Pure."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass

import brotli
import zstandard

from shared.outcomes import Reject, Retry

ACCEPT_ENCODING = "gzip, deflate, br, zstd"
"""What we tell servers we can undo: exactly what stands in `_CODINGS`."""

_MOST_LAYERS = 3
_NO_CODINGS = frozenset({"8bit", "binary", "identity", "none", "utf-8", "utf8"})  # what servers write that mean nothing by it
_ZSTD_WINDOW = 8 * 1024 * 1024  # RFC 9659: what a content-coding may ask for


@dataclass(frozen=True)
class Unpacked:
    """The bytes within the cap; `cut` if there was more."""

    body: bytes
    cut: bool = False


def unpack(raw: bytes, content_encoding: str, *, max_bytes: int) -> Unpacked:
    """The body with its codings undone, last applied first, each layer within `max_bytes`.

    Raises `Reject("bad_encoding")` for an unknown coding, over three layers, or damaged data; `Retry("short_body")` for data
    that ends before its end: half an article must not pass for the whole one.
    """
    codings = [name.strip().lower() for name in content_encoding.split(",") if name.strip()]
    layers = [name for name in codings if name not in _NO_CODINGS]
    if len(layers) > _MOST_LAYERS or any(name not in _CODINGS for name in layers):
        raise Reject("bad_encoding", content_encoding[:100])
    cut = len(raw) > max_bytes
    for name in reversed(layers):
        raw, ended = _undo(name, raw, max_bytes + 1)
        cut = cut or len(raw) > max_bytes
        if not (ended or cut):
            raise Retry("short_body", detail=f"{name} ends early")
    return Unpacked(raw[:max_bytes], cut)


def _undo(name: str, raw: bytes, most: int) -> tuple[bytes, bool]:
    """One layer: at most so many bytes, and whether the coding came to its end. Nothing is nothing, however it is coded."""
    if not raw:
        return b"", True
    try:
        out, ended = _CODINGS[name](raw, most)
    except (brotli.error, zlib.error, zstandard.ZstdError) as error:
        raise Reject("bad_encoding", f"{name}: {error}") from None
    return out[:most], ended


def _brotli(raw: bytes, most: int) -> tuple[bytes, bool]:
    """The limit is of the buffer, which grows by blocks: a little more than `most` may come."""
    decoder = brotli.Decompressor()
    return decoder.process(raw, output_buffer_limit=most), decoder.is_finished()


def _gzip(raw: bytes, most: int) -> tuple[bytes, bool]:
    """All members of a gzip file; zeros or rubbish behind the first are ignored, as browsers do."""
    out, ended = bytearray(), False
    while raw and len(out) < most:
        member = zlib.decompressobj(wbits=31)
        try:
            out += member.decompress(raw, most - len(out))
        except zlib.error:
            if ended:
                break
            raise
        raw, ended = member.unused_data, member.eof
    return bytes(out), ended


def _deflate(raw: bytes, most: int) -> tuple[bytes, bool]:
    """zlib as the standard says; bare deflate as some servers do."""
    decoder = zlib.decompressobj()
    try:
        return decoder.decompress(raw, most), decoder.eof
    except zlib.error:
        decoder = zlib.decompressobj(wbits=-15)
        return decoder.decompress(raw, most), decoder.eof


def _zstd(raw: bytes, most: int) -> tuple[bytes, bool]:
    """The reader keeps the cap but cannot tell an end from a break; what is under the cap is looked through once more."""
    maker = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW)
    out, ended = maker.stream_reader(raw, read_across_frames=True).read(most), False
    while raw and len(out) < most:
        frame = maker.decompressobj()
        frame.decompress(raw)
        raw, ended = frame.unused_data, frame.eof
    return out, ended


_CODINGS: dict[str, Callable[[bytes, int], tuple[bytes, bool]]] = {
    "br": _brotli,
    "deflate": _deflate,
    "gzip": _gzip,
    "x-gzip": _gzip,
    "zstd": _zstd,
}

"""Content-codings undone under a cap: 24 kB that would become 10 GiB become what the cap allows. Pure."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass

import zstandard

from shared.outcomes import Reject

ACCEPT_ENCODING = "gzip, deflate, zstd"
"""What we tell servers we can undo: exactly what stands in `_CODINGS`."""

_MOST_LAYERS = 3
_ZSTD_WINDOW = 8 * 1024 * 1024  # RFC 9659: what a content-coding may ask for


@dataclass(frozen=True)
class Unpacked:
    """The bytes within the cap; `cut` if there was more."""

    body: bytes
    cut: bool = False


def unpack(raw: bytes, content_encoding: str, *, max_bytes: int) -> Unpacked:
    """The body with its codings undone, last applied first, each layer within `max_bytes`.

    What ends early is returned as far as it went: the transport knows whether the body was complete.
    Raises `Reject("bad_encoding")` for an unknown coding, over three layers, or damaged data.
    """
    codings = [name.strip().lower() for name in content_encoding.split(",") if name.strip()]
    layers = [name for name in codings if name != "identity"]
    if len(layers) > _MOST_LAYERS or any(name not in _CODINGS for name in layers):
        raise Reject("bad_encoding", content_encoding[:100])
    cut = len(raw) > max_bytes
    for name in reversed(layers):
        try:
            raw = _CODINGS[name](raw, max_bytes + 1)
        except (zlib.error, zstandard.ZstdError) as error:
            raise Reject("bad_encoding", f"{name}: {error}") from None
        cut = cut or len(raw) > max_bytes
    return Unpacked(raw[:max_bytes], cut)


def _gzip(raw: bytes, most: int) -> bytes:
    """All members of a gzip file; zeros or rubbish behind the first are ignored, as browsers do."""
    out = bytearray()
    while raw and len(out) < most:
        member = zlib.decompressobj(wbits=31)
        try:
            out += member.decompress(raw, most - len(out))
        except zlib.error:
            if out:
                break
            raise
        raw = member.unused_data
    return bytes(out)


def _deflate(raw: bytes, most: int) -> bytes:
    """zlib as the standard says; bare deflate as some servers do."""
    try:
        return zlib.decompressobj().decompress(raw, most)
    except zlib.error:
        return zlib.decompressobj(wbits=-15).decompress(raw, most)


def _zstd(raw: bytes, most: int) -> bytes:
    reader = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW).stream_reader(raw, read_across_frames=True)
    return reader.read(most)


_CODINGS: dict[str, Callable[[bytes, int], bytes]] = {"deflate": _deflate, "gzip": _gzip, "x-gzip": _gzip, "zstd": _zstd}

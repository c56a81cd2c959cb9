from __future__ import annotations

import gzip
import zlib

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from services.crawler.unpack import unpack
from shared.outcomes import Reject, Retry

TEXT = b"Bawaslu Kota Madiun " * 100


def bare_deflate(data: bytes) -> bytes:
    coder = zlib.compressobj(wbits=-15)
    return coder.compress(data) + coder.flush()


def zstd(data: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(data)


@pytest.mark.parametrize(
    ("raw", "coding"),
    [
        (TEXT, ""), (TEXT, "identity"), (gzip.compress(TEXT), "gzip"), (gzip.compress(TEXT), " GZIP "), (gzip.compress(TEXT), "x-gzip"),
        (gzip.compress(TEXT[:50]) + gzip.compress(TEXT[50:]), "gzip"), (gzip.compress(TEXT) + b"\0\0rubbish", "gzip"),
        (zlib.compress(TEXT), "deflate"), (bare_deflate(TEXT), "deflate"), (zstd(TEXT), "zstd"),
        (zstd(TEXT[:50]) + zstd(TEXT[50:]), "zstd"), (zstd(gzip.compress(TEXT)), "gzip, zstd"),
        (brotli.compress(TEXT), "br"), (brotli.compress(gzip.compress(TEXT)), "gzip, br"), (TEXT, "UTF-8"), (TEXT, "none"),
    ],
)  # fmt: skip
def test_every_coding_we_offer(raw: bytes, coding: str) -> None:
    assert unpack(raw, coding, max_bytes=10_000).body == TEXT
    assert not unpack(raw, coding, max_bytes=10_000).cut


@pytest.mark.parametrize("coding", ["compress", "gzip, aes128gcm", "gzip, gzip, gzip, gzip", "x"])
def test_codings_we_do_not_offer(coding: str) -> None:
    with pytest.raises(Reject, match="bad_encoding"):
        unpack(TEXT, coding, max_bytes=10_000)


@pytest.mark.parametrize("coding", ["br", "gzip", "deflate", "zstd"])
def test_damaged(coding: str) -> None:
    with pytest.raises(Reject, match="bad_encoding"):
        unpack(b"\xff\xfe not compressed at all", coding, max_bytes=10_000)


@pytest.mark.parametrize(
    ("raw", "coding"),
    [
        (gzip.compress(bytes(20_000_000)), "gzip"),
        (gzip.compress(gzip.compress(bytes(200_000_000))), "gzip, gzip"),
        (zlib.compress(bytes(20_000_000)), "deflate"),
        (zstd(bytes(20_000_000)), "zstd"),
        (brotli.compress(bytes(20_000_000)), "br"),
        (brotli.compress(gzip.compress(bytes(200_000_000))), "gzip, br"),
    ],
)
def test_a_bomb_costs_what_the_cap_allows(raw: bytes, coding: str) -> None:
    out = unpack(raw, coding, max_bytes=100_000)
    assert out.cut
    assert len(out.body) == 100_000


@pytest.mark.parametrize(
    ("raw", "coding"),
    [
        (gzip.compress(TEXT), "gzip"), (zlib.compress(TEXT), "deflate"), (bare_deflate(TEXT), "deflate"), (zstd(TEXT), "zstd"),
        (brotli.compress(TEXT), "br"), (gzip.compress(zlib.compress(TEXT)), "deflate, gzip"),
        (gzip.compress(TEXT) + gzip.compress(TEXT), "gzip"), (zstd(TEXT) + zstd(TEXT), "zstd"),
    ],
)  # fmt: skip
def test_what_ends_early_is_no_whole_page(raw: bytes, coding: str) -> None:
    with pytest.raises(Retry, match="short_body"):
        unpack(raw[:-9], coding, max_bytes=10_000)


def test_a_cut_page_is_cut_not_short() -> None:
    assert unpack(gzip.compress(bytes(range(256)) * 40)[:101], "gzip", max_bytes=100).cut


def test_nothing_is_nothing_however_it_is_coded() -> None:
    for coding in ("br", "deflate", "gzip", "zstd"):
        assert unpack(b"", coding, max_bytes=100).body == b""


def test_a_window_larger_than_a_browser_takes_is_refused() -> None:
    wide = zstandard.ZstdCompressor(compression_params=zstandard.ZstdCompressionParameters(window_log=27)).compressobj()
    with pytest.raises(Reject, match="bad_encoding"):
        unpack(wide.compress(TEXT) + wide.flush(), "zstd", max_bytes=10_000)


@given(st.binary(max_size=300), st.sampled_from(["br", "gzip", "deflate", "zstd", "gzip, zstd"]), st.integers(1, 100))
def test_any_bytes_are_unpacked_or_refused(raw: bytes, coding: str, most: int) -> None:
    try:
        assert len(unpack(raw, coding, max_bytes=most).body) <= most
    except Reject as reject:
        assert reject.reason == "bad_encoding"
    except Retry as retry:
        assert retry.reason == "short_body"


@given(st.binary(max_size=2_000))
def test_what_was_packed_comes_back(data: bytes) -> None:
    for raw, coding in (
        (gzip.compress(data), "gzip"),
        (zlib.compress(data), "deflate"),
        (zstd(data), "zstd"),
        (brotli.compress(data), "br"),
    ):
        assert unpack(raw, coding, max_bytes=2_000).body == data

"""Answers whose form lies: lengths, chunks, codings, kinds."""

from __future__ import annotations

from tests.hostile.case import ONE, TWO, Answer, Asked, Case, Wire, kept, one, refused
from tests.hostile.pages import HTML, answer, head, listing, packed, page, redirect, story


def _raw(raw: bytes) -> Answer:
    """These bytes, and the end of the connection."""

    async def write(_asked: Asked, wire: Wire) -> None:
        await wire.send(raw)

    return write


def _chunks(*chunks: bytes) -> Answer:
    return _raw(head(content_type=HTML, transfer_encoding="chunked") + b"".join(chunks))


def _whole(key: str) -> bytes:
    return story(key).encode()


_BROKEN = "bad_response|short_body"
_LONG = _whole("panjang")

_REDIRECTS = {
    "says it is gzip": redirect(TWO, content_encoding="gzip"),
    "has a coding nobody knows": redirect(TWO, content_encoding="rot13"),
    "ends early": head("302 Found", location=TWO, content_length="5000") + b"x",
    "is a broken chunk": head("302 Found", location=TWO, transfer_encoding="chunked") + b"5\r\nab",
}
_NONE = answer("x", "404 No", content_encoding="gzip")

CASES = (
    refused("panjang-lebih", "ends long before its Content-Length", _raw(page("lebih", content_length="900000")), "short_body"),
    refused("panjang-kurang", "goes on past its Content-Length with what is no answer", _raw(page("kurang") + _LONG * 50), "bad_response"),
    refused("panjang-minus", "a negative Content-Length", page("minus", content_length="-5"), "bad_response"),
    refused("panjang-kata", "a Content-Length in words", page("kata", content_length="seribu"), "bad_response"),
    refused("panjang-plus", "a Content-Length with a plus sign", page("plus", content_length="+5"), "bad_response"),
    refused("panjang-dua", "two Content-Lengths that differ", page("dua", Content_Length="7"), "bad_response"),
    refused("panjang-raksasa", "a Content-Length of 40 digits", _raw(page("raksasa", content_length="9" * 40)), _BROKEN),
    kept("panjang-tidak-ada", "no Content-Length: the end is the end", _raw(head(content_type=HTML) + _whole("tanpa"))),
    kept("potongan", "honest chunks", _chunks(b"%x\r\n" % len(_LONG) + _LONG + b"\r\n0\r\n\r\n")),
    kept(
        "potongan-ekstensi",
        "chunks with extensions and trailers",
        _chunks(b"%x;a=b\r\n" % len(_LONG) + _LONG + b"\r\n0\r\nX-Akhir: ya\r\n\r\n"),
    ),
    refused("potongan-putus", "chunks without a last one", _chunks(b"%x\r\n" % len(_LONG) + _LONG + b"\r\n"), _BROKEN),
    refused("potongan-raksasa", "a chunk of 16 EiB", _chunks(b"FFFFFFFFFFFFFFFF\r\n" + _LONG), _BROKEN),
    refused("potongan-minus", "a chunk of less than nothing", _chunks(b"-10\r\n" + _LONG), _BROKEN),
    refused("potongan-sampah", "a chunk size that is no number", _chunks(b"panjang\r\n" + _LONG), _BROKEN),
    refused("potongan-panjang", "a chunk longer than it says", _chunks(b"10\r\n" + _LONG + b"\r\n0\r\n\r\n"), _BROKEN),
    refused("koding-rusak", "damaged gzip", answer(packed(_LONG)[:40] + b"\xff" * 400, content_encoding="gzip"), "bad_encoding"),
    refused("koding-bohong", "says gzip and is not", answer(_LONG, content_encoding="gzip"), "bad_encoding"),
    refused("koding-asing", "a coding nobody knows", answer(_LONG, content_encoding="x-rahasia"), "bad_encoding"),
    kept("koding-ekor", "gzip with rubbish behind it", answer(packed(_whole("ekor")) + b"\x00" * 100 + b"sampah", content_encoding="gzip")),
    kept("koding-sendiri", "the coding identity", answer(_whole("sendiri"), content_encoding="identity")),
    kept("koding-kosong", "an empty Content-Encoding", answer(_whole("kosong"), Content_Encoding=" ")),
    kept("koding-huruf", "the coding X-GZIP, in capitals", answer(packed(_whole("huruf")), content_encoding="X-GZIP")),
    refused("jenis-gambar", "a picture where an article should be", answer(b"\xff\xd8\xff\xe0JFIF", kind="image/jpeg"), "bad_content_type"),
    refused("jenis-pdf", "a PDF where an article should be", answer(b"%PDF-1.7\n", kind="application/pdf"), "bad_content_type"),
    refused("jenis-json", "JSON where an article should be", answer('{"berita": 1}', kind="application/json"), "bad_content_type"),
    refused("jenis-biner", "a program that says it is HTML", answer(b"\x7fELF\x02\x01\x01\x00" * 4_000), "binary_page"),
    refused("jenis-zip", "a zip file that says it is HTML", answer(b"PK\x03\x04" + bytes(range(256)) * 40), "binary_page"),
    kept("jenis-tidak-ada", "no Content-Type", answer(_whole("jenis"), kind="")),
    kept("jenis-huruf", "TEXT/HTML; Charset=UTF-8", answer(_whole("jenis-huruf"), kind="TEXT/HTML ; Charset=UTF-8")),
    refused("kosong", "an empty page", answer(b""), "empty_page"),
    refused("kosong-spasi", "a page of blanks", answer(b" \r\n\t" * 1_000), "empty_page"),
    Case(
        "jawaban-ganda",
        "sends a second, forged answer behind the first, for whoever asks next",
        {
            "/berita": listing((ONE, TWO)),
            ONE: page("asli-satu") + answer(story("palsu")),
            TWO: page("asli-dua") + answer(story("palsu")),
        },
        stored=(ONE, TWO),
        titles={ONE: "Asli Satu", TWO: "Asli Dua"},
        most=5,
    ),
    kept(
        "jenis-dua",
        "the Content-Type twice, as server and program send it",
        answer(story("jenis-dua"), kind="text/html, text/html; charset=utf-8"),
    ),
    kept("jenis-dua-salah", "two Content-Types that differ: the last counts", answer(story("dua-salah"), kind="text/plain, text/html")),
    *(
        one(f"pindah-badan-{n}", f"a redirect whose body {does}", _raw(raw), pages={TWO: page(f"badan-{n}")}, stored=(TWO,))
        for n, (does, raw) in enumerate(_REDIRECTS.items())
    ),
    refused("hilang-koding", "not found, in a coding that is none", answer("x", "404 No", content_encoding="gzip"), "http_404", most=3),
    refused("hilang-separuh", "not found, and ends early", _raw(head("404 No", content_length="900") + b"x"), "http_404", most=3),
    Case("robots-koding-404", "no robots.txt, in a coding that is none", {"/robots.txt": _NONE, ONE: page("koding-404")}, stored=(ONE,)),
)

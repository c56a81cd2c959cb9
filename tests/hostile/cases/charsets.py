"""Bytes that say they are other letters than they are. The title must come through whatever they say."""

from __future__ import annotations

from tests.hostile.case import ONE, Case, kept, refused
from tests.hostile.pages import answer, story

_NAME = "Desa Café Müller"


def _story(key: str, charset: str = "utf-8") -> str:
    """With letters beyond ASCII in its title."""
    return story(key, charset=charset).replace("Kampung Muara</", f"{_NAME}</")


def _read(id: str, does: str, raw: bytes, kind: str = "text/html") -> Case:  # noqa: A002 — the field's name
    return kept(id, does, answer(raw, kind=kind), titles={ONE: _NAME})


_FAR = f"<head><!--{'x' * 2_000}-->"

CASES = (
    _read("huruf-utf8", "UTF-8, said in the page only", _story("utf8").encode()),
    _read("huruf-utf8-bom", "UTF-8 with a BOM, Latin-1 it says", b"\xef\xbb\xbf" + _story("bom", "iso-8859-1").encode()),
    _read("huruf-latin", "Latin-1, said in the header", _story("latin", "").encode("latin-1"), "text/html; charset=iso-8859-1"),
    _read("huruf-1252", "Windows-1252, said in the page", _story("jendela", "windows-1252").encode("cp1252")),
    _read("huruf-bohong", "says UTF-8 and is Windows-1252", _story("bohong").encode("cp1252"), "text/html; charset=utf-8"),
    _read("huruf-16", "UTF-16 with a BOM", _story("enam-belas", "utf-16").encode("utf-16")),
    refused("huruf-16-saja", "UTF-16 without a BOM: half of it is zeros", answer(_story("saja-16", "").encode("utf-16-le")), "binary_page"),
    _read("huruf-asing", "a charset nobody knows", _story("asing", "x-rahasia").encode(), "text/html; charset=x-rahasia"),
    _read("huruf-kutip", "a charset in odd quotes", _story("kutip", "").encode(), "text/html; charset='utf-8'"),
    _read("huruf-dua", "two charsets, the wrong one in the page", _story("dua-huruf", "iso-8859-1").encode(), "text/html; charset=utf-8"),
    _read(
        "huruf-nol",
        "zero bytes near its end",
        _story("nol-bait").replace("</article>", f"<!--{' ' * 1_024}--><p>Sampai\x00 jumpa.</p></article>").encode(),
    ),
    _read(
        "huruf-rusak",
        "broken sequences in its last paragraph",
        _story("rusak").encode().replace(b"balai kampung", b"balai \xff\xfe\xc3 kampung"),
    ),
    kept("huruf-7", "says UTF-7, to hide a script", answer(story("tujuh", charset="utf-7", more="+ADw-script+AD4-"))),
    kept("huruf-arah", "characters that turn the direction of writing", answer(story("arah", more="<p>\u202egnay gnarabmes\u202c</p>"))),
    _read(
        "huruf-16-kepala", "UTF-16 that only the header names", _story("kepala-16", "").encode("utf-16-le"), "text/html; charset=utf-16le"
    ),
    _read("huruf-16-besar", "the same the other way round", _story("besar-16", "").encode("utf-16-be"), "text/html; charset=UTF-16BE"),
    _read("huruf-nol-awal", "a zero byte in its head", _story("nol-awal").replace("<head>", "<head>\0").encode()),
    _read("huruf-jauh", "a charset past the first kilobyte", _story("jauh", "windows-1252").replace("<head>", _FAR).encode("cp1252")),
    _read("huruf-meta-16", "says UTF-16 in letters of one byte", _story("meta-16", "utf-16").encode()),
    _read("huruf-diam", "says nothing, and is Windows-1252", _story("diam-1252").replace('<meta charset="utf-8">', "").encode("cp1252")),
    kept("huruf-entitas", "entities of no character", answer(story("entitas").replace("sabit", "&#xD800; &#0; &#x110000; sabit"))),
)

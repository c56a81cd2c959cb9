"""What a robots.txt may say, and how (RFC 9309)."""

from __future__ import annotations

from typing import Any

from tests.hostile.case import DOMAIN, ONE, TWO, Answer, Asked, Case, Wire
from tests.hostile.pages import answer, in_turn, listing, packed, page, redirect, story

_AWAY = "robots_unavailable"


def _says(text: str | bytes, kind: str = "text/plain", **headers: str) -> bytes:
    return answer(text, kind=kind, **headers)


def _free(id: str, does: str, robots: Answer, **expected: Any) -> Case:  # noqa: A002 — the field's name
    """The article may be read all the same."""
    pages: dict[str, Answer] = {"/robots.txt": robots, ONE: page(id)}
    return Case(id, does, pages, stored=(ONE,), **expected)


def _half(id: str, does: str, robots: Answer) -> Case:  # noqa: A002 — the field's name
    """ONE may be read, TWO may not."""
    pages: dict[str, Answer] = {"/berita": listing((ONE, TWO)), "/robots.txt": robots, ONE: page(id), TWO: page("terlarang")}
    return Case(id, does, pages, stored=(ONE,), reasons={TWO: "robots_disallowed"}, unasked=(TWO,))


def _away(id: str, does: str, robots: Answer) -> Case:  # noqa: A002 — the field's name
    """Nothing may be asked for until it can be had."""
    pages: dict[str, Answer] = {"/robots.txt": robots, ONE: page(id)}
    return Case(id, does, pages, reasons={"/berita": _AWAY}, unasked=("/berita", ONE), most=6)


async def _lost(_asked: Asked, wire: Wire) -> None:
    wire.reset()


_NOT_TWO = f"User-agent: *\nDisallow: {TWO}\n"
_LONG = "/berita/2024/05/14/warga-tanam-" + "a" * 150
_NOTHING = "User-agent: *\nDisallow: /\n"

CASES = (
    *(
        _free(f"robots-{status[:3]}", f"answers {status} for it", answer("tidak", status))
        for status in ("401 No", "403 No", "410 Gone", "418 Teko")
    ),
    *(
        _away(f"robots-{status[:3]}", f"answers {status} for it", answer("", status))
        for status in ("429 Slow", "500 Oops", "503 Away", "599 X")
    ),
    _away("robots-reset", "resets when asked for it", _lost),
    _away("robots-koding", "sends it in a coding nobody knows", _says(_NOTHING, content_encoding="x-rahasia")),
    # RFC 9309, 2.3.1.2: a file that redirects lead nowhere near is not to be had, as after a 404.
    _free("robots-putar", "redirects it to itself", redirect("/robots.txt"), most=12),
    _away("robots-putus", "ends it early", _says(_NOT_TWO, content_length="50000", connection="close") + b""),
    Case(
        "robots-larang",
        "forbids everything",
        {"/robots.txt": _says(_NOTHING), ONE: page("larang")},
        reasons={"/berita": "robots_disallowed"},
        unasked=("/berita", ONE),
        most=1,
    ),
    _half("robots-jalan", "forbids one article", _says(_NOT_TWO)),
    _half("robots-bintang", "forbids with a star and an end", _says("User-agent: *\nDisallow: /*/pemuda-*-sungai$\n")),
    _half("robots-panjang", "the longer rule wins", _says(f"User-agent: *\nDisallow: /berita/2024\nAllow: /berita\nAllow: {ONE}\n")),
    _half("robots-kabar", "forbids it to us by name", _says(f"User-agent: Kabar\nDisallow: {TWO}\n\nUser-agent: *\nDisallow:\n")),
    _half("robots-kabar-huruf", "our name in capitals, among others", _says(f"User-agent: Lain\nUser-agent: KABAR\nDisallow: {TWO}\n")),
    _half("robots-bom-huruf", "begins with a BOM", _says("\ufeff" + _NOT_TWO)),
    _half("robots-cr", "has the line ends of an old Macintosh", _says(_NOT_TWO.replace("\n", "\r"))),
    _half("robots-huruf", "writes everything in capitals", _says(f"USER-AGENT: *\nDISALLOW: {TWO}\n")),
    _half("robots-persen", "forbids in percent-encoding", _says("User-agent: *\nDisallow: " + TWO.replace("pemuda", "%70emuda") + "\n")),
    _half("robots-gzip", "comes gzipped", _says(packed(_NOT_TWO.encode()), content_encoding="gzip")),
    _half("robots-jenis", "says it is a picture", _says(_NOT_TWO, kind="image/png")),
    _half(
        "robots-sampah", "has rubbish around its rules", _says(b"\xff\xfe\x00{}<html>\n" + _NOT_TWO.encode() + b"\n\x00\x00Disallow\n: /\n")
    ),
    _half("robots-awal", "is 5 MB, the rules at the beginning", _says(_NOT_TWO + "# panjang sekali\n" * 300_000)),
    Case(
        "robots-pindah",
        "lies on another host",
        {
            "/berita": listing((ONE, TWO)),
            "/robots.txt": redirect(f"http://robots-rumah.{DOMAIN}/robots.txt"),
            ONE: page("robots-pindah"),
            TWO: page("terlarang"),
        },
        stored=(ONE,),
        reasons={TWO: "robots_disallowed"},
        unasked=(TWO,),
    ),
    Case("robots-rumah", "keeps another host's robots.txt", {"/robots.txt": _says(_NOT_TWO), "/berita": listing(())}),
    Case(
        "robots-pindah-lima",
        "redirects it five times",
        {
            "/berita": listing((ONE, TWO)),
            "/robots.txt": redirect("/r/1"),
            **{f"/r/{n}": redirect(f"/r/{n + 1}") for n in range(1, 5)},
            "/r/5": _says(_NOT_TWO),
            ONE: page("robots-pindah-lima"),
        },
        stored=(ONE,),
        unasked=(TWO,),
        most=10,
    ),
    _free("robots-halaman", "sends its front page instead", answer(story("robots-halaman"))),
    _free("robots-kosong", "is empty", _says("")),
    _free("robots-lain", "forbids it to others only", _says("User-agent: GPTBot\nDisallow: /\n\nUser-agent: Kabarnya\nDisallow: /\n")),
    _free("robots-biner", "is a picture", answer(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, kind="image/png")),
    _free("robots-jeda-aneh", "wants a delay that is no number", _says("User-agent: *\nCrawl-delay: nanti\nDisallow: /wp-admin/\n")),
    _free(
        "robots-jeda-minus", "wants a delay below zero, and one that is none", _says("User-agent: *\nCrawl-delay: -5\nCrawl-delay: nan\n")
    ),
    Case(
        "robots-bintang-banyak",
        "a rule of 40 stars that nearly fits an address of 150 letters: no pattern may take for ever",
        {"/robots.txt": _says("User-agent: *\nDisallow: /" + "*a" * 40 + "*b$\n"), "/berita": listing((_LONG,)), _LONG: page("bintang")},
        stored=(_LONG,),
    ),
    _free("robots-regex", "a rule of 2,000 stars", _says("User-agent: *\nDisallow: /" + "*a" * 2_000 + "$\n")),
    Case(
        "jeda-sejam",
        "wants an hour between two requests",
        {"/robots.txt": answer("User-agent: *\nCrawl-delay: 3600\n", kind="text/plain"), ONE: page("jeda")},
        reasons={ONE: "crawl_delay"},
        unasked=(ONE,),
        most=2,
    ),
    _half(
        "robots-tanda-persen", "forbids in percent-encoding of small letters", _says("User-agent: *\nDisallow: /berita/2024/05/%31%35/\n")
    ),
    _half("robots-spasi", "blanks before its colons", _says(f"User-agent : *\nDisallow : {TWO}\n")),
    _half(
        "robots-gabung",
        "our group in two pieces",
        _says(f"User-agent: Kabar\nDisallow: /x\n\nUser-agent: B\nDisallow: /\n\nUser-agent: Kabar\nDisallow: {TWO}\n"),
    ),
    _half("robots-503-lalu", "503 the first time", in_turn(answer("", "503 Away"), _says(_NOT_TWO))),
    _half("robots-16", "UTF-16", _says(_NOT_TWO.encode("utf-16"))),
    _free(
        "robots-diizinkan",
        "what is allowed and forbidden alike is allowed",
        _says("User-agent: *\nDisallow: /berita/2024\nAllow: /berita/2024\n"),
    ),
    _free("robots-tanpa-nilai", "forbids nothing in so many words", _says("User-agent: *\nDisallow:\n")),
    _free("robots-204", "answers 204 for it", answer("", "204 No Content", kind="", content_length="")),
    _free("robots-jeda-koma", "half a second in an Indonesian comma", _says("User-agent: *\nCrawl-delay: 0,5\n")),
)

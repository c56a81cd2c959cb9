"""What changes between two rounds, and what only says it does."""

from __future__ import annotations

from typing import Any

from tests.hostile.case import ONE, TWO, Answer, Asked, Case, Wire, kept
from tests.hostile.pages import answer, in_round, listing, page, redirect, story

_WHEN = "Tue, 14 May 2024 03:00:00 GMT"


def _fresh(header: str, value: str, key: str) -> Answer:
    """Says 304 to who sends `value` back in `header`."""
    validator = {"if-none-match": "etag", "if-modified-since": "last_modified"}[header]

    async def ask(asked: Asked, _wire: Wire) -> bytes:
        known = asked.headers.get(header) == value
        return answer("", "304 Not Modified", kind="", content_length="") if known else page(key, **{validator: value})

    return ask


async def _etag_each_time(asked: Asked, _wire: Wire) -> bytes:
    return page("etag-baru", etag=f'"{asked.round}-{asked.time}"')


def _later(id: str, does: str, second: Answer, **expected: Any) -> Case:  # noqa: A002 — the field's name
    """An article that was there, and what is answered afterwards."""
    return kept(id, does, in_round(page(f"lama-{id[:4]}", etag='"satu"'), second), **expected)


_SAME = answer("", "304 Not Modified", kind="", content_length="")

CASES = (
    kept("tetap-etag", "an ETag, and 304", _fresh("if-none-match", '"abc"', "etag")),
    kept("tetap-etag-lemah", "a weak ETag, and 304", _fresh("if-none-match", 'W/"abc"', "etag-lemah")),
    kept("tetap-tanggal", "Last-Modified, and 304", _fresh("if-modified-since", _WHEN, "tanggal-ubah")),
    kept("tetap-tuli", "never says 304, and never changes", page("tuli")),
    kept("tetap-etag-baru", "a new ETag each time, and never changes", _etag_each_time),
    kept("tetap-etag-aneh", "an ETag nobody can send back", page("etag-aneh", etag='"\x01é"')),
    kept("tetap-etag-besar", "an ETag of 5 kB", page("etag-besar", etag='"' + "a" * 5_000 + '"')),
    _later("ubah", "changes", answer(story("ubah", more="<p>Panitia menambahkan bahwa kerja bakti diulang Juni.</p>")), again=(ONE,)),
    _later("ubah-304", "says 304 whatever it is asked", _SAME),
    _later("ubah-500", "breaks afterwards", answer("", "500 Oops")),
    _later("ubah-kosong", "is empty afterwards", answer(b"")),
    _later("ubah-pdf", "is a PDF afterwards", answer(b"%PDF-1.7", kind="application/pdf")),
    _later("hilang-410", "is gone afterwards, and says so", answer("", "410 Gone"), gone=(ONE,)),
    _later("hilang-404", "is not found afterwards: once may be an accident", answer("", "404 Not Found")),
    _later("hilang-lunak", "says 200 afterwards, and that it was not found", answer("<title>404</title><h1>404 Not Found</h1>")),
    _later("hilang-rumah", "leads to the front page afterwards", redirect("/")),
    _later("hilang-larang", "is forbidden afterwards, which is not gone", answer("", "403 Forbidden")),
    _later("hilang-luar", "leads to another site afterwards", redirect("http://toko.example/obral")),
    Case(
        "ubah-indeks",
        "its index has one article more afterwards",
        {"/berita": in_round(listing((ONE,)), listing((TWO, ONE))), ONE: page("lama"), TWO: page("baru")},
        stored=(ONE, TWO),
        again=(TWO,),
    ),
    Case(
        "ubah-robots",
        "cannot give its robots.txt afterwards: it is kept for a day",
        {"/robots.txt": in_round(answer("User-agent: *\nAllow: /", kind="text/plain"), answer("", "500 Oops")), ONE: page("ubah-robots")},
        stored=(ONE,),
    ),
    Case(
        "kembali-410",
        "gone at first, there afterwards",
        {ONE: in_round(answer("", "410 Gone"), page("kembali-410"))},
        stored=(ONE,),
        again=(ONE,),
    ),
    Case(
        "kembali-404",
        "not found at first, there afterwards",
        {ONE: in_round(answer("", "404 No"), page("kembali-404"))},
        stored=(ONE,),
        again=(ONE,),
    ),
    kept(
        "tetap-304-isi",
        "304 afterwards, with a forged body",
        in_round(page("isi-304", etag='"1"'), answer(story("palsu"), "304 Not Modified")),
    ),
)

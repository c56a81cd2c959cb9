"""Status lines, honest and otherwise."""

from __future__ import annotations

from tests.hostile.case import ONE, Answer, Asked, Case, Wire, kept, refused
from tests.hostile.pages import HTML, answer, in_turn, page, story


def _raw(raw: bytes) -> Answer:
    async def write(_asked: Asked, wire: Wire) -> None:
        await wire.send(raw)

    return write


def _begins(line: str, key: str) -> Answer:
    """An article behind this status line."""
    body = story(key).encode()
    return _raw(f"{line}\r\nContent-Type: {HTML}\r\nContent-Length: {len(body)}\r\n\r\n".encode("latin-1") + body)


def _status(status: str, reason: str, most: int = 3) -> Case:
    number = status.split()[0]
    return refused(f"status-{number}", f"answers {status}, with an article beneath", answer(story(number), status), reason, most=most)


# No reason to believe any of it: the host is asked again only where that is what the status means.
_FINAL = {
    "205 Reset": "http_2xx",
    "206 Partial": "http_2xx",
    "300 Choose": "http_3xx",
    "305 Proxy": "http_3xx",
    "400 Bad": "http_4xx",
    "401 Who": "http_401",
    "402 Pay": "http_4xx",
    "403 No": "http_403",
    "404 Gone": "http_404",
    "410 Gone": "http_410",
    "418 Teko": "http_4xx",
    "451 Law": "http_451",
}
_TROUBLE = {
    "408 Slow": "http_408",
    "425 Early": "http_425",
    "429 Many": "http_429",
    "500 Oops": "http_5xx",
    "501 What": "http_5xx",
    "502 Proxy": "http_5xx",
    "503 Away": "http_5xx",
    "504 Late": "http_5xx",
    "520 Cloud": "http_5xx",
    "599 Line": "http_5xx",
}
_BAD = "bad_response|connection_lost|short_body"

CASES = (
    *(_status(status, reason) for status, reason in _FINAL.items()),
    *(_status(status, reason, most=5) for status, reason in _TROUBLE.items()),
    refused(
        "status-999", "answers 999, as LinkedIn does to robots", answer(story("n"), "999 Denied"), "http_5xx|http_9xx|bad_response", most=5
    ),
    refused("status-000", "answers 000", _begins("HTTP/1.1 000 X", "nol"), _BAD + "|http_0xx", most=5),
    refused("status-minus", "answers -20", _begins("HTTP/1.1 -20 X", "minus"), _BAD, most=5),
    refused("status-kata", "answers OK instead of 200", _begins("HTTP/1.1 OK OK", "kata"), _BAD, most=5),
    refused("status-2000", "answers 2000", _begins("HTTP/1.1 2000 OK", "dua-ribu"), _BAD, most=5),
    refused("status-ssh", "speaks SSH", _raw(b"SSH-2.0-OpenSSH_9.6\r\n\r\n"), _BAD, most=5),
    refused("status-smtp", "speaks SMTP", _raw(b"220 mail.example ESMTP\r\n\r\n"), _BAD, most=5),
    refused("status-tls", "speaks TLS", _raw(b"\x15\x03\x01\x00\x02\x02\x50"), _BAD, most=5),
    refused("status-09", "HTTP/0.9: a body and nothing else", _raw(story("nol-sembilan").encode()), _BAD, most=5),
    refused("status-h2", "speaks HTTP/2 though nobody asked", _raw(b"\x00\x00\x12\x04\x00\x00\x00\x00\x00" + bytes(18)), _BAD, most=5),
    refused("status-nol", "zero bytes among its headers", _raw(b"HTTP/1.1 200 OK\r\nX: a\x00b\r\n\r\n<p>x</p>"), _BAD, most=5),
    refused("kepala-aneh", "a header without a colon", _raw(b"HTTP/1.1 200 OK\r\ninilah kepala\r\n\r\n<p>x</p>"), _BAD, most=5),
    kept("status-diam", "no reason phrase", _begins("HTTP/1.1 200 ", "diam-saja")),
    kept("status-10", "HTTP/1.0", _begins("HTTP/1.0 200 OK", "satu-nol")),
    refused("status-204", "answers 204, and that is all", answer("", "204 No Content", kind="", content_length=""), "http_2xx", most=3),
    refused(
        "status-204-isi",
        "answers 204, with an article beneath",
        answer(story("dua-empat"), "204 No Content"),
        "http_2xx|bad_response",
        most=5,
    ),
    kept("status-503-lalu", "503 the first time", in_turn(answer("", "503 Away"), page("lalu"))),
    kept("status-429-detik", "429 once, Retry-After a second", in_turn(answer("", "429 Slow", retry_after="1"), page("detik"))),
    kept(
        "status-503-tanggal",
        "503 once, Retry-After a date gone by",
        in_turn(answer("", "503 Away", retry_after="Wed, 21 Oct 2015 07:28:00 GMT"), page("tanggal")),
    ),
    refused("status-503-lama", "503, Retry-After a year", answer("", "503 Away", retry_after="31536000"), "http_5xx", most=3),
    refused("status-429-rusak", "429, Retry-After nonsense", answer("", "429 Slow", retry_after="besok -1e9"), "http_429", most=5),
    refused("status-304", "304, though nobody asked whether", answer("", "304 Not Modified", kind=""), "bad_response", most=5),
    Case("indeks-500", "its index is broken", {"/berita": answer("", "500 Oops"), ONE: page("x")}, reasons={"/berita": "http_5xx"}, most=4),
    Case(
        "indeks-403", "its index is forbidden", {"/berita": answer("", "403 No"), ONE: page("x")}, reasons={"/berita": "http_403"}, most=2
    ),
    kept("status-frasa", "a reason phrase in UTF-8", _begins("HTTP/1.1 200 Beres é", "frasa")),
    kept("status-frasa-latin", "a reason phrase in Latin-1", b"HTTP/1.1 200 D\xe9j\xe0\r\n" + page("frasa-latin").partition(b"\r\n")[2]),
    kept(
        "kepala-kebijakan",
        "a header of 20 kB, as long policies are",
        page("kebijakan", content_security_policy="img-src " + "a.example " * 2_000),
    ),
    kept("kepala-lipat", "a header over two lines", page("lipat", x_lipat="satu\r\n dua")),
    kept("baris-lf", "lines that end as on Unix", page("baris-lf").replace(b"\r\n", b"\n")),
    *(
        kept(f"status-503-{n}", f"503 once, Retry-After {after!r}", in_turn(answer("", "503 Away", retry_after=after), page(f"coba-{n}")))
        for n, after in enumerate(("-5", "1.5", "besok", "Wed, 99 Foo 2015"))
    ),
    *(
        refused(f"status-503-jauh-{n}", f"503, Retry-After {after[:30]!r}", answer("", "503 Away", retry_after=after), "http_5xx", most=3)
        for n, after in enumerate(("9" * 400, "Fri, 31 Dec 9999 23:59:59 GMT"))
    ),
)

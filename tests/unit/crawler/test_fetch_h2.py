"""HTTP/2 where it is offered: the same promises as over HTTP/1.1."""

from __future__ import annotations

import asyncio
import gzip
import os
from contextlib import AbstractAsyncContextManager

import pytest

from services.crawler.carry import http2
from services.crawler.fetch import Fetcher, Response, open_fetcher
from services.crawler.validators import Validators
from shared.outcomes import Reject, Retry
from shared.settings import Settings
from tests.unit.crawler.loopback import answer
from tests.unit.crawler.loopback_h2 import Certificate, Http2Site, Page, Stream, certificate, frame, page, serving_h2, strangers
from tests.unit.crawler.test_bad_servers import _resolving

__all__ = ["certificate"]
CAP = 100_000
REFUSED_STREAM, CANCEL, HTTP_1_1_REQUIRED = 7, 8, 13


def opened(site: Http2Site, **fields: object) -> AbstractAsyncContextManager[Fetcher]:
    given: dict[str, object] = {"fetch_allow": frozenset({site.target}), "fetch_seconds": 5.0} | fields
    return open_fetcher(Settings(**given), site.certificate.trust)  # type: ignore[arg-type]


async def get(site: Http2Site, **fields: object) -> Response:
    async with opened(site, **fields) as fetcher:
        return await fetcher.get(site.url(), max_bytes=CAP)


# --- well behaved ---


async def test_an_answer_as_it_was_given(certificate: Certificate) -> None:
    async with serving_h2(certificate, {"/a?b=1": page(b"<p>rapat</p>", etag='"1"', set_cookie="a=b")}) as site, opened(site) as fetcher:
        got = await fetcher.get(site.url("/a?b=1"), max_bytes=CAP)
        assert (got.status, got.body, got.cut, got.received) == (200, b"<p>rapat</p>", False, 12)
        assert got.headers["etag"] == '"1"'
        assert site.chosen == ["h2"]
        assert site.plain.asked == []


async def test_what_is_said_and_kept(certificate: Certificate) -> None:
    """One connection for all requests, no cookie, nothing of the handshake's kind of headers."""
    async with serving_h2(certificate, {"/": page(b"x", set_cookie="visitor=1")}) as site, opened(site, user_agent="Kabar (+x)") as fetcher:
        for _ in range(3):
            await fetcher.get(site.url(), max_bytes=CAP)
        assert site.chosen == ["h2"]
        assert len(site.asked) == 3
        second = site.asked[1]
        assert second.keys() == {":method", ":authority", ":scheme", ":path", "user-agent", "accept", "accept-encoding"}
        assert (second[":authority"], second["user-agent"]) == (site.target, "Kabar (+x)")
        assert second["accept-encoding"] == "gzip, deflate, br, zstd"


async def test_the_name_is_kept_through_the_host_map(certificate: Certificate) -> None:
    async with serving_h2(certificate, {"/": page(b"x")}) as site, opened(site, fetch_hosts={"situs.example": site.target}) as fetcher:
        assert (await fetcher.get("https://SITUS.example/#top", max_bytes=CAP)).body == b"x"
        assert (site.asked[0][":authority"], site.asked[0][":path"]) == ("situs.example", "/")


@pytest.mark.parametrize("headers", [{}, {"content_length": "200"}])
async def test_a_conditional_request(certificate: Certificate, headers: dict[str, str]) -> None:
    async def not_modified(stream: Stream) -> None:
        await stream.head(304, end=True, **headers)

    async with serving_h2(certificate, {"/": not_modified}) as site, opened(site) as fetcher:
        when = "Tue, 14 Nov 2023 03:00:00 GMT"
        got = await fetcher.get(site.url(), max_bytes=CAP, validators=Validators('W/"1"', when))
        assert (got.status, got.body) == (304, b"")
        assert (site.asked[0]["if-none-match"], site.asked[0]["if-modified-since"]) == ('W/"1"', when)


async def test_a_redirect_is_seen_not_followed(certificate: Certificate) -> None:
    async with serving_h2(certificate, {"/": page(b"", 301, location="/b")}) as site:
        got = await get(site)
        assert (got.status, got.headers["location"], site.paths) == (301, "/b", ["/"])


async def test_bytes_are_counted_as_they_came(certificate: Certificate) -> None:
    packed = gzip.compress(b"rapat" * 1_000)
    async with serving_h2(certificate, {"/": page(packed, content_encoding="gzip")}) as site:
        got = await get(site)
        assert (got.body, got.received, got.cut) == (b"rapat" * 1_000, len(packed), False)


async def _large(stream: Stream) -> None:
    await stream.head()
    await stream.body(b"x" * 3_000_000)


async def test_more_than_a_window(certificate: Certificate) -> None:
    async with serving_h2(certificate, {"/": _large}) as site, opened(site) as fetcher:
        for _ in range(2):
            assert len((await fetcher.get(site.url(), max_bytes=5_000_000)).body) == 3_000_000
        assert site.chosen == ["h2"]


async def _hints(stream: Stream) -> None:
    await stream.head(103, link="</a.css>")
    await stream.head(200, x="  \t", y="a\tb ", connection="keep-alive", z="é")
    await stream.body(b"ra", end=False)
    await stream.raw(frame(6, 0, 0, b"12345678"), frame(0x42, 0, 0, b"?"), frame(0, 0x8, stream.id, b"\x03pat\0\0\0"))
    stream.h2.send_headers(stream.id, [("checksum", "1")], end_stream=True)
    await stream.flush()


async def test_hints_pings_unknown_frames_padding_and_trailers(certificate: Certificate) -> None:
    async with serving_h2(certificate, {"/": _hints}) as site:
        got = await get(site)
        assert (got.status, got.body) == (200, b"rapat")
        assert (got.headers["x"], got.headers["y"], got.headers["z"]) == ("", "a\tb", "é")
        assert "checksum" not in got.headers


# --- which protocol ---


@pytest.mark.parametrize("protocols", [(), ("http/1.1",)])
async def test_http1_where_there_is_no_http2(certificate: Certificate, protocols: tuple[str, ...]) -> None:
    async with serving_h2(certificate, {}, protocols) as site, opened(site) as fetcher:
        site.plain.pages["/"] = answer(b"plain")
        for _ in range(3):
            assert (await fetcher.get(site.url(), max_bytes=CAP)).body == b"plain"
        assert len(site.plain.asked) == 3
        assert len(site.chosen) == 2  # one to learn it, one for all requests


async def test_which_hosts_have_none_is_forgotten_when_there_are_too_many(
    certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http2, "_MOST_REMEMBERED", 1)
    async with serving_h2(certificate, {}, ("http/1.1",)) as one, serving_h2(certificate, {}, ("http/1.1",)) as two:
        both = frozenset({one.target, two.target})
        async with opened(one, fetch_allow=both) as fetcher:
            for site in (one, two, one, one):
                site.plain.pages["/"] = answer(b"plain")
                await fetcher.get(site.url(), max_bytes=CAP)
        assert (len(one.chosen), len(two.chosen)) == (3, 2)


async def test_a_server_that_wants_http1_after_all(certificate: Certificate) -> None:
    async def wants(stream: Stream) -> None:
        stream.h2.reset_stream(stream.id, HTTP_1_1_REQUIRED)
        await stream.flush()

    async with serving_h2(certificate, {"/": wants}) as site, opened(site) as fetcher:
        site.plain.pages["/"] = answer(b"plain")
        for _ in range(2):
            assert (await fetcher.get(site.url(), max_bytes=CAP)).body == b"plain"
        assert site.paths == ["/"]
        assert site.plain.paths == ["/", "/"]


async def test_or_says_so_in_its_goodbye(certificate: Certificate) -> None:
    async def wants(stream: Stream) -> None:
        await stream.raw(frame(7, 0, 0, bytes(4) + HTTP_1_1_REQUIRED.to_bytes(4, "big")))

    async with serving_h2(certificate, {"/": wants}) as site:
        site.plain.pages["/"] = answer(b"plain")
        assert (await get(site)).body == b"plain"


# --- where to ---


async def test_a_certificate_nobody_vouches_for(certificate: Certificate) -> None:
    async with serving_h2(certificate, {"/": page(b"x")}) as site:
        async with open_fetcher(Settings(fetch_allow=frozenset({site.target})), strangers) as fetcher:
            with pytest.raises(Retry, match="tls_failed"):
                await fetcher.get(site.url(), max_bytes=CAP)
        assert site.asked == []


async def test_a_certificate_of_another_name(certificate: Certificate) -> None:
    async with serving_h2(certificate, {"/": page(b"x")}) as site, opened(site, fetch_hosts={"lain.example": site.target}) as fetcher:
        with pytest.raises(Retry, match="tls_failed"):
            await fetcher.get("https://lain.example/", max_bytes=CAP)
        assert site.asked == []


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f000001", "127.1", "dalam.example"]
)
async def test_nothing_private_is_asked(certificate: Certificate, host: str) -> None:
    hosts = {"dalam.example": "127.0.0.1:1"}
    async with serving_h2(certificate, {"/": page(b"x")}) as site, opened(site, fetch_allow=frozenset(), fetch_hosts=hosts) as fetcher:
        with pytest.raises(Reject, match=r"private_address|bad_url"):
            await fetcher.get(f"https://{host}:{site.port}/", max_bytes=CAP)
        assert site.chosen == []


async def test_a_port_that_is_no_web_server(certificate: Certificate) -> None:
    async with serving_h2(certificate, {}) as site, opened(site) as fetcher:
        with pytest.raises(Reject, match="port_refused"):
            await fetcher.get("https://8.8.8.8:22/", max_bytes=CAP)


async def test_a_name_that_changes_its_answer(certificate: Certificate, monkeypatch: pytest.MonkeyPatch) -> None:
    """The connection kept stays with the server it was made to; a new one is looked at anew."""

    async def once(stream: Stream) -> None:
        await page(b"here")(stream)
        stream.writer.transport.abort()

    async with serving_h2(certificate, {"/": once}) as site, serving_h2(certificate, {"/": page(b"secret")}) as other:
        async with opened(site) as fetcher:
            _resolving(monkeypatch, lambda: [("127.0.0.1", site.port)])
            assert (await fetcher.get("https://situs.example/", max_bytes=CAP)).body == b"here"
            await site.closed.wait()
            _resolving(monkeypatch, lambda: [("127.0.0.1", other.port)])
            with pytest.raises(Reject, match="private_address"):
                await fetcher.get("https://situs.example/", max_bytes=CAP)
        assert other.chosen == []


async def test_of_several_addresses_only_those_allowed_are_asked(certificate: Certificate, monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving_h2(certificate, {"/": page(b"here")}) as site, serving_h2(certificate, {"/": page(b"secret")}) as other:
        async with opened(site) as fetcher:
            _resolving(monkeypatch, lambda: [("127.0.0.1", other.port), ("::1", site.port), ("127.0.0.1", site.port)])
            assert (await fetcher.get("https://situs.example/", max_bytes=CAP)).body == b"here"
        assert other.chosen == []


async def test_nobody_listens_and_no_such_name(certificate: Certificate) -> None:
    async with serving_h2(certificate, {}) as site:
        pass
    async with opened(site) as fetcher:
        for url, reason in ((site.url(), "connect_failed"), ("https://tidak-ada.invalid/", "dns_failed")):
            with pytest.raises(Retry, match=reason):
                await fetcher.get(url, max_bytes=CAP)


async def test_a_handshake_that_never_ends(certificate: Certificate) -> None:
    gone = asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.transport.abort()
        gone.set()

    async with await asyncio.start_server(silent, "127.0.0.1", 0) as server:
        site = Http2Site(certificate, {}, port=server.sockets[0].getsockname()[1])
        with pytest.raises(Retry, match="fetch_timeout"):
            await get(site, fetch_seconds=0.5)
        await gone.wait()


# --- too much ---


async def _never_ends(stream: Stream) -> None:
    await stream.head()
    while True:
        await stream.body(b"x" * 65_536, end=False)


@pytest.mark.parametrize("large", [_never_ends, _large, page(gzip.compress(bytes(50_000_000)), content_encoding="gzip")])
async def test_too_much_is_cut_and_the_next_answer_is_whole(certificate: Certificate, large: Page) -> None:
    async with serving_h2(certificate, {"/": large, "/next": page(b"fine")}) as site, opened(site) as fetcher:
        got = await fetcher.get(site.url(), max_bytes=CAP)
        assert (got.cut, len(got.body)) == (True, CAP)
        assert got.received <= CAP + 1
        assert (await fetcher.get(site.url("/next"), max_bytes=CAP)).body == b"fine"


async def test_exactly_the_cap_is_not_cut(certificate: Certificate) -> None:
    async with serving_h2(certificate, {"/": page(b"x" * CAP)}) as site:
        got = await get(site)
        assert (got.cut, len(got.body)) == (False, CAP)


async def _silent(stream: Stream) -> None:
    await asyncio.Event().wait()


async def _slow(stream: Stream) -> None:
    await stream.head()
    while True:
        await stream.body(b"x", end=False)
        await asyncio.sleep(0.05)


async def _slow_hints(stream: Stream) -> None:
    while True:
        await stream.head(103, link="</a.css>")
        await asyncio.sleep(0.02)


async def _slow_pings(stream: Stream) -> None:
    while True:
        await stream.raw(frame(6, 0, 0, b"12345678"))
        await asyncio.sleep(0.02)


@pytest.mark.parametrize("slow", [_silent, _slow, _slow_hints, _slow_pings])
async def test_one_deadline_for_the_whole_exchange(certificate: Certificate, slow: Page) -> None:
    async with serving_h2(certificate, {"/": slow, "/next": page(b"fine")}) as site, opened(site, fetch_seconds=0.5) as fetcher:
        with pytest.raises(Retry, match="fetch_timeout"):
            await fetcher.get(site.url(), max_bytes=CAP)
        assert (await fetcher.get(site.url("/next"), max_bytes=CAP)).body == b"fine"
        assert len(site.chosen) == 2


# --- broken ---


def flood(*pieces: bytes, first: bytes = b"") -> Page:
    """The same frames without an end; `{id}` has no place in them, the first request's stream is 1."""

    async def write(stream: Stream) -> None:
        await stream.raw(first)
        while True:
            await stream.raw(b"".join(pieces) * 500)

    return write


def saying(*frames: bytes, close: bool = False) -> Page:
    async def write(stream: Stream) -> None:
        await stream.raw(*frames)
        if close:
            stream.writer.transport.abort()

    return write


def head(*fields: tuple[str, str], end: bool = False, body: bytes = b"") -> Page:
    async def write(stream: Stream) -> None:
        stream.h2.send_headers(stream.id, list(fields), end_stream=end)
        await stream.flush()
        if not end:
            await stream.raw(frame(0, 1, stream.id, body))

    return write


OK = ":status", "200"
GET_200 = frame(1, 4, 1, b"\x88")  # HEADERS, END_HEADERS, `:status: 200` of the static table
SETTINGS, PING, GOAWAY, CONTINUATION = 4, 6, 7, 9


def goodbye(last: int, error: int) -> bytes:
    return frame(GOAWAY, 0, 0, last.to_bytes(4, "big") + error.to_bytes(4, "big"))


BROKEN: dict[str, tuple[Page, str]] = {
    "hang up": (saying(close=True), "connection_lost"),
    "hang up after the head": (saying(GET_200, close=True), "short_body"),
    "hang up in the body": (saying(GET_200, frame(0, 0, 1, b"half"), close=True), "short_body"),
    "reset: cancel": (saying(frame(3, 0, 1, CANCEL.to_bytes(4, "big"))), "connection_lost"),
    "reset: refused": (saying(frame(3, 0, 1, REFUSED_STREAM.to_bytes(4, "big"))), "connection_lost"),
    "reset in the body": (saying(GET_200, frame(0, 0, 1, b"half"), frame(3, 0, 1, bytes(4))), "connection_lost"),
    "goodbye, not looked at": (saying(goodbye(0, 0)), "connection_lost"),
    "goodbye, protocol error": (saying(goodbye(1, 1)), "connection_lost"),
    "goodbye, then gone": (saying(goodbye(1, 0), close=True), "connection_lost"),
    "more than its length": (head(OK, ("content-length", "2"), body=b"rapat"), "bad_response"),
    "less than its length": (head(OK, ("content-length", "9"), body=b"rapat"), "short_body"),
    "none of its length": (head(OK, ("content-length", "9"), end=True), "short_body"),
    "two lengths": (head(OK, ("content-length", "5"), ("content-length", "3"), body=b"rapat"), "bad_response"),
    "length: -5": (head(OK, ("content-length", "-5"), body=b"rapat"), "bad_response"),
    "length: of 9,000 digits": (head(OK, ("content-length", "9" * 9_000), body=b"rapat"), "bad_response"),
    "no status": (head(("x", "y"), body=b"rapat"), "bad_response"),
    "two statuses": (head(OK, OK, body=b"rapat"), "bad_response"),
    "status abc": (head((":status", "abc"), body=b"rapat"), "bad_response"),
    "status 099": (head((":status", "099"), body=b"rapat"), "bad_response"),
    "status 600": (head((":status", "600"), body=b"rapat"), "bad_response"),
    "status 2000": (head((":status", "2000"), body=b"rapat"), "bad_response"),
    "status 101 at the end": (saying(frame(1, 5, 1, b"\x08\x03101")), "bad_response"),
    "a request's header": (head(OK, (":path", "/"), body=b"rapat"), "bad_response"),
    "capital letters": (head(OK, ("X-Y", "z"), body=b"rapat"), "bad_response"),
    "no name": (head(OK, ("", "z"), body=b"rapat"), "bad_response"),
    "line's end in a value": (head(OK, ("x", "a\r\nlocation: /"), body=b"rapat"), "bad_response"),
    "NUL in a value": (head(OK, ("x", "a\0b"), body=b"rapat"), "bad_response"),
    "a long location": (head(OK, ("location", "/" + "a" * 40_000), body=b"rapat"), "bad_response"),
    "many headers": (head(OK, *((f"h{n}", "v") for n in range(3_000)), body=b"rapat"), "bad_response"),
    "body without a head": (saying(frame(0, 1, 1, b"rapat")), "bad_response"),
    "a stream nobody opened": (saying(frame(1, 5, 7, b"\x88")), "bad_response"),
    "a push": (saying(frame(5, 4, 1, b"\0\0\0\2\x82\x84\x87")), "bad_response"),
    "rubbish packed as headers": (saying(frame(1, 5, 1, b"\xff\xff\xff\xff\xff\xff")), "bad_response"),
    "a header table of 4 GB": (saying(frame(1, 5, 1, b"\x3f\xff\xff\xff\xff\x0f\x88")), "bad_response"),
    "a frame of 16 MB": (saying(b"\xff\xff\xff\0\0\0\0\0\1" + bytes(70_000)), "bad_response"),
    "padding longer than its frame": (saying(GET_200, frame(0, 9, 1, b"\xffx")), "bad_response"),
    "settings of five bytes": (saying(frame(SETTINGS, 0, 0, b"12345")), "bad_response"),
    "a window beyond its end": (saying(frame(8, 0, 0, b"\x7f\xff\xff\xff")), "bad_response"),
    "more than the window": (flood(frame(0, 0, 1, bytes(16_384)), first=frame(1, 4, 1, b"\x88")), "cut"),
    "HTTP/1.1 on top": (saying(answer(b"rapat")), "bad_response"),
    "flood of pings": (flood(frame(PING, 0, 0, b"12345678")), "bad_response"),
    "flood of settings": (flood(frame(SETTINGS, 0, 0, b"\0\4\0\1\0\0")), "bad_response"),
    "flood of acknowledgements": (flood(frame(SETTINGS, 1, 0)), "bad_response"),
    "flood of priorities": (flood(frame(2, 0, 1, b"\0\0\0\0\1")), "bad_response"),
    "flood of windows": (flood(frame(8, 0, 1, b"\0\0\0\1")), "bad_response"),
    "flood of unknown frames": (flood(frame(0x42, 0, 0, bytes(1_000))), "bad_response"),
    "flood of empty data": (flood(frame(0, 0, 1), first=GET_200), "bad_response"),
    "flood of tiny data": (flood(frame(0, 0, 1, b"x"), first=GET_200), "bad_response"),
    "flood of hints": (flood(frame(1, 4, 1, b"\x08\x03103")), "bad_response"),
    "flood of continuations": (flood(frame(CONTINUATION, 0, 1, b"\x10\1a\1b"), first=frame(1, 0, 1, b"\x88")), "bad_response"),
    "flood of empty continuations": (flood(frame(CONTINUATION, 0, 1), first=frame(1, 0, 1, b"\x88")), "bad_response"),
    "header bomb": (saying(frame(1, 4, 1, b"\x88\x40\1a\x7f\x81\x1e" + b"v" * 4_000 + b"\xbe" * 12_000)), "bad_response"),
}


@pytest.mark.parametrize("case", BROKEN)
async def test_broken_answers_have_a_name_and_the_next_is_whole(certificate: Certificate, case: str) -> None:
    broken, reason = BROKEN[case]
    async with serving_h2(certificate, {"/": broken, "/next": page(b"fine")}) as site, opened(site) as fetcher:
        try:
            got = await fetcher.get(site.url(), max_bytes=CAP)
            assert (reason, got.cut) == ("cut", True)
        except Retry as retry:
            assert retry.reason == reason, retry
        assert site.paths == ["/"]
        assert (await fetcher.get(site.url("/next"), max_bytes=CAP)).body == b"fine"
        assert site.chosen == ["h2", "h2"]
        assert site.plain.asked == []


async def test_a_goodbye_before_the_last_answer_is_heard_out(certificate: Certificate) -> None:
    """nginx does so at the last request it takes on a connection."""

    async def last(stream: Stream) -> None:
        await stream.raw(goodbye(1, 0))
        await page(b"rapat")(stream)

    async with serving_h2(certificate, {"/": last}) as site, opened(site) as fetcher:
        for _ in range(2):
            assert (await fetcher.get(site.url(), max_bytes=CAP)).body == b"rapat"
        assert len(site.chosen) == 2


@pytest.mark.parametrize("farewell", [b"", goodbye(1, 0), frame(3, 0, 3, REFUSED_STREAM.to_bytes(4, "big"))])
async def test_a_kept_connection_that_ends_at_the_wrong_moment(certificate: Certificate, farewell: bytes) -> None:
    """The second request meets the server's closing; it is asked again on a connection of its own, and only once."""
    asked = 0

    async def moody(stream: Stream) -> None:
        nonlocal asked
        asked += 1
        if stream.id == 1:
            return await page(b"%d" % asked)(stream)
        await stream.raw(farewell)
        if not farewell:
            stream.writer.transport.abort()
        return None

    async with serving_h2(certificate, {"/": moody}) as site, opened(site) as fetcher:
        bodies = [(await fetcher.get(site.url(), max_bytes=CAP)).body for _ in range(2)]
        assert bodies == [b"1", b"3"]


async def test_a_connection_closed_while_it_was_kept(certificate: Certificate) -> None:
    async def then_closes(stream: Stream) -> None:
        await page(b"ok")(stream)
        await stream.raw(goodbye(1, 0))

    async with serving_h2(certificate, {"/": then_closes}) as site, opened(site) as fetcher:
        await fetcher.get(site.url(), max_bytes=CAP)
        await site.closed.wait()
        assert (await fetcher.get(site.url(), max_bytes=CAP)).body == b"ok"
        assert (len(site.chosen), len(site.asked)) == (2, 2)


async def test_a_kept_connection_that_floods_is_closed(certificate: Certificate) -> None:
    async def then_floods(stream: Stream) -> None:
        await page(b"ok")(stream)
        await flood(frame(PING, 0, 0, b"12345678"))(stream)

    async with serving_h2(certificate, {"/": then_floods}) as site, opened(site) as fetcher:
        await fetcher.get(site.url(), max_bytes=CAP)
        await asyncio.wait_for(site.closed.wait(), 5)


async def test_what_comes_with_the_end_of_an_answer_is_understood(certificate: Certificate) -> None:
    """More of it than is read at once; dropped, it would leave the next answer in the middle of a frame."""

    async def then_pings(stream: Stream) -> None:
        pings = frame(PING, 0, 0, b"12345678") * 3_000
        await stream.raw(frame(1, 4, stream.id, b"\x88"), frame(0, 1, stream.id, b"ok"), pings)

    async with serving_h2(certificate, {"/": then_pings}) as site, opened(site) as fetcher:
        for _ in range(3):
            assert (await fetcher.get(site.url(), max_bytes=CAP)).body == b"ok"


async def test_an_idle_connection_is_closed(certificate: Certificate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http2, "IDLE_SECONDS", 0.05)
    async with serving_h2(certificate, {"/": page(b"ok")}) as site, opened(site) as fetcher:
        await fetcher.get(site.url(), max_bytes=CAP)
        await asyncio.wait_for(site.closed.wait(), 5)
        await fetcher.get(site.url(), max_bytes=CAP)
        assert len(site.chosen) == 2


async def test_a_server_that_allows_no_stream_at_all(certificate: Certificate) -> None:
    async def then_none(stream: Stream) -> None:
        if stream.id == 1:
            await stream.raw(frame(SETTINGS, 0, 0, b"\0\3\0\0\0\0"))
        await page(b"ok")(stream)

    async with serving_h2(certificate, {"/": then_none}) as site, opened(site) as fetcher:
        for _ in range(2):
            assert (await fetcher.get(site.url(), max_bytes=CAP)).body == b"ok"
        assert len(site.chosen) == 2


async def test_two_at_once_do_not_share(certificate: Certificate) -> None:
    gate = asyncio.Barrier(2)

    async def together(stream: Stream) -> None:
        await gate.wait()
        await page(stream.headers[":path"].encode())(stream)

    async with serving_h2(certificate, {"/a": together, "/b": together}) as site, opened(site) as fetcher:
        got = await asyncio.gather(*(fetcher.get(site.url(path), max_bytes=CAP) for path in ("/a", "/b")))
        assert [answer.body for answer in got] == [b"/a", b"/b"]


async def test_tls_that_breaks_in_the_middle(certificate: Certificate) -> None:
    async def breaks(stream: Stream) -> None:
        await stream.raw(GET_200)
        os.write(stream.writer.get_extra_info("socket").fileno(), b"\x17\x03\x03\x00\x20" + bytes(32))

    async with serving_h2(certificate, {"/": breaks}) as site:
        with pytest.raises(Retry, match="tls_failed"):
            await get(site)

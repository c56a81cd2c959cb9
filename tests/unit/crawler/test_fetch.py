from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import brotli
import pytest
import zstandard

from services.crawler.fetch import Fetcher, Response, open_fetcher
from services.crawler.follow import follow
from services.crawler.refresh import refresh_target
from services.crawler.validators import Validators, validators_of
from shared.outcomes import Reject, Retry
from shared.settings import Settings
from tests.unit.crawler.loopback import Answer, Asked, Loopback, answer, redirect, serving

CAP = 100_000
Make = Callable[..., Settings]


def opened(site: Loopback, **fields: object) -> AbstractAsyncContextManager[Fetcher]:
    given: dict[str, object] = {"fetch_allow": frozenset({site.target}), "fetch_seconds": 5.0} | fields
    return open_fetcher(Settings(**given))  # type: ignore[arg-type]


async def get(site: Loopback, path: str = "/", validators: Validators = Validators(), **fields: object) -> Response:  # noqa: B008
    async with opened(site, **fields) as fetcher:
        return await fetcher.get(site.url(path), max_bytes=CAP, validators=validators)


async def _never_ends(_asked: Asked, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    while not writer.is_closing():
        writer.write(b"x" * 65_536)
        await writer.drain()


async def _slow_body(_asked: Asked, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n")
    while not writer.is_closing():
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.05)


async def _endless_103(_asked: Asked, writer: asyncio.StreamWriter) -> None:
    while not writer.is_closing():
        writer.write(b"HTTP/1.1 103 Early Hints\r\n\r\n")
        await writer.drain()
        await asyncio.sleep(0.01)


async def _silent(_asked: Asked, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(3)


async def _hang_up(_asked: Asked, writer: asyncio.StreamWriter) -> None:
    writer.close()


async def _short(_asked: Asked, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nonly this")
    await writer.drain()
    writer.close()


async def test_an_answer_as_it_was_given() -> None:
    async with serving(**{"/": answer(b"<p>rapat</p>", etag='"1"', set_cookie="a=b", content_language="id")}) as site:
        got = await get(site)
        assert (got.status, got.body, got.cut) == (200, b"<p>rapat</p>", False)
        assert got.headers["content-language"] == "id"
        assert validators_of(got.headers) == Validators('"1"', None)


async def test_who_we_say_we_are_and_what_we_take() -> None:
    async with serving(**{"/": answer(b"x", set_cookie="visitor=1; Path=/")}) as site, opened(site, user_agent="Kabar/0.1 (+x)") as fetcher:
        for _ in range(2):
            await fetcher.get(site.url("/"), max_bytes=CAP)
        second = site.asked[1].headers
        assert second["user-agent"] == "Kabar/0.1 (+x)"
        assert second["accept-encoding"] == "gzip, deflate, br, zstd"
        assert "cookie" not in second
        assert "if-none-match" not in second


async def test_a_conditional_request() -> None:
    async with serving(**{"/": answer(status=304, content_length="", kind="")}) as site:
        got = await get(site, validators=Validators('W/"1"', "Tue, 14 Nov 2023 03:00:00 GMT"))
        assert (got.status, got.body) == (304, b"")
        assert site.asked[0].headers["if-none-match"] == 'W/"1"'
        assert site.asked[0].headers["if-modified-since"] == "Tue, 14 Nov 2023 03:00:00 GMT"


@pytest.mark.parametrize("value", ["ø", "a\x01b", "", "x" * 1_001])
def test_validators_that_cannot_be_sent_back(value: str) -> None:
    assert validators_of({"etag": value}) == Validators()


@pytest.mark.parametrize(
    ("coding", "pack"),
    [("gzip", gzip.compress), ("deflate", zlib.compress), ("zstd", zstandard.ZstdCompressor().compress), ("br", brotli.compress)],
)
async def test_content_codings(coding: str, pack: Callable[[bytes], bytes]) -> None:
    async with serving(**{"/": answer(pack(b"rapat"), content_encoding=coding)}) as site:
        assert (await get(site)).body == b"rapat"


@pytest.mark.parametrize("page", [answer(b"x" * (CAP + 1)), answer(gzip.compress(bytes(50_000_000)), content_encoding="gzip"), _never_ends])
async def test_too_much_is_cut(page: Answer) -> None:
    async with serving(**{"/": page}) as site:
        got = await get(site)
        assert got.cut
        assert len(got.body) == CAP


@pytest.mark.parametrize("page", [_slow_body, _endless_103, _silent])
async def test_one_deadline_for_the_whole_exchange(page: Answer) -> None:
    async with serving(**{"/": page}) as site:
        with pytest.raises(Retry, match="fetch_timeout"):
            await get(site, fetch_seconds=0.5)


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (_hang_up, "connection_lost"),
        (_short, "short_body"),
        (b"HTTP/1.1 999999 what\r\n\r\n", "bad_response"),
        (b"SSH-2.0-OpenSSH_9.9\r\n\r\n", "bad_response"),
        (b"HTTP/1.1 200 OK\r\nx: " + b"y" * 100_000 + b"\r\n\r\n", "bad_response"),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nrubbish", "bad_response"),
    ],
)
async def test_broken_answers(page: Answer, reason: str) -> None:
    async with serving(**{"/": page}) as site:
        with pytest.raises(Retry) as retry:
            await get(site)
        assert retry.value.reason == reason


@pytest.mark.parametrize(
    "rest",
    [
        b"content-encoding: gzip\r\ncontent-length: 1\r\n\r\nx",
        b"content-encoding: rot13\r\ncontent-length: 1\r\n\r\nx",
        b"content-length: 900\r\n\r\nx",
        b"transfer-encoding: chunked\r\n\r\n5\r\nab",
    ],
)
@pytest.mark.parametrize("status", [b"302 Found", b"404 No", b"503 Away"])
async def test_nothing_is_wrong_with_a_body_nobody_needs(status: bytes, rest: bytes) -> None:
    async def write(_asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 " + status + b"\r\nlocation: /b\r\n" + rest)
        writer.close()

    async with serving(**{"/": write}) as site:
        response = await get(site)
    assert (response.status, response.headers["location"]) == (int(status[:3]), "/b")


async def test_of_two_content_types_the_last_counts() -> None:
    async with serving(**{"/": answer(b"x", kind="text/plain, text/html; charset=utf-8")}) as site:
        assert (await get(site)).headers["content-type"] == "text/html; charset=utf-8"


async def test_an_unknown_coding_is_refused() -> None:
    async with serving(**{"/": answer(b"x", content_encoding="compress")}) as site:
        with pytest.raises(Reject, match="bad_encoding"):
            await get(site)


async def test_nobody_listens() -> None:
    async with serving() as site:
        pass
    with pytest.raises(Retry, match="connect_failed"):
        await get(site)


async def test_no_such_name() -> None:
    async with serving() as site, opened(site) as fetcher:
        with pytest.raises(Retry, match="dns_failed"):
            await fetcher.get("http://tidak-ada.invalid/", max_bytes=CAP)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f000001", "017700000001", "127.1", "0.0.0.0"]
)
async def test_nothing_private_is_asked(host: str) -> None:
    async with serving(**{"/": answer(b"secret")}) as site, opened(site, fetch_allow=frozenset()) as fetcher:
        with pytest.raises(Reject, match=r"private_address|bad_url"):
            await fetcher.get(f"http://{host}:{site.port}/", max_bytes=CAP)
        assert site.asked == []


async def test_a_literal_and_a_name_are_told_apart_by_reason() -> None:
    async with serving() as site, opened(site, fetch_allow=frozenset(), fetch_hosts={"dalam.example": site.target}) as fetcher:
        for url in (site.url("/"), "http://dalam.example/", "http://localhost/"):
            with pytest.raises(Reject, match="private_address"):
                await fetcher.get(url, max_bytes=CAP)


async def test_credentials_are_never_sent() -> None:
    async with serving(**{"/": answer(b"x")}) as site, opened(site) as fetcher:
        with pytest.raises(Reject, match="bad_url"):
            await fetcher.get(f"http://nama:sandi@{site.target}/", max_bytes=CAP)
        assert site.asked == []


async def test_a_proxy_in_the_environment_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(**{"/": answer(b"direct")}) as site, serving() as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url("/"))
        assert (await get(site)).body == b"direct"
        assert proxy.asked == []


async def test_the_host_map_keeps_the_name() -> None:
    async with serving(**{"/berita": answer(b"x")}) as site, opened(site, fetch_hosts={"situs.example": site.target}) as fetcher:
        got = await fetcher.get("http://situs.example/berita", max_bytes=CAP)
        assert got.url == "http://situs.example/berita"
        assert site.asked[0].headers["host"] == "situs.example"


def refresh(to: str) -> bytes:
    return answer(f'<meta http-equiv="refresh" content="0; url={to}">'.encode())


async def anywhere(_url: str) -> None:
    """Every URL may be asked for at once."""


async def test_redirects_are_followed_and_remembered() -> None:
    async with (
        serving(**{"/a": redirect("/b", 301), "/b": redirect("c?utm_source=x#top", 307), "/c": answer(b"here")}) as site,
        opened(site) as fetcher,
    ):
        arrival = await follow(fetcher, site.url("/a"), turn=anywhere, max_bytes=CAP)
        assert (arrival.response.url, arrival.response.body) == (site.url("/c"), b"here")
        assert [(hop.url, hop.status) for hop in arrival.hops] == [(site.url("/a"), 301), (site.url("/b"), 307)]


async def test_a_page_that_only_sends_on_is_followed() -> None:
    async with serving(**{"/a": refresh("b"), "/b": answer(b"<p>here")}) as site, opened(site) as fetcher:
        arrival = await follow(fetcher, site.url("/a"), turn=anywhere, max_bytes=CAP, sends_on=refresh_target)
        assert (arrival.response.url, [hop.status for hop in arrival.hops]) == (site.url("/b"), [200])


@pytest.mark.parametrize(
    ("pages", "reason", "requests"),
    [
        ({"/a": redirect("//127.0.0.2:8001/x")}, "private_address", 1),
        ({"/a": redirect("data:text/html,x")}, "bad_redirect", 1),
        ({"/a": redirect("/b\x01c")}, "bad_redirect", 1),
        ({"/a": redirect("/" + "b" * 3_000)}, "bad_redirect", 1),
        ({"/a": redirect("https://127.0.0.2/x")}, "private_address", 1),
        ({"/a": redirect("http://situs.example/".ljust(2_500, "b"))}, "bad_redirect", 1),
        ({"/a": refresh("/a")}, "refresh_loop", 1),
        ({"/a": refresh("/b"), "/b": refresh("/a")}, "refresh_loop", 2),
        ({"/a": refresh("/b"), "/b": redirect("/a")}, "refresh_loop", 2),
        ({f"/{n}" if n else "/a": refresh(f"/{n + 1}") for n in range(20)}, "too_many_redirects", 6),
        ({"/a": refresh("javascript:alert(1)")}, "bad_redirect", 1),
        ({"/a": redirect("/a")}, "redirect_loop", 1),
        ({"/a": redirect("/b"), "/b": redirect("/a")}, "redirect_loop", 2),
        ({f"/{n}" if n else "/a": redirect(f"/{n + 1}") for n in range(20)}, "too_many_redirects", 6),
        ({"/a": redirect("file:///etc/passwd")}, "bad_redirect", 1),
        ({"/a": redirect("javascript:alert(1)")}, "bad_redirect", 1),
        ({"/a": redirect("http://u:p@situs.example/")}, "bad_redirect", 1),
        ({"/a": redirect("http://[")}, "bad_redirect", 1),
        ({"/a": answer(status=302)}, "bad_redirect", 1),
        ({"/a": redirect("/")}, "redirect_to_home", 1),
        ({"/a": redirect("http://127.0.0.2:8001/x")}, "private_address", 1),
        ({"/a": redirect("http://2130706433:8001/x")}, "bad_url", 1),
    ],
)
async def test_redirects_that_are_not_followed(pages: dict[str, bytes], reason: str, requests: int) -> None:
    async with serving(**pages) as site, opened(site) as fetcher:
        with pytest.raises(Reject) as reject:
            await follow(fetcher, site.url("/a"), turn=anywhere, max_bytes=CAP, sends_on=refresh_target)
        assert reject.value.reason == reason
        assert len(site.asked) == requests


async def test_every_hop_waits_for_its_turn() -> None:
    turns: list[str] = []

    async def turn(url: str) -> None:
        turns.append(url)
        if url.endswith("/forbidden"):
            raise Reject("robots_disallowed")

    async with serving(**{"/a": redirect("/b"), "/b": redirect("/forbidden"), "/forbidden": answer(b"x")}) as site, opened(site) as fetcher:
        with pytest.raises(Reject, match="robots_disallowed"):
            await follow(fetcher, site.url("/a"), turn=turn, max_bytes=CAP)
        assert turns == [site.url("/a"), site.url("/b"), site.url("/forbidden")]
        assert site.paths == ["/a", "/b"]

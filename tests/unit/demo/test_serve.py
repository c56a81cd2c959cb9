"""The newsroom over real HTTP: hosts told apart, 200 and 304 as RFC 9110 has them, and a ledger that tells the truth."""

from __future__ import annotations

import re
import socket
import struct
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from http.client import HTTPConnection, HTTPResponse

import pytest

from demo.pages import Page, build
from demo.serve import Asked, Newsroom, newsroom, not_modified
from demo.stories import load_outlets

PAGES = build(load_outlets())
HOST, PATH = "wartaflobamora.example", "/feeds/posts/default"
MOMENT = datetime(2025, 3, 11, 8, 42, tzinfo=UTC)
PAGE = Page(b"Selamat pagi", "text/plain", MOMENT)
LATER, EARLIER = format_datetime(MOMENT.replace(day=12), usegmt=True), format_datetime(MOMENT.replace(day=10), usegmt=True)


@pytest.fixture
def server() -> Iterator[Newsroom]:
    with newsroom(PAGES) as running:
        yield running


def ask(server: Newsroom, host: str, path: str, headers: Mapping[str, str] | None = None) -> tuple[HTTPResponse, bytes]:
    connection = HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    try:
        connection.request("GET", path, headers={"Host": host, **(headers or {})})
        response = connection.getresponse()
        return response, response.read()
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("none_match", "since", "expected"),
    [
        (None, None, False),
        (PAGE.etag, None, True),
        (f"W/{PAGE.etag}", None, True),
        (f'"other", {PAGE.etag}', None, True),
        ("*", None, True),
        ('"other"', None, False),
        ('"other"', LATER, False),  # the tag decides, whatever the date says
        (PAGE.etag, EARLIER, True),
        (None, format_datetime(MOMENT, usegmt=True), True),
        (None, LATER, True),
        (None, EARLIER, False),
        (None, "kemarin sore", False),
        (None, "", False),
        (None, "Tue, 11 Mar 2025 08:42:00 -0000", False),  # says itself that its zone is unknown
    ],
)
def test_not_modified(none_match: str | None, since: str | None, expected: bool) -> None:
    assert not_modified(PAGE, none_match, since) is expected


def test_a_page_comes_whole_once_and_then_as_304(server: Newsroom) -> None:
    first, body = ask(server, HOST, PATH)
    assert (first.status, body) == (200, PAGES[HOST, PATH].body)
    for headers in ({"If-None-Match": first.headers["ETag"]}, {"If-Modified-Since": first.headers["Last-Modified"]}):
        again, nothing = ask(server, HOST, PATH, headers)
        assert (again.status, nothing, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    assert server.asked == [Asked(HOST, PATH, 200, False), Asked(HOST, PATH, 304, True), Asked(HOST, PATH, 304, True)]


def test_hosts_are_told_apart(server: Newsroom) -> None:
    bodies = {host: ask(server, host, "/")[1] for host in {host for host, _ in PAGES}}
    assert len(set(bodies.values())) == len(bodies)
    assert ask(server, "elsewhere.example", "/")[0].status == 404
    assert ask(server, f"{HOST}:{server.server_port}", PATH)[0].status == 200


def test_a_missing_page_says_so_even_to_a_conditional_request(server: Newsroom) -> None:
    assert ask(server, HOST, "/tidak-ada", {"If-None-Match": "*"})[0].status == 404


def test_one_connection_carries_many_requests(server: Newsroom) -> None:
    connection = HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    for headers in ({}, {"If-None-Match": PAGES[HOST, PATH].etag}, {}):
        connection.request("GET", PATH, headers={"Host": HOST, **headers})
        response = connection.getresponse()
        response.read()
        assert response.will_close is False
    connection.close()


def test_the_longest_page_is_over_the_crawlers_cap() -> None:
    sizes = sorted(len(page.body) for page in PAGES.values())
    assert sizes[-1] > 2_000_000 > 100_000 > sizes[-2]


def test_the_environment_leads_every_host_to_the_newsroom(server: Newsroom) -> None:
    environment = server.environment()
    assert environment["KABAR_FETCH_ALLOW"] == server.address
    pairs = dict(pair.split("=") for pair in environment["KABAR_FETCH_HOSTS"].split(","))
    assert pairs == {host: server.address for host, _ in PAGES}


@pytest.mark.parametrize("key", sorted(PAGES))
def test_every_link_to_the_newsroom_leads_somewhere(key: tuple[str, str]) -> None:
    host, _ = key
    links = re.findall(rf"http://{re.escape(host)}([^\"'<>?\s&;#]*)", PAGES[key].body.decode())
    assert {link for link in links if (host, link or "/") not in PAGES} == set()


def test_a_reader_that_hangs_up_does_no_harm(server: Newsroom, capfd: pytest.CaptureFixture[str]) -> None:
    host, path = max(PAGES, key=lambda key: len(PAGES[key].body))
    for _ in range(3):
        with socket.create_connection(("127.0.0.1", server.server_port), timeout=10) as hasty:
            hasty.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # close with a reset
            hasty.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
            assert hasty.recv(100).startswith(b"HTTP/1.1 200")
    assert ask(server, HOST, PATH)[0].status == 200
    assert capfd.readouterr().err == ""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from deploy.local.health import Health, read_health
from deploy.local.ports import free_port

GONE = Health(alive=False, ready=False, checks={})


@contextmanager
def answering(status: int, body: bytes) -> Iterator[int]:
    """A service that answers so on /health/ready: its port."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/health/ready" else 404)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(
    ("status", "body", "health"),
    [
        (200, b'{"ready":true,"checks":{"kafka":true}}', Health(ready=True, checks={"kafka": True})),
        (503, b'{"ready":false,"checks":{"kafka":false}}', Health(ready=False, checks={"kafka": False})),
        (200, b"<html>somebody else</html>", GONE),
        (500, b"oops", GONE),
        (200, b"[]", GONE),
    ],
)
async def test_health_is_what_the_service_says(status: int, body: bytes, health: Health) -> None:
    with answering(status, body) as port:
        assert await read_health({"store": port}) == {"store": health}


async def test_where_nobody_answers_nothing_is_alive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    with answering(200, b'{"ready":true,"checks":{}}') as port:
        said = await read_health({"up": port, "down": free_port()})
    assert said == {"up": Health(ready=True, checks={}), "down": GONE}

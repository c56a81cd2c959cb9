from __future__ import annotations

from collections.abc import Callable

import pytest

from deploy.local.health import Health, read_health
from deploy.local.ports import free_port
from tests.unit.answering import answering

GONE = Health(alive=False, ready=False, checks={})


def says(status: int, body: bytes) -> Callable[[str], tuple[int, bytes]]:
    """A service that answers so on /health/ready."""
    return lambda path: (status if path == "/health/ready" else 404, body)


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
    with answering(says(status, body)) as port:
        assert await read_health({"store": port}) == {"store": health}


async def test_where_nobody_answers_nothing_is_alive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    with answering(says(200, b'{"ready":true,"checks":{}}')) as port:
        said = await read_health({"up": port, "down": free_port()})
    assert said == {"up": Health(ready=True, checks={}), "down": GONE}

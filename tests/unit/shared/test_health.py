"""The health server, asked over real HTTP."""

from __future__ import annotations

import asyncio
import json
from http.client import HTTPConnection

import pytest

from shared.health import Check, HealthServer
from shared.telemetry import Metrics


def says(answer: bool) -> Check:
    async def check() -> bool:
        return answer

    return check


async def breaks() -> bool:
    raise ConnectionError("away")


async def hangs() -> bool:
    await asyncio.Event().wait()
    return True


def fetch(port: int, path: str, method: str = "GET") -> tuple[int, str]:
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request(method, path)
        response = connection.getresponse()
        return response.status, response.read().decode()
    finally:
        connection.close()


async def ask(health: HealthServer, path: str, method: str = "GET") -> tuple[int, str]:
    return await asyncio.to_thread(fetch, health.port, path, method)


async def test_a_service_is_live_before_it_is_ready() -> None:
    async with HealthServer(Metrics("store"), "127.0.0.1", 0) as health:
        assert await ask(health, "/health/live") == (200, '{"live":true}')
        assert await ask(health, "/health/ready") == (503, '{"ready":false,"checks":{}}')


@pytest.mark.parametrize(
    ("checks", "status", "answers"),
    [
        ({"kafka": says(True)}, 200, {"kafka": True}),
        ({"kafka": says(True), "store": says(True)}, 200, {"kafka": True, "store": True}),
        ({"kafka": says(True), "store": says(False)}, 503, {"kafka": True, "store": False}),
        ({"kafka": breaks, "store": says(True)}, 503, {"kafka": False, "store": True}),
    ],
)
async def test_ready_is_what_every_check_says(checks: dict[str, Check], status: int, answers: dict[str, bool]) -> None:
    metrics = Metrics("store")
    async with HealthServer(metrics, "127.0.0.1", 0) as health:
        health.watch(checks)
        got, text = await ask(health, "/health/ready")
        assert (got, json.loads(text)) == (status, {"ready": status == 200, "checks": answers})
        _, page = await ask(health, "/metrics")
        assert f'kabar_ready{{service="store"}} {float(status == 200)}' in page.splitlines()
        for check, well in answers.items():
            assert f'kabar_check{{check="{check}",service="store"}} {float(well)}' in page.splitlines()


async def test_a_check_that_hangs_says_no(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.health._PATIENCE", 0.01)
    async with HealthServer(Metrics("store"), "127.0.0.1", 0) as health:
        health.watch({"kafka": hangs})
        assert await health.readiness() == {"kafka": False}


async def test_what_is_watched_last_counts() -> None:
    async with HealthServer(Metrics("store"), "127.0.0.1", 0) as health:
        health.watch({"kafka": says(True)})
        health.watch({})
        assert (await ask(health, "/health/ready"))[0] == 503


async def test_metrics_are_those_of_the_service() -> None:
    metrics = Metrics("crawler")
    metrics.received("kabar.crawl.requested")
    async with HealthServer(metrics, "127.0.0.1", 0) as health:
        status, page = await ask(health, "/metrics")
    assert status == 200
    assert 'kabar_messages_received_total{service="crawler",topic="kabar.crawl.requested"} 1.0' in page.splitlines()


@pytest.mark.parametrize("path", ["/", "/health", "/health/live/", "/health/../metrics", "/%00", "/metrics%2f..", "/docs"])
async def test_nothing_else_is_there(path: str) -> None:
    async with HealthServer(Metrics("store"), "127.0.0.1", 0) as health:
        assert (await ask(health, path))[0] == 404


async def test_it_survives_what_is_no_http() -> None:
    async with HealthServer(Metrics("store"), "127.0.0.1", 0) as health:
        reader, writer = await asyncio.open_connection("127.0.0.1", health.port)
        writer.write(b"\x16\x03\x01 not http\r\n\r\n")
        await reader.read()
        writer.close()
        await writer.wait_closed()
        assert (await ask(health, "/health/live"))[0] == 200


async def test_its_port_is_free_again_when_it_ends() -> None:
    async with HealthServer(Metrics("store"), "127.0.0.1", 0) as health:
        port = health.port
    async with HealthServer(Metrics("store"), "127.0.0.1", port) as again:
        assert again.port == port
        assert (await ask(again, "/health/live"))[0] == 200

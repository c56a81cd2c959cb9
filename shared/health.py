"""/health/live, /health/ready and /metrics of a service, over HTTP."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from types import TracebackType
from typing import Any

import orjson
import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from shared.telemetry import Metrics

Check = Callable[[], Awaitable[bool]]
_PATIENCE = 3.0


class HealthServer:
    """Live as long as the loop turns; ready while every watched check says yes (none watched: not ready)."""

    def __init__(self, metrics: Metrics, host: str, port: int) -> None:
        self._metrics, self._host, self._port = metrics, host, port
        self._checks: Mapping[str, Check] = {}
        self.port = 0

    def watch(self, checks: Mapping[str, Check]) -> None:
        """From now on readiness is what these say."""
        self._checks = checks

    async def __aenter__(self) -> HealthServer:
        sock = socket.create_server((self._host, self._port))
        self.port = sock.getsockname()[1]
        config = uvicorn.Config(self._answer, interface="asgi3", log_config=None, access_log=False, lifespan="off", loop="none", ws="none")
        self._server = _Server(config)
        self._task = asyncio.create_task(self._server.serve(sockets=[sock]))
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._server.should_exit = True
        await self._task

    async def readiness(self) -> dict[str, bool]:
        """Each check's answer now; one that raises or takes over 3 s says no."""
        names = list(self._checks)
        answers = await asyncio.gather(*(_ask(self._checks[name]) for name in names))
        said = dict(zip(names, answers, strict=True))
        self._metrics.ready(said)
        return said

    async def _answer(self, scope: MutableMapping[str, Any], _receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        status, kind, body = await self._page(scope["path"])
        await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", kind.encode())]})
        await send({"type": "http.response.body", "body": body})

    async def _page(self, path: str) -> tuple[int, str, bytes]:
        match path:
            case "/health/live":
                return 200, "application/json", b'{"live":true}'
            case "/health/ready":
                checks = await self.readiness()
                ready = bool(checks) and all(checks.values())
                return 200 if ready else 503, "application/json", orjson.dumps({"ready": ready, "checks": checks})
            case "/metrics":
                await self.readiness()
                return 200, CONTENT_TYPE_LATEST, generate_latest(self._metrics.registry)
            case _:
                return 404, "application/json", b'{"error":"not found"}'


class _Server(uvicorn.Server):
    """Signals belong to the service, not to its health server."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def _ask(check: Check) -> bool:
    try:
        return await asyncio.wait_for(check(), _PATIENCE)
    except Exception:
        return False

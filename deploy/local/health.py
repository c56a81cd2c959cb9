"""Are the services of a running stack well."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.request import ProxyHandler, build_opener

from pydantic import BaseModel, ConfigDict, ValidationError

_PATIENCE = 5.0
_LOOK_AGAIN = 0.2


class Health(BaseModel):
    """What a service says of itself; `alive` is false where no service answers."""

    model_config = ConfigDict(frozen=True)

    alive: bool = True
    ready: bool
    checks: dict[str, bool]


_GONE = Health(alive=False, ready=False, checks={})


async def read_health(services: Mapping[str, int]) -> dict[str, Health]:
    """Name → port in, name → health out."""
    answers = await asyncio.gather(*(asyncio.to_thread(_ask, port) for port in services.values()))
    return dict(zip(services, answers, strict=True))


async def until_ready(services: Mapping[str, int]) -> None:
    """Return when every service says it is ready."""
    while not all(health.ready for health in (await read_health(services)).values()):  # noqa: ASYNC110 — other processes' doing
        await asyncio.sleep(_LOOK_AGAIN)


def _ask(port: int) -> Health:
    """Somebody else may have the port by now, and say anything."""
    try:
        return Health.model_validate_json(_read(f"http://127.0.0.1:{port}/health/ready"))
    except (OSError, HTTPException, ValidationError):
        return _GONE


def _read(url: str) -> bytes:
    # No proxy of the environment between us and loopback.
    opener = build_opener(ProxyHandler({}))
    try:
        with opener.open(url, timeout=_PATIENCE) as answer:
            return bytes(answer.read())
    except HTTPError as unready:
        with unready:
            return unready.read()

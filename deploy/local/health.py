"""Are the services of a running stack well."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.request import ProxyHandler, build_opener

from pydantic import BaseModel, ConfigDict

_PATIENCE = 5.0
_LOOK_AGAIN = 0.2
_MOST_BYTES = 4_000_000


class Health(BaseModel):
    """What a service says of itself; `alive` is false where no service answers."""

    model_config = ConfigDict(frozen=True)

    alive: bool = True
    ready: bool
    checks: dict[str, bool]


_GONE = Health(alive=False, ready=False, checks={})


async def read_health(services: Mapping[str, int]) -> dict[str, Health]:
    """Name → port in, name → health out."""
    answers = await asyncio.gather(*(asyncio.to_thread(ask_health, f"http://127.0.0.1:{port}/health/ready") for port in services.values()))
    return dict(zip(services, answers, strict=True))


async def until_ready(services: Mapping[str, int]) -> None:
    """Return when every service says it is ready."""
    while not all(health.ready for health in (await read_health(services)).values()):  # noqa: ASYNC110 — other processes' doing
        await asyncio.sleep(_LOOK_AGAIN)


def ask_health(url: str) -> Health:
    """What the service at this /health/ready says. Somebody else may have the port by now, and say anything."""
    try:
        return Health.model_validate_json(read_page(url))
    except (OSError, HTTPException, ValueError):
        return _GONE


def read_page(url: str) -> bytes:
    """A page of a service, whatever its status; cut after some megabytes. Raises `OSError`, `HTTPException` or `ValueError` (no URL)."""
    # No proxy of the environment between us and our services.
    opener = build_opener(ProxyHandler({}))
    try:
        with opener.open(url, timeout=_PATIENCE) as answer:
            return bytes(answer.read(_MOST_BYTES))
    except HTTPError as unready:
        with unready:
            return unready.read(_MOST_BYTES)

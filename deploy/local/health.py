"""Are the services of a running stack well."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.error import HTTPError
from urllib.request import ProxyHandler, build_opener

_PATIENCE = 5.0
_LOOK_AGAIN = 0.2


@dataclass(frozen=True)
class Health:
    """What a service says of itself; `alive` is false where nobody answers."""

    alive: bool
    ready: bool = False
    checks: Mapping[str, bool] = field(default_factory=dict)


async def read_health(services: Mapping[str, int]) -> dict[str, Health]:
    """Name → port in, name → health out."""
    answers = await asyncio.gather(*(asyncio.to_thread(_ask, port) for port in services.values()))
    return dict(zip(services, answers, strict=True))


async def until_ready(services: Mapping[str, int]) -> None:
    """Return when every service says it is ready."""
    while not all(health.ready for health in (await read_health(services)).values()):  # noqa: ASYNC110 — other processes' doing
        await asyncio.sleep(_LOOK_AGAIN)


def _ask(port: int) -> Health:
    # No proxy of the environment between us and loopback.
    opener = build_opener(ProxyHandler({}))
    try:
        with opener.open(f"http://127.0.0.1:{port}/health/ready", timeout=_PATIENCE) as answer:
            said = json.load(answer)
    except HTTPError as unready:
        with unready:
            said = json.load(unready)
    except (OSError, ValueError):
        return Health(alive=False)
    return Health(alive=True, ready=said["ready"], checks=said["checks"])

"""Connecting to Kafka, brought to its end also by who is cancelled meanwhile: aiokafka loses a connection it is cancelled on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from shared.kafka_errors import kafka_errors


async def connect(*starts: Callable[[], Awaitable[object]]) -> None:
    """One after the other. Raises `Outage`; the clients are to be closed whatever is raised."""
    attempt = asyncio.create_task(_all(starts))
    try:
        with kafka_errors():
            await asyncio.shield(attempt)
    except asyncio.CancelledError:
        await asyncio.gather(attempt, return_exceptions=True)
        raise


async def _all(starts: tuple[Callable[[], Awaitable[object]], ...]) -> None:
    for start in starts:
        await start()

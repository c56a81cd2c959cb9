"""One message from outside the services: a request to the crawler."""

from __future__ import annotations

import asyncio
import secrets

from shared.broker import Broker
from shared.lifecycle import Runtime
from shared.messages import CrawlRequested
from shared.outcomes import Outage
from shared.settings import Settings
from shared.telemetry import Metrics, start_logging

_LONGEST = 30.0


async def ask_for(request: CrawlRequested, settings: Settings) -> None:
    """Put the request where the crawler takes it from. Raises `Outage` while Kafka is away."""
    run = Runtime("kabar", settings, start_logging("kabar", "error"), Metrics("kabar"))
    broker = Broker(run)
    try:
        async with asyncio.timeout(_LONGEST), broker.running():
            await broker.publish(request, f"cor_{secrets.token_hex(10)}")
    except TimeoutError:
        raise Outage("kafka_away", detail=f"no answer from {settings.kafka} within {_LONGEST:.0f} s") from None

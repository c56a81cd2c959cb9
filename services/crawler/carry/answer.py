"""What a carrier brings, and its bounds, whichever protocol it speaks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

IDLE_SECONDS = 15.0
"""How long a connection is kept for the next request."""

LONGEST_CONNECT = 10.0
"""Seconds for name, connection and TLS together."""

LONGEST_HEADER = 8_190
"""Bytes of one header's value: aiohttp reads no longer ones, and a Location cut shorter would be another address."""


@dataclass(frozen=True)
class Carried:
    """One answer as it came over the wire, header names in small letters; `raw` is the body, at most one byte over the cap."""

    status: int
    headers: Mapping[str, str]
    raw: bytes

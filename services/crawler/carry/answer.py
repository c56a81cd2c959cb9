"""What a carrier brings, and its bounds, whichever protocol it speaks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

IDLE_SECONDS = 15.0
"""How long a connection is kept for the next request."""

LONGEST_CONNECT = 10.0
"""Seconds for name, connection and TLS together."""

LONGEST_READ, LONGEST_HEADER = 32_768, 8_190
"""Bytes of one header's value that are read: policies of 20 kB are about. And kept: what we use is short."""


@dataclass(frozen=True)
class Carried:
    """One answer as it came over the wire, header names in small letters; `raw` is the body, at most one byte over the cap."""

    status: int
    headers: Mapping[str, str]
    raw: bytes


def has_page(status: int) -> bool:
    """Is the body what was asked for. Of a redirect or an error it is of no use, so nothing in it can be wrong."""
    return 200 <= status < 300

"""Names of traces and spans: from a correlation id, and as W3C Trace Context writes them in a header. Pure."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

_CORRELATION = re.compile(r"[a-z]{3}_([0-9a-f]{20})")
_TRACEPARENT = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})")


@dataclass(frozen=True)
class Parent:
    """A span that others go on from; `sampled`: it is one of those that are kept."""

    trace_id: int
    span_id: int
    sampled: bool

    def __str__(self) -> str:
        """As a `traceparent`."""
        return f"00-{self.trace_id:032x}-{self.span_id:016x}-{self.sampled:02x}"


def parent_of(header: str | None) -> Parent | None:
    """What a `traceparent` says; None for anything but a right one of version 00."""
    found = _TRACEPARENT.fullmatch(header or "")
    if found is None or not int(found[1], 16) or not int(found[2], 16):
        return None
    return Parent(int(found[1], 16), int(found[2], 16), bool(int(found[3], 16) & 1))


def trace_id_of(correlation_id: str) -> int:
    """Of `cor_` and twenty digits these digits, with zeros before them; of anything else a hash. Never zero, which is none."""
    found = _CORRELATION.fullmatch(correlation_id)
    digest = hashlib.sha256(correlation_id.encode("utf-8", "replace")).hexdigest()
    return (int(found[1], 16) if found else 0) or int(digest[:32], 16)

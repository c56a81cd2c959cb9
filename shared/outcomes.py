"""The two ways a step can fail to deliver, and nothing else.

A step raises `Reject` for what can never become valid (the input is at fault) and `Retry` for what may
work later (the world is at fault). `Outage` is the `Retry` of a whole dependency: the broker or the document
store is away, so every message would fail alike and giving up on one of them would be wrong.
Any other exception is a defect; the delivery layer retries it a few times and then dead-letters it by name.
"""

from __future__ import annotations

import re

_REASON = re.compile(r"[a-z][a-z0-9_]{2,47}\Z")


class Reject(Exception):
    """This input will never be valid. Counted and dead-lettered under `reason`.

    `reason` is a short snake_case name (a metric label, so never page data); `detail` is for people.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        if not _REASON.match(reason):
            raise ValueError(f"a reason is a short snake_case name, not {reason!r}")
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail


class Retry(Exception):
    """Not now. Tried again after `after` seconds at least, a bounded number of times."""

    def __init__(self, reason: str, *, after: float = 1.0, detail: str = "") -> None:
        if not _REASON.match(reason):
            raise ValueError(f"a reason is a short snake_case name, not {reason!r}")
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.after = after
        self.detail = detail


class Outage(Retry):
    """Everything this step depends on is away. Tried again for as long as it takes; readiness is red meanwhile."""


def reason_of(error: Exception) -> str:
    """The name an error is counted under: its own reason, or `unexpected_error` for a defect."""
    return error.reason if isinstance(error, Reject | Retry) else "unexpected_error"

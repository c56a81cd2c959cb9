"""What can go wrong with the local stack, each said in one sentence to a person."""

from __future__ import annotations

from collections.abc import Callable

from shared.outcomes import Retry

Say = Callable[[str], None]
"""Tells a person one sentence."""


class StackFailure(Exception):
    """The stack cannot do what was asked; the message is one sentence."""


class Missing(StackFailure):
    """Something must be installed first; the message says what, and how."""


class Unreachable(StackFailure):
    """A server that should be there does not answer."""


def unreachable(away: Retry) -> Unreachable:
    """What a person is told of a server that is away, or refuses us."""
    if away.reason.startswith("archive"):
        return Unreachable(f"The kept pages cannot be reached: {away.detail.rstrip('.')}.")
    server = "Kafka" if away.reason.startswith("kafka") else "The document store"
    # pymongo adds its whole picture of the cluster to what is wrong.
    return Unreachable(f"{server} cannot be reached: {away.detail.split(' (configured timeouts', 1)[0].rstrip('.')}.")


class InUse(StackFailure):
    """Another process holds the folder."""

"""What can go wrong with the local stack, each said in one sentence to a person."""

from __future__ import annotations

from collections.abc import Callable

Say = Callable[[str], None]
"""Tells a person one sentence."""


class StackFailure(Exception):
    """The stack cannot do what was asked; the message is one sentence."""


class Missing(StackFailure):
    """Something must be installed first; the message says what, and how."""


class Unreachable(StackFailure):
    """A server that should be there does not answer."""


class InUse(StackFailure):
    """Another process holds the folder."""

"""What a check has found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum


class Level(IntEnum):
    """The worst is the greatest."""

    ok = 0
    warning = 1
    """It works, and somebody should look at it."""
    failure = 2
    """It does not work, or will lose something."""


@dataclass(frozen=True)
class Finding:
    """One sentence of what is, and one of what to do about it (empty: nothing)."""

    check: str
    level: Level
    says: str
    do: str = ""


def ok(check: str, says: str) -> Finding:
    return Finding(check, Level.ok, says)


def warning(check: str, says: str, do: str) -> Finding:
    return Finding(check, Level.warning, says, do)


def failure(check: str, says: str, do: str) -> Finding:
    return Finding(check, Level.failure, says, do)


def worst(findings: Iterable[Finding]) -> Level:
    """Of none: ok."""
    return max((finding.level for finding in findings), default=Level.ok)


def listed(names: Iterable[str], most: int = 5) -> str:
    """The first of them, and how many more there are."""
    every = list(names)
    rest = f" and {len(every) - most} more" if len(every) > most else ""
    return ", ".join(every[:most]) + rest

"""Titles before and after a person's name: what they look like, and how they are listed. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Titles:
    """What lang/*/titles.toml says. `degree` matches one title after a name, with or without its stops and spaces."""

    address: frozenset[str]
    prefixes: frozenset[str]
    ranks: frozenset[str]
    corps: frozenset[str]
    degree: re.Pattern[str]

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Titles:
        return cls(
            address=frozenset(data["address"]),
            prefixes=frozenset(data["prefixes"]),
            ranks=frozenset(data["ranks"]),
            corps=frozenset(data["corps"]),
            degree=re.compile(rf"(?:{'|'.join(_spelling(row) for row in sorted(data['degrees'], key=len, reverse=True))})(?!\w)\.?"),
        )


def _spelling(degree: str) -> str:
    """ "M.Si" is written "M. Si", "MSi", "M Si", "M.SI" too."""
    parts = degree.split(".")
    return r"(?:\.\s?|\s)?".join(
        part if len(part) < 2 else f"(?:{'|'.join(re.escape(way) for way in dict.fromkeys((part, part.upper(), part.lower())))})"
        for part in parts
    )

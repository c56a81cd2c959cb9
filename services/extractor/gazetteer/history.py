"""The codes that were in force before today's: the provinces of Papua were divided, and their kabupaten renumbered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path


@dataclass(frozen=True)
class FormerCodes:
    """`codes`: today's code → (former code, first day it was no longer in force), earliest first."""

    codes: Mapping[str, tuple[tuple[str, date], ...]]

    def then(self, code: str, day: date | None) -> str | None:
        """The code of a kabupaten/kota on a day, where it was another than today's."""
        return next((former for former, until in self.codes.get(code, ()) if day and day < until), None)

    def once_in(self, kabkota: str, provinsi: str) -> bool:
        """Has the kabupaten/kota ever belonged to that province? Pages older than the division call Mimika a part of Papua."""
        return kabkota[:2] == provinsi or any(former[:2] == provinsi for former, _ in self.codes.get(kabkota, ()))


def load_former_codes(file: Path) -> FormerCodes:
    codes: dict[str, list[tuple[str, date]]] = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        code, former, until = line.split("\t")
        codes.setdefault(code, []).append((former, date.fromisoformat(until)))
    return FormerCodes({code: tuple(sorted(rows, key=lambda row: row[1])) for code, rows in codes.items()})

"""One row of the register of regions."""

from __future__ import annotations

import re
from typing import NamedTuple

_KIND_WORDS = re.compile(r"^(?:Kabupaten|Kota|Provinsi)(?: Administrasi)? ")


class Region(NamedTuple):
    """A code's length tells its level: 2 province, 5 kabupaten/kota, 8 kecamatan, 13 desa."""

    code: str
    name: str
    lat: float | None
    lon: float | None

    @property
    def bare(self) -> str:
        """The name without "Kabupaten" or "Kota"."""
        return _KIND_WORDS.sub("", self.name)

    @property
    def is_city(self) -> bool:
        """Kota are numbered from 71 within their province."""
        return self.level == "kota"

    @property
    def level(self) -> str:
        """Which of provinsi, kabupaten, kota, kecamatan, desa this is."""
        if len(self.code) == 5:
            return "kota" if self.code[3] == "7" else "kabupaten"
        return {2: "provinsi", 8: "kecamatan"}.get(len(self.code), "desa")


def read_row(line: str) -> Region:
    code, name, lat, lon = line.split("\t")
    return Region(code, name, float(lat) if lat else None, float(lon) if lon else None)

"""Build the gazetteer's compact files from a checkout of the register of regions.

    python -m services.extractor.gazetteer.build ../shared/wilayah

Reads `wilayah.tsv` (kode, nama), `centroids.tsv` (kode, nama, lat, lng) and the older registers; writes beside this file
`regions.tsv.zst` (provinces, kabupaten/kota, kecamatan: code, name, latitude, longitude, sorted by code), `desa.tsv.zst` (the same,
sorted by the name's key) and `former_codes.tsv` (today's code, former code, first day it was no longer in force).
The same input gives the same bytes.
"""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Iterable
from pathlib import Path

import zstandard

from services.extractor.gazetteer.names import name_key

HERE = Path(__file__).parent
# Four decimals of a degree are eleven metres: more than a centroid means.
DECIMALS = 4
Row = tuple[str, str, str, str]
# Each older register and the day of the decree that replaced it: 100.1.1-6117/2022 and 300.2.2-2138/2025.
OLDER = (("kabkota_2020.tsv", "2022-11-09"), ("kabkota_2023.tsv", "2025-04-25"))
_KABUPATEN = re.compile(r"^(?:KABUPATEN|KAB\.?) ")


def read_rows(source: Path) -> list[Row]:
    """Every region of the register with its centroid where one is known, sorted by code."""
    points = {code: (_short(lat), _short(lon)) for code, _, lat, lon in _table(source / "centroids.tsv")}
    rows = [(code, " ".join(name.split()), *points.get(code, ("", ""))) for code, name in _table(source / "wilayah.tsv")]
    return sorted(set(rows))


def former_codes(source: Path, rows: Iterable[Row]) -> list[tuple[str, str, str]]:
    """Every kabupaten/kota that an older register had under another code, with the last such day's morrow, sorted."""
    last: dict[tuple[str, str], str] = {}
    older = [({_plain(name): code for code, name in _table(source / file)}, until) for file, until in OLDER]
    for code, name, _, _ in rows:
        for codes, until in older:
            former = codes.get(_plain(name), code) if len(code) == 5 else code
            if former != code:
                last[code, former] = until
    return sorted((code, former, until) for (code, former), until in last.items())


def write_rows(rows: Iterable[Row], target: Path) -> None:
    text = "".join("\t".join(row) + "\n" for row in rows)
    target.write_bytes(zstandard.ZstdCompressor(level=19, write_checksum=True).compress(text.encode()))


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or not (Path(arguments[0]) / "wilayah.tsv").is_file():
        print("Name the folder that holds wilayah.tsv and centroids.tsv.", file=sys.stderr)  # noqa: T201
        return 2
    rows = read_rows(Path(arguments[0]))
    write_rows((row for row in rows if len(row[0]) <= 8), HERE / "regions.tsv.zst")
    write_rows(sorted((row for row in rows if len(row[0]) > 8), key=lambda row: (name_key(row[1]), row[0])), HERE / "desa.tsv.zst")
    lines = ("\t".join(row) + "\n" for row in former_codes(Path(arguments[0]), rows))
    (HERE / "former_codes.tsv").write_text("".join(lines), encoding="utf-8", newline="\n")
    return 0


def _table(file: Path) -> list[list[str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))[1:]


def _plain(name: str) -> str:
    """Kabupaten and kota of one name apart, however the register abbreviates."""
    return _KABUPATEN.sub("kabupaten", name.upper()).replace(" ", "")


def _short(degrees: str) -> str:
    return f"{float(degrees):.{DECIMALS}f}".rstrip("0").rstrip(".")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

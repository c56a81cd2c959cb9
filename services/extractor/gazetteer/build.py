"""Build the gazetteer's compact files from a checkout of the register of regions.

    python -m services.extractor.gazetteer.build ../shared/wilayah

Reads `wilayah.tsv` (kode, nama) and `centroids.tsv` (kode, nama, lat, lng); writes `regions.tsv.zst` (provinces,
kabupaten/kota, kecamatan) and `desa.tsv.zst` beside this file: code, name, latitude, longitude, sorted by code.
The same input gives the same bytes.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable
from pathlib import Path

import zstandard

HERE = Path(__file__).parent
# Four decimals of a degree are eleven metres: more than a centroid means.
DECIMALS = 4
Row = tuple[str, str, str, str]


def read_rows(source: Path) -> list[Row]:
    """Every region of the register with its centroid where one is known, sorted by code."""
    points = {code: (_short(lat), _short(lon)) for code, _, lat, lon in _table(source / "centroids.tsv")}
    rows = [(code, " ".join(name.split()), *points.get(code, ("", ""))) for code, name in _table(source / "wilayah.tsv")]
    return sorted(set(rows))


def write_rows(rows: Iterable[Row], target: Path) -> None:
    text = "".join("\t".join(row) + "\n" for row in rows)
    target.write_bytes(zstandard.ZstdCompressor(level=19, write_checksum=True).compress(text.encode()))


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or not (Path(arguments[0]) / "wilayah.tsv").is_file():
        print("Name the folder that holds wilayah.tsv and centroids.tsv.", file=sys.stderr)  # noqa: T201
        return 2
    rows = read_rows(Path(arguments[0]))
    write_rows((row for row in rows if len(row[0]) <= 8), HERE / "regions.tsv.zst")
    write_rows((row for row in rows if len(row[0]) > 8), HERE / "desa.tsv.zst")
    return 0


def _table(file: Path) -> list[list[str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))[1:]


def _short(degrees: str) -> str:
    return f"{float(degrees):.{DECIMALS}f}".rstrip("0").rstrip(".")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

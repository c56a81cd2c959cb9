"""The register of Indonesian regions: codes, names, centroids, and where a text names one. Frozen data, loaded once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import zstandard
from ahocorasick_rs import AhoCorasick, MatchKind

HERE = Path(__file__).parent
_KIND_WORDS = re.compile(r"^(?:Kabupaten|Kota|Provinsi)(?: Administrasi)? ")
_MOST_BYTES = 20_000_000


class Region(NamedTuple):
    """One row of the register. A code's length tells its level: 2 province, 5 kabupaten/kota, 8 kecamatan, 13 desa."""

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


class Hit(NamedTuple):
    """A name of provinces or kabupaten/kota in a text, and every region that bears it."""

    start: int
    end: int
    codes: tuple[str, ...]
    is_seat: bool


@dataclass(frozen=True)
class Gazetteer:
    """`named`: folded name → codes. `seats`: names that are a capital's, not the region's own."""

    regions: Mapping[str, Region]
    iso: Mapping[str, str]
    named: Mapping[str, tuple[str, ...]]
    seats: frozenset[str]
    districts: Mapping[str, tuple[str, ...]]

    @cached_property
    def _names(self) -> tuple[list[str], AhoCorasick]:
        names = sorted(self.named)
        return names, AhoCorasick(names, matchkind=MatchKind.LeftmostLongest)

    @cached_property
    def _desa(self) -> bytes:
        return _unpack(HERE / "desa.tsv.zst")

    def find(self, text: str) -> Iterator[Hit]:
        """Every province and kabupaten/kota named in the text, in order; whole words that begin with a capital."""
        names, automaton = self._names
        for index, start, end in automaton.find_matches_as_indexes(fold(text)):
            if text[start].isupper() and _is_word(text, start, end):
                yield Hit(start, end, self.named[names[index]], names[index] in self.seats)

    def kecamatan(self, name: str) -> tuple[str, ...]:
        """The codes of every kecamatan of that name."""
        return self.districts.get(fold(name), ())

    def desa(self, name: str, within: str) -> str | None:
        """The code of the one desa or kelurahan of that name in a region, if there is exactly one."""
        pattern = rf"^({re.escape(within)}[\d.]*)\t{re.escape(name)}\t".encode()
        found = {match[1].decode() for match in re.finditer(pattern, self._desa, re.M | re.I)}
        return found.pop() if len(found) == 1 else None


def load_gazetteer(aliases: Path) -> Gazetteer:
    """The gazetteer of this folder, with a language's own names for regions. About 0.1 s."""
    regions = {row.code: row for row in _rows(_unpack(HERE / "regions.tsv.zst"))}
    others = [line.split("\t") for line in aliases.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    own = [(name, region.code) for region in regions.values() if len(region.code) <= 5 for name in _spellings(region.bare)]
    return Gazetteer(
        regions=regions,
        iso=dict(line.split("\t") for line in (HERE / "provinces.tsv").read_text(encoding="utf-8").splitlines()),
        named=_grouped([*own, *((name, code) for name, code, _ in others)]),
        seats=frozenset(fold(name) for name, _, kind in others if kind == "seat"),
        districts=_grouped((region.name, region.code) for region in regions.values() if len(region.code) == 8),
    )


def fold(text: str) -> str:
    """Lower case of the same length, so that offsets stay: the few letters that would grow are left."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def _spellings(name: str) -> Iterator[str]:
    """ "Bandar Lampung" is written "Bandarlampung" too, "Toli-Toli" "Tolitoli"."""
    yield name
    joined = name.replace(" ", "").replace("-", "")
    if joined != name and len(joined) >= 8:
        yield joined
    if name.startswith("Kep. "):
        yield name.replace("Kep.", "Kepulauan", 1)


def _is_word(text: str, start: int, end: int) -> bool:
    """Is it no part of a longer word? A site that loses spaces at links writes "KabupatenTuban": that capital begins a word."""
    before, after = text[start - 1 : start], text[end : end + 1]
    return (not before.isalnum() or before.islower()) and not after.isalnum()


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    out: dict[str, list[str]] = {}
    for name, code in pairs:
        codes = out.setdefault(fold(name), [])
        if code not in codes:
            codes.append(code)
    return {name: tuple(codes) for name, codes in out.items()}


def _rows(table: bytes) -> Iterator[Region]:
    for line in table.decode().splitlines():
        code, name, lat, lon = line.split("\t")
        yield Region(code, name, float(lat) if lat else None, float(lon) if lon else None)


def _unpack(file: Path) -> bytes:
    return zstandard.ZstdDecompressor().decompress(file.read_bytes(), max_output_size=_MOST_BYTES)

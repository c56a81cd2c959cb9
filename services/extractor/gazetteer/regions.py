"""The register of Indonesian regions: codes, names, centroids, and where a text names one. Frozen data, loaded once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import zstandard
from ahocorasick_rs import AhoCorasick, MatchKind

from services.extractor.gazetteer.desa import DesaTable
from services.extractor.gazetteer.history import FormerCodes, load_former_codes
from services.extractor.gazetteer.names import fold, name_key
from services.extractor.gazetteer.region import Region, read_row

HERE = Path(__file__).parent
_CUT_BY_BRACKETS = re.compile(r"\s?\([A-Z]\w+\)\s([A-Z][a-z]+)")
_MOST_BYTES = 20_000_000


class Hit(NamedTuple):
    """A name of provinces or kabupaten/kota in a text, and every region that bears it."""

    start: int
    end: int
    codes: tuple[str, ...]
    is_seat: bool


@dataclass(frozen=True)
class Gazetteer:
    """`named`: folded name → codes, "-" where it names no region. `seats`: names that are a capital's, not the region's own.

    `districts`: a kecamatan's key → codes.
    """

    regions: Mapping[str, Region]
    iso: Mapping[str, str]
    named: Mapping[str, tuple[str, ...]]
    seats: frozenset[str]
    districts: Mapping[str, tuple[str, ...]]
    desa: DesaTable
    former: FormerCodes

    @cached_property
    def _names(self) -> tuple[list[str], AhoCorasick]:
        names = sorted(self.named)
        return names, AhoCorasick(names, matchkind=MatchKind.LeftmostLongest)

    def find(self, text: str) -> Iterator[Hit]:
        """Every province and kabupaten/kota named in the text, in order; whole words that begin with a capital."""
        names, automaton = self._names
        past = 0
        for index, start, end in automaton.find_matches_as_indexes(fold(text)):
            if start >= past and text[start].isupper() and _is_word(text, start, end) and self.named[names[index]] != ("-",):
                hit = self._past_brackets(text, names[index], start, end)
                past = hit.end
                yield hit

    def _past_brackets(self, text: str, name: str, start: int, end: int) -> Hit:
        """The region of that name, or the longer one that an abbreviation cuts in two: "Ogan Komering Ulu (OKU) Timur"."""
        further = _CUT_BY_BRACKETS.match(text, end)
        longer = f"{name} {further[1].lower()}" if further else ""
        if further and longer in self.named:
            return Hit(start, further.end(), self.named[longer], longer in self.seats)
        return Hit(start, end, self.named[name], name in self.seats)

    def kecamatan(self, name: str) -> tuple[str, ...]:
        """The codes of every kecamatan of that name."""
        return self.districts.get(name_key(name), ())


def load_gazetteer(aliases: Path) -> Gazetteer:
    """The gazetteer of this folder, with a language's own names for regions. About 0.1 s."""
    regions = {row.code: row for row in map(read_row, _unpack(HERE / "regions.tsv.zst").decode().splitlines())}
    others = [line.split("\t") for line in aliases.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    own = [(name, region.code) for region in regions.values() if len(region.code) <= 5 for name in _spellings(region.bare)]
    return Gazetteer(
        regions=regions,
        iso=dict(line.split("\t") for line in (HERE / "provinces.tsv").read_text(encoding="utf-8").splitlines()),
        named=_grouped([*own, *((name, code) for name, code, _ in others)], fold),
        seats=frozenset(fold(name) for name, _, kind in others if kind == "seat"),
        districts=_grouped(((region.name, region.code) for region in regions.values() if len(region.code) == 8), name_key),
        desa=DesaTable(_unpack(HERE / "desa.tsv.zst")),
        former=load_former_codes(HERE / "former_codes.tsv"),
    )


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


def _grouped(pairs: Iterable[tuple[str, str]], key: Callable[[str], str]) -> dict[str, tuple[str, ...]]:
    out: dict[str, list[str]] = {}
    for name, code in pairs:
        codes = out.setdefault(key(name), [])
        if code not in codes:
            codes.append(code)
    return {name: tuple(codes) for name, codes in out.items()}


def _unpack(file: Path) -> bytes:
    return zstandard.ZstdDecompressor().decompress(file.read_bytes(), max_output_size=_MOST_BYTES)

"""Phrases that say where: "di Aula Hotel X, Desa Y, Kecamatan Z, Kabupaten W" → its parts. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from services.extractor.event.place_words import PlaceWords
from services.extractor.event.venue import venue_end
from services.extractor.gazetteer.names import fold
from services.extractor.gazetteer.regions import Gazetteer, Hit

_MOST_PARTS = 9
_UNITS = ("kecamatan", "desa", "dusun")


class Kind(StrEnum):
    """What a part of a phrase is; `bare` is a name without a word for its level, `region` a province or kabupaten/kota."""

    venue = "venue"
    dusun = "dusun"
    desa = "desa"
    kecamatan = "kecamatan"
    bare = "bare"
    region = "region"


class Lead(StrEnum):
    """What a phrase begins with: a word like "di", a verb that reaches a place, or nothing but the unit's own word."""

    at = "at"
    reached = "reached"
    none = "none"


@dataclass(frozen=True)
class Part:
    kind: Kind
    start: int
    end: int
    name: str


@dataclass(frozen=True)
class Phrase:
    """`lead_at` is where the word before the phrase begins, `start` and `end` are those of its parts."""

    lead: Lead
    lead_word: str
    lead_at: int
    parts: tuple[Part, ...]

    @property
    def start(self) -> int:
        return self.parts[0].start

    @property
    def end(self) -> int:
        return max(part.end for part in self.parts)

    def first(self, *kinds: Kind) -> Part | None:
        return next((part for kind in kinds for part in self.parts if part.kind is kind), None)


@dataclass(frozen=True)
class Reader:
    """Reads parts of phrases in one body. `hits`: the provinces and kabupaten/kota named, by where their names begin."""

    body: str
    hits: Mapping[int, Hit]
    gazetteer: Gazetteer
    words: PlaceWords

    def phrases(self) -> Iterator[Phrase]:
        """Every phrase of the body in order, none within another."""
        done = 0
        for lead_at, start, lead in self._leads():
            parts, past = self._parts(start) if start >= done else ((), done)
            if parts:
                yield Phrase(lead, self.body[lead_at:start].strip().lower(), lead_at, parts)
                done = past

    def _leads(self) -> Iterator[tuple[int, int, Lead]]:
        """Where a phrase may begin: the place of the word that leads to it, the place behind that, and what it is."""
        words = self.words.parts
        for at in words.spots.find(fold(self.body)):
            if words.unit_word.match(self.body, at):
                yield at, at, Lead.none
            if match := words.introducer.match(self.body, at):
                yield at, match.end(), Lead.at
            elif match := words.reaching.match(self.body, at):
                yield at, match.end(), Lead.reached

    def _parts(self, at: int) -> tuple[tuple[Part, ...], int]:
        """The parts from there on, one behind the other, and where what was read ends."""
        parts: list[Part] = []
        past = at
        while len(parts) < _MOST_PARTS and (part := self._part(at, bool(parts))):
            parts += [part, *self._within(part)]
            past = self._past_others(part)
            joint = self.words.parts.joint.match(self.body, past)
            if joint is None:
                break
            at = joint.end()
        return tuple(parts), past

    def _part(self, at: int, follows: bool) -> Part | None:
        return self._unit(at) or self._region(at) or self._venue(at) or self._bare(at, follows)

    def _unit(self, at: int) -> Part | None:
        match = self.words.parts.unit.match(self.body, at)
        if match is None:
            return None
        kind = next(kind for kind in _UNITS if match[kind])
        end = self._name_end(match.start("name"), match.end("name"), Kind(kind))
        name = self.body[match.start("name") : end]
        if match["rare"] and not self.gazetteer.desa.named(name):
            return None
        return Part(Kind(kind), at, end, name)

    def _region(self, at: int) -> Part | None:
        """A province or kabupaten/kota, its level said or not; but "Solok Selatan Baru" and "Metro Pusat" are longer names."""
        said = self.words.parts.region.match(self.body, at)
        hit = (self.hits.get(said.end()) if said else None) or self.hits.get(at)
        if hit is None or (not said and self._known_beyond(hit)):
            return None
        return Part(Kind.bare if self._is_unit_of_next(hit) else Kind.region, at, hit.end, self.body[hit.start : hit.end])

    def _is_unit_of_next(self, hit: Hit) -> bool:
        """ "Cibinong, Kabupaten Bogor": a capital with its own kabupaten behind it is meant as the kecamatan."""
        joint = self.words.parts.joint.match(self.body, hit.end) if hit.is_seat else None
        said = self.words.parts.region.match(self.body, joint.end()) if joint else None
        following = self.hits.get((said or joint).end()) if joint else None
        return following is not None and bool(set(hit.codes) & set(following.codes))

    def _known_beyond(self, hit: Hit) -> bool:
        """ "Metro Pusat" is a kecamatan, "Ranai Kota" a kelurahan."""
        name = self.words.parts.bare.match(self.body, hit.start)
        if name is None or name.end() <= hit.end:
            return False
        return bool(self.gazetteer.kecamatan(name[0]) or (hit.is_seat and self.gazetteer.desa.named(name[0])))

    def _venue(self, at: int) -> Part | None:
        end = venue_end(self.body, at, self.words.venues)
        if end is None:
            return None
        name = self.body[at:end]
        if self.words.venues.landscape.match(name) and self.gazetteer.kecamatan(name):
            return Part(Kind.bare, at, end, name)
        end = self._without_place(at, end)
        return Part(Kind.venue, at, end, self.body[at:end])

    def _within(self, part: Part) -> Iterator[Part]:
        """The desa or kecamatan that a venue is called after: "Balai Desa X", "Kantor Kecamatan Y"."""
        match = self.words.parts.named_after.search(self.body, part.start, part.end) if part.kind is Kind.venue else None
        if match:
            yield Part(Kind.desa if match["desa"] else Kind.kecamatan, match.start(), match.end(), match["name"])

    def _without_place(self, start: int, end: int) -> int:
        """Where the venue's own name ends: "Buana X Hotel Bacan Selatan" has a kecamatan behind it, "Aston Hotel Y" a part of its name."""
        tail = self.words.venues.tailed.match(self.body, start)
        rest = self.body[tail.end() : end].strip() if tail else ""
        return tail.end() if tail and rest and self.gazetteer.kecamatan(rest) and tail.end() + 1 not in self.hits else end

    def _bare(self, at: int, follows: bool) -> Part | None:
        """A name alone, if a kecamatan or (behind other parts) a desa bears it."""
        match = self.words.parts.bare.match(self.body, at)
        if match is None:
            return None
        end = self._name_end(at, match.end(), Kind.bare)
        name = self.body[at:end]
        if name.lower() in self.words.never or name.split()[0].lower() in self.words.ends:
            return None
        known = self.gazetteer.kecamatan(name) or ((follows or self.body.startswith(",", end)) and self.gazetteer.desa.named(name))
        return Part(Kind.bare, at, end, name) if known else None

    def _name_end(self, start: int, end: int, kind: Kind) -> int:
        """Where a unit's name ends: before a word that ends any name, and before a region's name behind it."""
        if self._is_known(self.body[start:end], kind):
            return end
        end = self._before_word(start, end)
        if self._is_known(self.body[start:end], kind):
            return end
        if kind is Kind.kecamatan and (known := self._known_part(start, end)):
            return known
        inner = (at for at in range(start + 1, end) if at in self.hits)
        cut = next((at for at in inner if self._is_known(self.body[start:at], kind) or self.hits[at].end >= end), None)
        return len(self.body[:cut].rstrip(" ,-")) if cut else end

    def _known_part(self, start: int, end: int) -> int | None:
        """Where the longest known kecamatan's name ends, if what follows is no word that kecamatan are told apart by."""
        spaces = [start + match.start() for match in re.finditer(r"\s+", self.body[start:end])]
        for at in reversed(spaces):
            if self.gazetteer.kecamatan(self.body[start:at]):
                return None if self.body[at:end].split()[0].lower() in self.words.qualifiers else at
        return None

    def _before_word(self, start: int, end: int) -> int:
        units = self.words.venues.units
        for match in re.finditer(r"[^\s]+", self.body[start:end]):
            if match.start() and (match[0].lower() in self.words.ends or match[0].lower() in units):
                return start + len(self.body[start : start + match.start()].rstrip())
        return end

    def _is_known(self, name: str, kind: Kind) -> bool:
        is_kecamatan = kind in (Kind.kecamatan, Kind.bare) and bool(self.gazetteer.kecamatan(name))
        return is_kecamatan or (kind is not Kind.kecamatan and bool(self.gazetteer.desa.named(name)))

    def _past_others(self, part: Part) -> int:
        """Behind further units of the same kind: "Desa X dan Desa Y, Kecamatan Z"; the first stands for them."""
        end = part.end
        if part.kind not in (Kind.desa, Kind.dusun):
            return end
        while (match := self.words.parts.also.match(self.body, end)) and self._is_another(match, part.kind):
            end = self._name_end(match.start("name"), match.end("name"), part.kind)
        return end

    def _is_another(self, match: re.Match[str], kind: Kind) -> bool:
        stated = next((unit for unit in _UNITS if match[unit]), None)
        joined = not match[0].lstrip().startswith(",")
        return stated == kind or (stated is None and joined and match.start("name") not in self.hits)

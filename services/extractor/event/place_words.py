"""What lang/*/places.toml and venues.toml say, compiled."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.extractor.event.alternatives import one_of
from services.extractor.event.spots import Spots
from services.extractor.event.venue import VenueWords

# A name of one to four words; numbers and Roman numerals belong to it: "Nipah Panjang II", "Babatan Kamp 10".
_NAME = r"[A-Z][\w'’]*(?:-[\w'’]+)*(?:[ -][A-Z][\w'’]*(?:-[\w'’]+)*| (?:[IVX]+|\d{1,2})\b){0,3}"


# Some sites lose the space: "Ds.Jemowo", "KabupatenTuban".
_GLUED = r"(?:\s+|(?<=\.)|(?<=[a-z])(?=[A-Z]))"
_MOST_WORDS = 3
_UNITS = ("kecamatan", "desa", "dusun")


@dataclass(frozen=True)
class Before:
    """What may stand just before a name or phrase, and what it then is: words (see `last_words`), or patterns that end where it begins."""

    kabupaten: frozenset[str]
    kota: frozenset[str]
    provinsi: frozenset[str]
    smaller: frozenset[str]
    other: frozenset[str]
    origin: frozenset[str]
    happening: re.Pattern[str]
    done: re.Pattern[str]
    elsewhere: re.Pattern[str]
    asked: re.Pattern[str]
    nobody: frozenset[str]

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Before:
        def just(*keys: str) -> frozenset[str]:
            return frozenset(word for key in keys for word in data[key])

        def before(*keys: str, further: int) -> re.Pattern[str]:
            """One of the words, and up to so many further ones of the same clause."""
            words = one_of(word for key in keys for word in data[key])
            return re.compile(rf"(?<!\w)(?:{words})(?:\s+[^\s,.]+){{0,{further}}}\s*$", re.I)

        return cls(
            kabupaten=just("kabupaten"),
            kota=just("kota"),
            provinsi=just("provinsi"),
            smaller=just(*_UNITS, "kecamatan_office"),
            other=just("other"),
            origin=just("origin"),
            happening=before("happening", further=4),
            done=re.compile(r"(?<!\w)di[a-z]{4,}(?:\s+[^\s,.]+){0,2}\s*$"),
            elsewhere=before("elsewhere", further=2),
            asked=before("asked", further=6),
            nobody=just("nobody"),
        )


def last_words(before: str) -> tuple[str, ...]:
    """The last word of a stretch, the last two and the last three, in small letters."""
    words = [word.lstrip("(\"“'‘[") for word in before.lower().split()[-_MOST_WORDS:]]
    return tuple(" ".join(words[at:]) for at in range(len(words)))


@dataclass(frozen=True)
class PartWords:
    """What phrases and their parts begin with: `introducer` and `reaching` lead to a phrase, `joint` and `also` to its next part.

    `spots` finds where one of them or a unit's word may stand.
    """

    spots: Spots
    introducer: re.Pattern[str]
    reaching: re.Pattern[str]
    unit_word: re.Pattern[str]
    unit: re.Pattern[str]
    named_after: re.Pattern[str]
    region: re.Pattern[str]
    bare: re.Pattern[str]
    joint: re.Pattern[str]
    also: re.Pattern[str]

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> PartWords:
        rare = f"|(?P<rare>(?-i:{one_of(data['desa_rare'])}))"
        unit = "|".join(f"(?P<{kind}>{one_of(data[kind])}{rare if kind == 'desa' else ''})" for kind in _UNITS)
        around = rf"(?:(?-i:{one_of(data['around'])})\s+)*"
        joint = rf"(?:(?:{one_of(data['joining'])})\s+)*(?:di\s+)?{around}"
        after = rf"(?P<desa>{one_of(data['desa'])})|{one_of([*data['kecamatan'], *data['kecamatan_office']])}"
        return cls(
            spots=Spots.of([*data["introducers"], *data["reaching"], *(word for kind in _UNITS for word in data[kind])]),
            introducer=re.compile(rf"(?<![\w-])(?i:{one_of(data['introducers'])})\s+{around}(?=[\w\"“])"),
            reaching=re.compile(rf"(?<![\w-])(?i:{one_of(data['reaching'])})\s+{around}(?=[\w\"“])"),
            unit_word=re.compile(one_of(cased for kind in _UNITS for word in data[kind] for cased in (word, word.title(), word.upper()))),
            unit=re.compile(rf"(?i:{unit}){_GLUED}(?P<name>{_NAME})"),
            named_after=re.compile(rf"(?i:{after}){_GLUED}(?P<name>{_NAME})"),
            region=re.compile(rf"(?i:{one_of(data['region'])}){_GLUED}"),
            bare=re.compile(_NAME),
            joint=re.compile(rf"(?i:\s*[,(]\s*{joint}|\s+{joint}|\.\s*(?=[a-z]{{2,3}}\.))"),
            also=re.compile(rf"\s*(?:,|,?\s(?i:dan|serta|maupun))\s+(?:(?i:{unit})\s+)?(?P<name>{_NAME})"),
        )


@dataclass(frozen=True)
class PlaceWords:
    """All that reading places needs of a language. Words without a note here are explained where they are listed."""

    before: Before
    parts: PartWords
    venues: VenueWords
    locative: re.Pattern[str]
    inner: re.Pattern[str]
    kecamatan: re.Pattern[str]
    kecamatan_spots: Spots
    common: frozenset[str]
    ends: frozenset[str]
    never: frozenset[str]
    qualifiers: frozenset[str]
    same: re.Pattern[str]

    @classmethod
    def of(cls, data: Mapping[str, Any], venues: Mapping[str, Any]) -> PlaceWords:
        """`data`: places.toml, `venues`: venues.toml."""
        units = {word.strip(".") for key in (*_UNITS, "region") for word in data[key]}
        return cls(
            before=Before.of(data),
            parts=PartWords.of(data),
            venues=VenueWords.of(venues, data["ends"], units),
            locative=re.compile(rf"\b(?:{one_of(data['locative'])})\s+", re.I),
            inner=re.compile(rf"[A-Z0-9(\"“].*|[,&]|(?i:{one_of(data['inner'])})"),
            kecamatan=re.compile(rf"\b(?i:{one_of([*data['kecamatan'], *data['kecamatan_office']])})\s+(?P<name>{_NAME})"),
            kecamatan_spots=Spots.of([*data["kecamatan"], *data["kecamatan_office"]]),
            common=frozenset(data["common"]),
            ends=frozenset(data["ends"]),
            never=frozenset(data["never"]),
            qualifiers=frozenset(data["qualifiers"]),
            same=re.compile(rf"\b(?:{one_of(data['same'])})\b"),
        )

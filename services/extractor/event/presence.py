"""Who of the people named took no part: represented by another, remembered, or only mentioned. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.extractor.event.evidence import Sighting
from services.extractor.event.shape import Shaped

_WINDOW = 60
_COMER = frozenset("RTtNUIH")


@dataclass(frozen=True)
class PresenceWords:
    """What lang/*/roles.toml says about those who did not come."""

    represented: re.Pattern[str]
    absent: re.Pattern[str]
    instead: re.Pattern[str]
    remembered: re.Pattern[str]
    former: re.Pattern[str]
    formerly: re.Pattern[str]
    background: re.Pattern[str]
    national: tuple[str, ...]
    state: tuple[str, ...]

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> PresenceWords:
        presence = data["presence"]
        return cls(
            represented=re.compile(
                rf"[\s,]*(?:yang\s+)?(?:dalam hal ini\s+)?(?:{'|'.join(presence['represented'])})\s+(?:oleh\s+|langsung\s+)*", re.I
            ),
            absent=re.compile(rf"[\w\s]{{0,30}}?[\s,]*(?:yang\s+)?(?:{'|'.join(presence['absent'])})\b", re.I),
            instead=re.compile(rf"\b(?:{'|'.join(presence['instead'])})\W*$", re.I),
            remembered=re.compile(rf"\b(?:{'|'.join(presence['remembered'])})(?:\s+oleh)?\W*$", re.I),
            former=re.compile(rf"(?:{'|'.join(data['former'])})\b", re.I),
            formerly=re.compile(rf"\W*(?:\w+\W+)?(?:{'|'.join(presence['formerly'])})\b", re.I),
            background=re.compile(rf"\W*(?:{'|'.join(presence['background'])})\b", re.I),
            national=tuple(data["national"]),
            state=tuple(presence["state"]),
        )


def takes_part(sightings: Sequence[Sighting], shaped: Shaped, words: PresenceWords) -> bool:
    """Did the person of these sightings act, speak or attend? Whoever is named without more did."""
    if any(_is_absent(sighting, shaped, words) for sighting in sightings):
        return False
    if any(sighting.speaks and not _is_background(sighting, shaped, words) for sighting in sightings):
        return True
    return not all(_is_only_mentioned(sighting, shaped, words) for sighting in sightings)


def _is_absent(sighting: Sighting, shaped: Shaped, words: PresenceWords) -> bool:
    """ "Bupati X diwakili Sekda Y", "mewakili Bupati X": X was not there."""
    end = shaped.tokens[sighting.last - 1].end
    match = words.represented.match(shaped.body, end)
    if (match and _comes(shaped, sighting.last, match.end())) or words.absent.match(shaped.body, end):
        return True
    start = shaped.tokens[sighting.first].start
    return bool(words.instead.search(shaped.body, max(0, start - _WINDOW), start))


def _comes(shaped: Shaped, at: int, offset: int) -> bool:
    """Does somebody follow: "melalui Kasat Reskrim", not "melalui telepon"?"""
    while at < len(shaped.tokens) and shaped.tokens[at].start < offset:
        at += 1
    return shaped.shape[at : at + 1] in _COMER


def _is_only_mentioned(sighting: Sighting, shaped: Shaped, words: PresenceWords) -> bool:
    """Named as past, as absent in what is told, or by somebody quoted."""
    start, end = shaped.tokens[sighting.first].start, shaped.tokens[sighting.last - 1].end
    role = sighting.role.name.lower() if sighting.role else ""
    if words.remembered.search(shaped.body, max(0, start - _WINDOW), start) or words.formerly.match(shaped.body, end):
        return True
    if words.former.match(role) or (role.startswith(words.state) and not sighting.acts) or _is_background(sighting, shaped, words):
        return True
    hurt = sighting.role is not None and sighting.role.letter == "H"
    return _is_quoted(shaped, sighting.first) and not hurt and shaped.shape[sighting.last - 1 : sighting.last] != ")"


def _is_background(sighting: Sighting, shaped: Shaped, words: PresenceWords) -> bool:
    """ "Sebelumnya, Menteri Keuangan X mengungkapkan …": told beside the event."""
    if not (sighting.role and sighting.role.name.lower().startswith(words.national)):
        return False
    shape, first = shaped.shape, sighting.first
    sentence = max(shape.rfind(mark, 0, first) for mark in ".n") + 1
    return bool(words.background.match(shaped.body, shaped.tokens[sentence].start))


def _is_quoted(shaped: Shaped, at: int) -> bool:
    """Is an odd number of quotation marks open in this paragraph before the token?"""
    return shaped.shape.count('"', shaped.shape.rfind("n", 0, at) + 1, at) % 2 == 1

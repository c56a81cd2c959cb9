"""An office stated in part beside a name, completed by what the page says around it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from services.extractor.event.evidence import Sighting
from services.extractor.event.names import Name
from services.extractor.event.organizations import Named, fuller
from services.extractor.event.roles import Role
from services.extractor.event.shape import Shaped

_FAR = 160
_BEFORE = 24
_BRACKETED = re.compile(r"\((?=[^()]*[GOA])[GOAaXPLMNU9]{1,6}\)")
_SAME_BODY = re.compile(r"(?:wakil ketua|sekretaris|bendahara|anggota)\b", re.I)
# "Ketua Karya Bakti Linda Hartati": two unknown words before a known name are the organisation's.
_UNNAMED = re.compile(r"(?P<organisation>U{2,3})N[NU]+")


@dataclass(frozen=True)
class OfficeWords:
    """What lang/*/roles.toml says about driving, coming for another, and heads of regions."""

    driving: Mapping[str, str]
    driven: re.Pattern[str]
    vehicle: re.Pattern[str]
    ridden: frozenset[str]
    handed: re.Pattern[str]
    instead: re.Pattern[str]
    heads: Mapping[str, str]

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> OfficeWords:
        driving, presence = data["driving"], data["presence"]
        vehicles = "|".join(sorted(driving["vehicles"], key=len, reverse=True))
        return cls(
            driving=driving["verbs"],
            driven=re.compile(rf"\b({'|'.join(driving['verbs'])})\s+(?:oleh\s+)?$", re.I),
            vehicle=re.compile(rf"\b(?:{vehicles})\b", re.I),
            ridden=frozenset(driving["ridden"]),
            handed=re.compile(rf"[\s,]*(?:yang\s+)?(?:{'|'.join(presence['represented'])})\s+(?:oleh\s+)?", re.I),
            instead=re.compile(rf"\b(?:{'|'.join(presence['instead'])})\s*$", re.I),
            heads=data["heads"],
        )


def completed(
    shaped: Shaped, sightings: Sequence[Sighting], roles: Sequence[Role], organizations: Sequence[Named], words: OfficeWords
) -> list[Sighting]:
    """The sightings with their offices as full as the page makes them."""
    out: list[Sighting] = []
    for sighting in sightings:
        affiliation = _affiliation(shaped, sighting)
        if affiliation and not (sighting.role and sighting.role.organization):
            role = sighting.role or Role(sighting.first, sighting.first, "", None, "R")
            out.append(replace(sighting, role=replace(role, organization=affiliation)))
        elif sighting.role is None:
            out.append(replace(sighting, role=_driver(shaped, sighting, words)))
        elif sighting.role.organization:
            role = replace(sighting.role, organization=fuller(sighting.role.organization, organizations))
            out.append(replace(sighting, role=role))
        else:
            out.append(_with_organization(shaped, sighting, sighting.role, out, roles, organizations, words))
    return out


def _affiliation(shaped: Shaped, sighting: Sighting) -> str | None:
    """ "A (Remaja Masjid)": the organisation in brackets behind a name."""
    match = _BRACKETED.match(shaped.shape, sighting.name.last)
    return shaped.text(match.start() + 1, match.end() - 1) if match else None


def _driver(shaped: Shaped, sighting: Sighting, words: OfficeWords) -> Role | None:
    """ "truk tangki … yang dikemudikan X": X is its driver."""
    end = shaped.tokens[sighting.first].start
    verb = words.driven.search(shaped.body, max(0, end - _FAR), end)
    if verb is None:
        return None
    start = max(shaped.body.rfind(". ", 0, end), shaped.body.rfind("\n", 0, end), end - _FAR)
    vehicle = next(reversed(words.vehicle.findall(shaped.body, start, end)), "").lower()
    who = words.driving[verb[1].lower()]
    who = "pengendara" if who == "pengemudi" and vehicle in words.ridden else who
    return Role(sighting.first, sighting.first, f"{who} {vehicle}".strip(), None, "H")


def _with_organization(
    shaped: Shaped,
    sighting: Sighting,
    role: Role,
    before: Sequence[Sighting],
    roles: Sequence[Role],
    organizations: Sequence[Named],
    words: OfficeWords,
) -> Sighting:
    """The sighting with the organisation that the words around its office give it."""
    unnamed = _UNNAMED.fullmatch(sighting.name.shape) if role.last == sighting.name.first == sighting.name.core[0] else None
    if unnamed:
        return _split_off(shaped, sighting, role, unnamed.end("organisation"))
    organization = (
        _came_for(shaped, role, before, words)
        or _handed(shaped, role, roles, organizations, words)
        or _of_the_same(shaped, sighting, role, before)
        or _of_region(shaped, role, roles, words)
    )
    return replace(sighting, role=replace(role, organization=organization))


def _split_off(shaped: Shaped, sighting: Sighting, role: Role, size: int) -> Sighting:
    name = sighting.name
    first = name.core[0] + size
    rest = Name(first, name.last, (first, name.core[1]), shaped.text(first, name.core[1]), (), name.suffix, name.shape[size:])
    return replace(sighting, name=rest, role=replace(role, organization=shaped.text(name.core[0], first)))


def _came_for(shaped: Shaped, role: Role, before: Sequence[Sighting], words: OfficeWords) -> str | None:
    """ "Kapolres X A yang diwakili Kabag Ops B": B is of the same body."""
    other = before[-1] if before else None
    if other is None or other.role is None or other.last > role.first:
        return None
    end, start = shaped.tokens[other.last - 1].end, shaped.tokens[role.first].start
    return other.role.organization if words.handed.fullmatch(shaped.body, end, start) else None


def _handed(shaped: Shaped, role: Role, roles: Sequence[Role], organizations: Sequence[Named], words: OfficeWords) -> str | None:
    """ "Bupati X, diwakili Sekda, A", "mewakili Kepala Kantor X, Kasi Y, A", "Fraksi Z, melalui juru bicaranya A": of the same body."""
    start = shaped.tokens[role.first].start
    for named in organizations:
        if named.last <= role.first and words.handed.fullmatch(shaped.body, shaped.tokens[named.last - 1].end, start):
            return named.name
    for other in roles:
        if not (other.organization and other.last <= role.first):
            continue
        end = shaped.tokens[other.last - 1].end
        if words.handed.fullmatch(shaped.body, end, start):
            return other.organization
        begin = shaped.tokens[other.first].start
        if shaped.body[end:start].strip() == "," and words.instead.search(shaped.body, max(0, begin - _BEFORE), begin):
            return other.organization
    return None


def _of_the_same(shaped: Shaped, sighting: Sighting, role: Role, before: Sequence[Sighting]) -> str | None:
    """ "Ketua DPRD X A, Wakil Ketua I B": the second is of the same body."""
    other = before[-1] if before else None
    if other is None or other.role is None or other.role.letter == "H" or not _SAME_BODY.match(role.name):
        return None
    return other.role.organization if not set(".n") & set(shaped.shape[other.last : sighting.first]) else None


def _of_region(shaped: Shaped, role: Role, roles: Sequence[Role], words: OfficeWords) -> str | None:
    """ "Bupati A" on a page that names one kabupaten: as the page has it beside the office without a name, else the region's name."""
    kind = words.heads.get(role.name.lower())
    if kind is None:
        return None
    regions = _regions(shaped, kind)
    bare = (
        other
        for other in roles
        if other.name.lower() == role.name.lower() and shaped.shape[other.last : other.last + 1] not in tuple("NUITt,")
    )
    return _only(regions) or (None if regions else _only({other.organization for other in bare if other.organization}))


def _regions(shaped: Shaped, kind: str) -> set[str]:
    """The regions of a kind that the body names with it: "Kabupaten Berau", "Pemerintah Kabupaten (Pemkab) Berau"."""
    spans = (match.span() for match in re.finditer(r"[XG](?:\([A-Z]\))?P|[XGR]\)P", shaped.shape))
    return {f"{kind.capitalize()} {shaped.tokens[last - 1].text}" for first, last in spans if shaped.tokens[first].fold.endswith(kind)}


def _only(names: Iterable[str]) -> str | None:
    listed = list(names)
    return listed[0] if len(listed) == 1 else None

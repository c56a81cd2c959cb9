"""The town and the newspaper before the lead: "LABUHA - ", "Liwa (Lampost.co) – ", "Liputan6.com, Tuban -". Pure."""

from __future__ import annotations

import re

from services.extractor.gazetteer.regions import Gazetteer
from shared.documents import Dateline

_HEAD = re.compile(r"^(.{3,80}?)\s?(?:-{1,2}|–|—)+\s?(?=[^\s(])")
_PARTS = re.compile(r"\s*[,()]\s*|\s*-\s*(?=\()|\s*:\s*")
_PLACE = re.compile(r"[A-Z][\w'’.]*(?: [A-Z][\w'’.]*){0,3}")
_PUBLISHER = re.compile(r"[\w.& -]{2,40}")
_DOMAIN = re.compile(r"\.\w{2,3}$")


def read_dateline(body: str, gazetteer: Gazetteer) -> Dateline | None:
    """The dateline of a body, if its first line has one. A place that no register knows is taken only where nothing else stands."""
    match = _HEAD.match(body.split("\n", 1)[0])
    if match is None:
        return None
    parts = [part.strip(" -–—") for part in _PARTS.split(match[1].strip(" -–—()"))]
    parts = [part for part in parts if part]
    if not parts or len(parts) > 3 or not all(_PUBLISHER.fullmatch(part) for part in parts):
        return None
    place = next((part for part in parts if _is_region(part, gazetteer)), None)
    if place is None and len(parts) == 1 and _PLACE.fullmatch(parts[0]) and not _DOMAIN.search(parts[0]):
        place = parts[0]
    if place is None:
        return None
    return Dateline(place=place, publisher=next((part for part in parts if part != place), None))


def _is_region(part: str, gazetteer: Gazetteer) -> bool:
    """All of the part is a region's name, but for "Kota" or "Kabupaten"."""
    name = re.sub(r"^(?:Kota|Kabupaten|Kab\.?)\s+", "", part, flags=re.I)
    return any(hit.start == 0 and hit.end == len(name) for hit in gazetteer.find(name)) or bool(gazetteer.kecamatan(name))

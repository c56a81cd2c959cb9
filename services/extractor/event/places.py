"""Where it happened: the event's phrase, its venue and units, and the kabupaten/kota and province they lie in. Pure.

Three things are kept apart: where the page says the event took place, the dateline, and the site's home region. The first
wins; the others only fill in, and say so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import chain

from services.extractor.event.place_choice import Chosen, choose
from services.extractor.event.place_phrases import Kind, Phrase, Reader
from services.extractor.event.place_units import Units, parents_of, resolve_units
from services.extractor.event.place_words import PlaceWords
from services.extractor.event.region_mentions import (
    Mention,
    body_mentions,
    by_districts,
    districts_named,
    heaviest,
    narrowed,
    title_mentions,
)
from services.extractor.event.text import Text
from services.extractor.gazetteer.regions import Gazetteer, Hit
from shared.documents import Place, PlacePrecision, Point, Region, Source, SourceName, Span

# News says where early: of a page however long only so many characters are read for it.
_READ = 20_000
_LEVELS = {2: PlacePrecision.provinsi, 5: PlacePrecision.kabkota, 8: PlacePrecision.kecamatan, 13: PlacePrecision.desa}
_FINEST = (PlacePrecision.desa, PlacePrecision.kecamatan, PlacePrecision.kabkota, PlacePrecision.provinsi)


@dataclass(frozen=True)
class Found:
    """The kabupaten/kota's or province's code, whether it was inferred, and what shows it."""

    code: str
    inferred: bool
    evidence: Span | Source


def event_place(
    text: Text, focus: Span | None, day: date | None, dateline: str | None, home: str | None, gazetteer: Gazetteer, words: PlaceWords
) -> Place | None:
    """The event's place. `focus` is where its date stands, `day` that date, `dateline` the town before the lead, `home` the site's code."""
    body = text.body[:_READ]
    hits = list(gazetteer.find(body))
    phrases = list(Reader(body, {hit.start: hit for hit in hits}, gazetteer, words).phrases())
    hits = _off_roads(hits, phrases, words)
    chosen = choose(phrases, text, focus, words)
    parents = parents_of(chosen, gazetteer)
    named = districts_named(f"{text.title}\n{body}", gazetteer, words)
    districts = by_districts(named)
    mentions = [*title_mentions(text.title, gazetteer, words), *body_mentions(text, hits, focus, gazetteer, words)]
    mentions = narrowed(mentions, districts, parents, home, gazetteer)
    town = _code_of(dateline, gazetteer, home)
    found = (
        _stated(mentions, chosen, parents, districts, text, gazetteer)
        or _by_unit(parents, chosen, town, home, text)
        or _outside(mentions, town, home, text, gazetteer)
    )
    return _place(found, chosen, frozenset(chain.from_iterable(named)), day, text, gazetteer)


def _off_roads(hits: list[Hit], phrases: list[Phrase], words: PlaceWords) -> list[Hit]:
    """The hits that are no part of a road's name: "Tol Jombang-Mojokerto" lies in neither for sure."""
    roads = [part for phrase in phrases for part in phrase.parts if part.kind is Kind.venue and words.venues.road.match(part.name)]
    return [hit for hit in hits if not any(road.start <= hit.start < road.end for road in roads)]


def _stated(
    mentions: list[Mention],
    chosen: Chosen | None,
    parents: frozenset[str],
    districts: Mapping[str, float],
    text: Text,
    gazetteer: Gazetteer,
) -> Found | None:
    """The kabupaten/kota the page names, or the province where its phrase says no more: the event's phrase first, else the heaviest."""
    scores, best = heaviest(mentions, districts)
    within = [m.codes[0] for m in mentions if chosen and chosen.phrase.start <= m.start < chosen.phrase.end]
    kabkota, provinsi = _top(scores, 5, within), _top(scores, 2, within) or _top(scores, 2, scores)
    if kabkota:
        return Found(kabkota, False, _evidence(best[kabkota], text))
    kabkota = _top(scores, 5, parents) or _top(scores, 5, scores)
    if kabkota is None or (kabkota not in parents and _elsewhere(best[kabkota], kabkota, provinsi, within, best, gazetteer)):
        return (
            Found(provinsi, False, _evidence(best[provinsi], text))
            if provinsi and (provinsi in within or best[provinsi].locative)
            else None
        )
    if len(parents) == 1 and kabkota not in parents and not best[kabkota].locative:
        return None
    return Found(kabkota, not best[kabkota].locative and kabkota not in parents, _evidence(best[kabkota], text))


def _elsewhere(
    mention: Mention, kabkota: str, provinsi: str | None, within: list[str], best: Mapping[str, Mention], gazetteer: Gazetteer
) -> bool:
    """Does the page say that the event was in a province, and name the kabupaten/kota only as somebody's?"""
    if provinsi is None or mention.locative:
        return False
    stated = provinsi in within or best[provinsi].locative
    return stated and not gazetteer.former.once_in(kabkota, provinsi)


def _by_unit(parents: frozenset[str], chosen: Chosen | None, dateline: str | None, home: str | None, text: Text) -> Found | None:
    """The one kabupaten/kota that has the kecamatan or desa of the phrase; of several, the dateline's or the site's own."""
    code = next(iter(parents)) if len(parents) == 1 else next((code for code in (dateline, home) if code in parents), None)
    part = chosen and (chosen.kecamatan or chosen.desa or next(iter(chosen.bare), None))
    return Found(code, True, text.span(part.start, part.end)) if code and part else None


def _outside(mentions: list[Mention], dateline: str | None, home: str | None, text: Text, gazetteer: Gazetteer) -> Found | None:
    """A kabupaten/kota that the body does not state, the dateline's or the site's home, if it agrees with the province the body names."""
    scores, best = heaviest(mentions, {})
    provinsi = _top(scores, 2, scores)
    if dateline and (provinsi is None or gazetteer.former.once_in(dateline, provinsi)):
        return Found(dateline, True, Source(source=SourceName.dateline))
    if provinsi and (home is None or home[:2] != provinsi):
        return Found(provinsi, not best[provinsi].locative, _evidence(best[provinsi], text))
    return Found(home[:5], True, Source(source=SourceName.site)) if home and home[:5] in gazetteer.regions else None


def _top(scores: Mapping[str, float], length: int, among: Iterable[str]) -> str | None:
    return max((code for code in among if len(code) == length and code in scores), key=lambda code: (scores[code], code), default=None)


def _code_of(name: str | None, gazetteer: Gazetteer, home: str | None) -> str | None:
    """The kabupaten/kota of a dateline, if it is one's name or capital."""
    codes = [code for hit in gazetteer.find(name or "") for code in hit.codes if len(code) == 5]
    return home if home in codes else next((code for code in codes if gazetteer.regions[code].is_city), next(iter(codes), None))


def _evidence(mention: Mention, text: Text) -> Span | Source:
    return Source(source=SourceName.title) if mention.start < 0 else text.span(mention.start, mention.end)


def _place(
    found: Found | None, chosen: Chosen | None, named: frozenset[str], day: date | None, text: Text, gazetteer: Gazetteer
) -> Place | None:
    """The place of what was found: its centroid is the finest level's that has one."""
    code = found.code if found else None
    units = resolve_units(chosen, code if code and len(code) == 5 else None, named, gazetteer) if chosen else Units()
    venue = text.body[chosen.venue[0].start : chosen.venue[-1].end] if chosen and chosen.venue else None
    regions = [units.desa, units.kecamatan, *(_regions(code, day, gazetteer) if code else (None, None))]
    precision = PlacePrecision.venue if venue else next((level for level, region in zip(_FINEST, regions, strict=True) if region), None)
    if precision is None:
        return None
    row = units.row or (gazetteer.regions[code] if code else None)
    return Place(
        venue=venue, desa=regions[0], kecamatan=regions[1], kabkota=regions[2], provinsi=regions[3],
        point=Point(lat=row.lat, lon=row.lon, of=_LEVELS[len(row.code)]) if row and row.lat is not None and row.lon is not None else None,
        precision=precision,
        inferred=found.inferred if found else False,
        evidence=_shown(chosen, text) or (found.evidence if found else None),
    )  # fmt: skip


def _regions(code: str, day: date | None, gazetteer: Gazetteer) -> tuple[Region | None, Region]:
    """The kabupaten/kota, if the code is one's, and the province, with the codes in force on the day where they were others."""
    row, province = gazetteer.regions[code], gazetteer.regions[code[:2]]
    then = gazetteer.former.then(code, day)
    before = then[:2] if then and then[:2] != province.code else None
    kabkota = Region(code=code, name=row.name, code_then=then) if len(code) == 5 else None
    return kabkota, Region(code=province.code, name=province.name, iso=gazetteer.iso.get(province.code), code_then=before)


def _shown(chosen: Chosen | None, text: Text) -> Span | None:
    """The words of the venue and what follows it, or of the phrase; None where nothing was read from a phrase."""
    if chosen is None:
        return None
    inside = chosen.venue and chosen.phrase.start <= chosen.venue[0].start < chosen.phrase.end
    if chosen.venue and not inside:
        return text.span(chosen.venue[0].start, chosen.venue[-1].end)
    start, end = chosen.phrase.start, chosen.phrase.end
    closed = text.body[start:end].count("(") > text.body[start:end].count(")") and text.body.startswith(")", end)
    return text.span(start, end + closed)

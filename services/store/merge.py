"""One event out of all reports of one happening. Pure.

A field with one value takes what is stated before what is inferred; then what most independent sources say; then what is said more
exactly; then what the kind of source knows best; then who was first. Lists take everything (`services/store/union.py`). Each field and
item says which articles agree, and which say something else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.store.clusters import independent, order
from services.store.similarity import words
from services.store.told import Told
from services.store.union import cited, united
from shared.documents import Agreement, Event, EventDate, Flag, Place, Report
from shared.urls import event_id
from shared.vocabularies import DateBasis, DatePrecision, EventType, PlacePrecision, SiteKind

# Who knows best where nothing else decides: who oversees or acts, then who writes.
_KINDS = (SiteKind.bawaslu, SiteKind.kpu, SiteKind.government, SiteKind.police_military, SiteKind.agency, SiteKind.portal, SiteKind.other)
_DAYS, _BASES, _PLACES = tuple(DatePrecision), tuple(DateBasis), tuple(PlacePrecision)
_REMEMBERED = 1_000
"""Events, some 20 kB each."""
_DISPUTABLE = ("date", "figures", "place")


@dataclass(frozen=True)
class Single:
    """A field with one value: what makes two values one, and how exact a value is."""

    name: str
    key: Callable[[Any], Hashable]
    exact: Callable[[Any], tuple[float, ...]]


@dataclass(frozen=True)
class Stated:
    """What a report of a source states, the how-manieth report it is, and the key of that."""

    told: Told
    source: int
    value: Any
    key: Hashable


class Merging:
    """`merged`, remembered: an event is made again at every look at what surrounds it, and hardly ever of other reports."""

    def __init__(self) -> None:
        self._made: dict[tuple[tuple[str, int, datetime, datetime | None], ...], Event] = {}

    def of(self, reports: Sequence[Told]) -> Event:
        """See `merged`."""
        key = tuple((one.id, one.revision, one.first_seen_at, one.gone_at) for one in reports)
        if key not in self._made:
            if len(self._made) >= _REMEMBERED:
                self._made.clear()
            self._made[key] = merged(reports)
        return self._made[key]


def merged(reports: Sequence[Told]) -> Event:
    """The event that these reports, at least one, tell of. Times are the pages' own, never the store's clock."""
    told = sorted(reports, key=order)
    sources = independent(told)
    fields, agreement = _fields(sources)
    lists, said = united(told)
    said = [*agreement, *said] if len(told) > 1 else []
    return Event(
        **fields,
        **lists,
        id=event_id(told[0].id),
        articles=tuple(map(_report, told)),
        sources=len(sources),
        agreement=tuple(said),
        flags=_flags(told, said),
        first_seen_at=min(one.first_seen_at for one in told),
        updated_at=max(one.fetched_at for one in told),
    )


def _fields(sources: Sequence[Sequence[Told]]) -> tuple[dict[str, Any], list[Agreement]]:
    """The fields with one value, and who agrees on each."""
    fields: dict[str, Any] = {}
    agreement = []
    for single in _SINGLES:
        stated = _stated(single, sources)
        if not stated:
            continue
        best = _best(single, stated)
        fields[single.name] = _cited(best)
        if single.name == "type":  # what tells the type stands beside it
            fields["evidence"] = cited(best.told.event.evidence, best.told)
        agreement.append(_agreement(single, stated, best))
    return fields, agreement


def _stated(single: Single, sources: Sequence[Sequence[Told]]) -> list[Stated]:
    """What the reports state, in order of first sight."""
    found = [
        Stated(told, number, value, single.key(value))
        for number, source in enumerate(sources)
        for told in source
        if (value := getattr(told.event, single.name)) is not None
    ]
    return sorted(found, key=lambda one: order(one.told))


def _best(single: Single, stated: Sequence[Stated]) -> Stated:
    votes = Counter(key for key, _ in {(one.key, one.source) for one in stated})

    def rank(one: Stated) -> tuple[Any, ...]:
        surely = not getattr(one.value, "inferred", False)
        return surely, votes[one.key], single.exact(one.value), -_KINDS.index(one.told.site.kind)

    return max(stated, key=rank)  # of equals, the first


def _cited(one: Stated) -> Any:
    if isinstance(one.value, EventDate | Place):
        return one.value.model_copy(update={"evidence": cited(one.value.evidence, one.told)})
    return one.value


def _agreement(single: Single, stated: Sequence[Stated], best: Stated) -> Agreement:
    agree = tuple(one.told.id for one in stated if one.key == best.key)
    return Agreement(field=single.name, agree=agree, differ=tuple(one.told.id for one in stated if one.key != best.key))


def _flags(told: Sequence[Told], said: Sequence[Agreement]) -> tuple[Flag, ...]:
    """Those of the reports, and whether they differ in what matters."""
    differ = any(one.differ and one.field.startswith(_DISPUTABLE) for one in said)
    return tuple(sorted({flag for one in told for flag in one.flags} | ({Flag.reports_differ} if differ else set())))


def _report(told: Told) -> Report:
    published = told.published_at.value if told.published_at else None
    return Report(id=told.id, url=told.url, site=told.site, published_at=published, content_hash=told.content_hash, gone_at=told.gone_at)


def _region(place: Place) -> Hashable:
    region = place.kabkota or place.provinsi
    return region and (region.code or region.name.casefold())


def _place(place: Place) -> tuple[float, ...]:
    return -_PLACES.index(place.precision), sum(level is not None for level in (place.desa, place.kecamatan, place.kabkota, place.provinsi))


def _date(date: EventDate) -> tuple[float, ...]:
    return date.start is not None, -len(date.conflicts), -_DAYS.index(date.precision), -_BASES.index(date.basis)


_SINGLES = (
    Single("type", lambda value: value, lambda value: (value is not EventType.lainnya,)),
    Single("name", words, lambda value: (len(value.split()),)),
    Single("theme", words, lambda value: (len(value.split()),)),
    Single("date", lambda date: (date.start, date.end), _date),
    Single("place", _region, _place),
)

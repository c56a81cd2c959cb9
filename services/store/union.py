"""The lists of an event: everything that any report says, each thing once, and who says it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.store.similarity import Words, said_alike, same_person, words
from services.store.told import Told
from shared.documents import Agreement, Evidence, Figure, Participant
from shared.vocabularies import OrganizationKind

MOST_REPORTS = 50
"""Lists are made of the first so many reports: to compare the names of hundreds takes too long."""

_Key = Callable[[Any], Hashable]
_Same = Callable[[Words, Words], bool]


@dataclass(frozen=True)
class Listed:
    """A list of the mention: the key that two items share if they are one, or `same` of their keys where words may differ; and how full
    an item is."""

    name: str
    key: _Key
    fullest: Callable[[Any], tuple[object, ...]]
    same: _Same | None = None


@dataclass
class Item:
    """One thing, as the reports `by` say it."""

    by: list[tuple[Told, Any]]

    @property
    def said_by(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(told.id for told, _ in self.by))


LISTS = (
    Listed("organizers", lambda one: words(one.name), lambda one: (one.kind is not OrganizationKind.other,)),
    Listed("participants", lambda one: words(one.name), lambda one: (len(one.name.split()), one.role is not None), same_person),
    Listed("organizations", lambda one: words(one.name), lambda one: (one.kind is not OrganizationKind.other,)),
    Listed("quotes", lambda one: words(one.text), lambda one: (one.direct, len(one.text)), said_alike),
    Listed("figures", lambda one: (one.kind, one.value, (one.unit or "").casefold()), lambda one: (len(one.text),)),
    Listed("legal_refs", lambda one: (one.id, one.article), lambda one: (one.title is not None,)),
    Listed("mentioned_dates", lambda one: (one.start, one.end, one.precision), lambda _: ()),
)


def united(reports: Sequence[Told]) -> tuple[dict[str, tuple[Any, ...]], list[Agreement]]:
    """The lists of the event by name, and who says each item. The reports are in order."""
    reports = reports[:MOST_REPORTS]
    found = {listed.name: list(_items(listed, reports)) for listed in LISTS}
    lists = {listed.name: tuple(_fullest(listed, item) for item in found[listed.name]) for listed in LISTS}
    lists["topics"] = tuple(dict.fromkeys(topic for told in reports for topic in told.event.topics))
    return lists, [said for name, items in found.items() for said in _said(name, items)]


def cited(evidence: Evidence | None, told: Told) -> Evidence | None:
    """The evidence with the article it stands in."""
    return evidence and evidence.model_copy(update={"article": told.id})


def _items(listed: Listed, reports: Iterable[Told]) -> Iterable[Item]:
    items: dict[Any, Item] = {}
    for told in reports:
        for value in getattr(told.event, listed.name):
            key = listed.key(value)
            item = items.get(key) or _like(listed, key, items)
            if item is None:
                item = items[key] = Item([])
            item.by.append((told, value))
    return items.values()


def _like(listed: Listed, key: Any, items: Mapping[Any, Item]) -> Item | None:
    """The first item whose words mean the same."""
    same = listed.same
    return None if same is None else next((item for theirs, item in items.items() if same(key, theirs)), None)


def _fullest(listed: Listed, item: Item) -> Any:
    """As the fullest report has it; of as full ones, the first."""
    told, value = max(item.by, key=lambda by: listed.fullest(by[1]))
    value = value.model_copy(update={"evidence": cited(value.evidence, told)})
    return _completed(value, [other for _, other in item.by]) if isinstance(value, Participant) else value


def _completed(person: Participant, others: Sequence[Participant]) -> Participant:
    """With what other reports know of the person, and the other names they use."""
    names = dict.fromkeys(name for other in others for name in (other.name, *other.aliases) if name != person.name)
    known = {
        field: next((getattr(other, field) for other in (person, *others) if getattr(other, field)), getattr(person, field))
        for field in ("prefix", "suffix", "role", "organization")
    }
    return person.model_copy(update={**known, "aliases": tuple(names)})


def _said(name: str, items: Sequence[Item]) -> Iterator[Agreement]:
    for number, item in enumerate(items):
        differ = tuple(_otherwise(item, items)) if name == "figures" else ()
        yield Agreement(field=f"{name}/{number}", agree=item.said_by, differ=differ)


def _otherwise(item: Item, items: Sequence[Item]) -> Iterator[str]:
    """Who counts the same thing and comes to another number. Only where each names one: "30 peserta" and "12 peserta" may both be right."""
    mine: Figure = item.by[0][1]
    like = [other for other in items if other.by[0][1].kind is mine.kind and _unit(other.by[0][1]) == _unit(mine) != ""]
    once = [told for other in like for told in other.said_by]
    for other in like:
        if other is not item:
            yield from (told for told in other.said_by if once.count(told) == 1 and any(once.count(key) == 1 for key in item.said_by))


def _unit(figure: Figure) -> str:
    return (figure.unit or "").casefold()

"""The people a page names: who, with which titles and office, under which other names, and where. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.extractor.event.aliases import find_mentions, is_same
from services.extractor.event.evidence import NamingWords, Sighting, find_people_named
from services.extractor.event.names import find_names
from services.extractor.event.offices import OfficeWords, completed
from services.extractor.event.organizations import Named
from services.extractor.event.presence import PresenceWords, takes_part
from services.extractor.event.roles import Role, find_roles
from services.extractor.event.shape import Shaped
from services.extractor.event.text import Text
from services.extractor.event.vocabulary import Vocabulary
from shared.documents import Participant


@dataclass(frozen=True)
class PeopleWords:
    """What lang/*/roles.toml says about offices beside names, and about who did not come."""

    naming: NamingWords
    offices: OfficeWords
    presence: PresenceWords

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> PeopleWords:
        return cls(NamingWords.of(data), OfficeWords.of(data), PresenceWords.of(data))


@dataclass(frozen=True)
class Person:
    """A participant, and every place of the body that names them, in order.

    `takes_part` is False for who is named only as absent, represented by another, remembered or mentioned.
    """

    participant: Participant
    mentions: tuple[tuple[int, int], ...]
    takes_part: bool = True


def find_people(
    text: Text, shaped: Shaped, organizations: Sequence[Named], vocabulary: Vocabulary, words: PeopleWords
) -> tuple[Person, ...]:
    """Everybody the body names, in the order of first mention. `shaped` is the body's."""
    roles = list(find_roles(shaped, vocabulary))
    sightings = find_people_named(shaped, list(find_names(shaped)), roles, words.naming)
    grouped = _grouped(completed(shaped, sightings, roles, organizations, words.offices))
    places = _places(shaped, grouped)
    people = [_person(text, shaped, group, places[number], words.presence) for number, group in enumerate(grouped) if places[number]]
    return tuple(sorted(people, key=lambda person: person.mentions[0]))


def participants(people: Sequence[Person]) -> tuple[Participant, ...]:
    """Those of the people who take part."""
    return tuple(person.participant for person in people if person.takes_part)


def _grouped(sightings: Sequence[Sighting]) -> list[list[Sighting]]:
    """The sightings of each person together; full names first choose whose a short one is."""
    groups: list[list[Sighting]] = []
    for sighting in sorted(sightings, key=lambda sighting: -len(sighting.name.words)):
        fitting = [group for group in groups if _is_of(sighting, group)]
        if fitting:
            max(fitting, key=lambda group: group[0].name.words[0] == sighting.name.words[0]).append(sighting)
        else:
            groups.append([sighting])
    return groups


def _is_of(sighting: Sighting, group: Sequence[Sighting]) -> bool:
    """Is it the group's person: by name, or by what they are called too?"""
    words = sighting.name.words
    bare = not sighting.role and (not sighting.name.prefix or len(words) == 1)
    return set(words) <= set(_nicknames(group)) or is_same(
        words, group[0].name.words, bare=bare or _same_office(sighting, group), addressed=sighting.name.is_addressed
    )


def _same_office(sighting: Sighting, group: Sequence[Sighting]) -> bool:
    """Does somebody of the group bear the same office? "Plh Bupati I Wayan Adi Sukarta" and "Bupati Adi Sukarta" do."""
    offices = {other.role.name.lower().split()[-1] for other in group if other.role and other.role.name}
    return bool(sighting.role and sighting.role.name and sighting.role.name.lower().split()[-1] in offices)


def _places(shaped: Shaped, groups: Sequence[Sequence[Sighting]]) -> dict[int, list[tuple[int, int]]]:
    """Token spans that name each person."""
    words = {number: (*_words(group), *_nicknames(group)) for number, group in enumerate(groups)}
    places: dict[int, list[tuple[int, int]]] = {number: [] for number in words}
    for number, first, last in find_mentions(shaped, words):
        places[number].append((first, last))
    for number, group in enumerate(groups):
        cores = [sighting.name.core for sighting in group]
        apart = [span for span in places[number] if not any(first <= span[0] < last for first, last in cores)]
        places[number] = sorted({*cores, *apart})
    return places


def _words(group: Sequence[Sighting]) -> tuple[str, ...]:
    """The words of the fullest name; of variants in spelling, those that the first has."""
    return max((sighting.name.words for sighting in group), key=len)


def _nicknames(group: Sequence[Sighting]) -> Iterable[str]:
    return (word for sighting in group for word in sighting.nicknames)


def _person(text: Text, shaped: Shaped, group: Sequence[Sighting], places: Sequence[tuple[int, int]], presence: PresenceWords) -> Person:
    ordered = sorted(group, key=lambda sighting: sighting.first)
    fullest = max(ordered, key=lambda sighting: len(sighting.name.words)).name
    role = _best_role(ordered)
    spans = tuple((shaped.tokens[first].start, shaped.tokens[last - 1].end) for first, last in places)
    aliases = dict.fromkeys(text.body[start:end] for start, end in spans)
    first, last = fullest.core
    participant = Participant(
        name=fullest.text,
        prefix=_titles(sighting.name.prefix for sighting in ordered),
        suffix=_titles(sighting.name.suffix for sighting in ordered),
        role=role.name or None if role else None,
        organization=role.organization if role else None,
        aliases=tuple(alias for alias in aliases if alias != fullest.text),
        evidence=text.span(shaped.tokens[first].start, shaped.tokens[last - 1].end),
    )
    return Person(participant, spans, takes_part(ordered, shaped, presence))


def _best_role(sightings: Sequence[Sighting]) -> Role | None:
    """The first office stated, with the fullest organisation it is stated with."""
    roles = [sighting.role for sighting in sightings if sighting.role]
    same = [role for role in roles if role.name.lower() == roles[0].name.lower()]
    return max(same, key=lambda role: len((role.organization or "").split()), default=None)


def _titles(lists: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """The longest of the lists: a page gives all titles once and fewer later."""
    return max(lists, key=len, default=())

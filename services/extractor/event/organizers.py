"""Who holds or carries out the event, where the page says so: "Bawaslu X menggelar …", "yang diselenggarakan oleh …". Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.extractor.event.organizations import Named, evidence, find_organizations, fullest
from services.extractor.event.shape import Shaped
from services.extractor.event.vocabulary import Vocabulary
from services.extractor.gazetteer.regions import Gazetteer
from shared.documents import OrganizationKind, Organizer, Source, SourceName

# In a shape where each organisation is one Z and each region one Y: those before a verb of holding (h), behind its passive (g) or a visit
# or anniversary (c). Several may hold it together ("bekerja sama dengan"); their region, company and the day may stand before the verb, and
# adverbs (e).
_ACTIVE = re.compile(
    r"(?P<who>(?:Z|(?<![^.n\"])Y)(?:\([^()]{1,6}\))?(?:(?:(?:,?[dm]|,|,?[xw]{1,3}d)Z|dY)(?:\([^()]{1,6}\))?)*)"
    r"(?:,?(?:[XPOGaAY]|\([^()]{1,12}\)))*(?:,?d[wHRqOX]{1,6},?)?(?:,?e){0,3},?h"
)
_PASSIVE = re.compile(r"g[wo]{0,5}(?P<who>Z(?:(?:,?d|,)Z)*)")
_REGION = re.compile(r"XP+(?:O(?!G))?")
_VISIT = re.compile(r"c[wO9-]{0,4}(?P<who>Z)")
# Who holds it is said at the beginning.
_PARAGRAPHS = 4
_DO, _ACTIVE_PREFIX = "melakukan", "me"


@dataclass(frozen=True)
class HoldingWords:
    """What lang/*/organizations.toml says about holding an event: a letter for each word."""

    letters: Mapping[str, str]
    visits: frozenset[str]
    activities: frozenset[str]

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> HoldingWords:
        rows = data["holding"]
        adverbs = dict.fromkeys(rows["adverbs"], "e")
        return cls(
            letters={**adverbs, **dict.fromkeys(rows["active"], "h"), **dict.fromkeys(rows["passive"], "g"), "melalui": "m"},
            visits=frozenset(rows["visits"]),
            activities=frozenset(rows["activities"]),
        )


def find_organizers(
    shaped: Shaped,
    found: Sequence[Named],
    told: Collection[int],
    title: Shaped,
    vocabulary: Vocabulary,
    words: HoldingWords,
    gazetteer: Gazetteer,
) -> tuple[Organizer, ...]:
    """Those the first paragraphs name as holding the event, or as doing what happened; where they name none, those the title names.

    `told`: where verbs tell what was done, none where it befell people.
    """
    holders = _holders(shaped, found, words, told)
    if holders:
        return tuple(
            Organizer(name=fullest(named.name, found, gazetteer), kind=named.kind, evidence=evidence(shaped, named))
            for named in _once(holders)
        )
    named_first = _holders(title, find_organizations(title, vocabulary), words, ())
    source = Source(source=SourceName.title)
    return tuple(
        Organizer(name=fullest(_as_in_body(named, found), found, gazetteer), kind=named.kind, evidence=source)
        for named in _once(named_first)
    )


def _holders(shaped: Shaped, found: Sequence[Named], words: HoldingWords, told: Collection[int]) -> list[Named]:
    """The organisations of the first sentence that says who holds it."""
    shape, members = _compressed(shaped, found, words, told)
    for sentence in re.finditer(r"[^.n]+[.n]?", shape):
        matches = [match for pattern in (_ACTIVE, _PASSIVE, _VISIT) for match in pattern.finditer(shape, *sentence.span())]
        if matches and sentence[0].count('"', 0, matches[0].start() - sentence.start()) % 2 == 0:
            return [members[at] for at in range(*matches[0].span("who")) if at in members]
    return []


def _compressed(shaped: Shaped, found: Sequence[Named], words: HoldingWords, told: Collection[int]) -> tuple[str, dict[int, Named]]:
    """The shape with one Z for each organisation and the letters of holding; and which organisation each Z is."""
    heads = {named.first: named for named in found}
    out, members, at = list[str](), dict[int, Named](), 0
    end = _opening(shaped.shape)
    while at < end:
        named = heads.get(at)
        region = _region(shaped, at) if named is None else None
        if held := named or region:
            members[len(out)] = held
        out.append("Z" if named else "Y" if region else _letter(shaped, at, words, told))
        at = held.last if held else at + 1
    return "".join(out), members


def _region(shaped: Shaped, at: int) -> Named | None:
    """ "Kecamatan Krui Selatan menggelar …": a region that acts is its government."""
    match = _REGION.match(shaped.shape, at)
    if match is None or not shaped.tokens[at].text[0].isupper():
        return None
    return Named(at, match.end(), shaped.text(at, match.end()), OrganizationKind.government, alone=False)


def _opening(shape: str) -> int:
    """Where the first paragraphs end."""
    end = -1
    for _ in range(_PARAGRAPHS):
        end = shape.find("n", end + 1)
        if end < 0:
            return len(shape)
    return end


def _letter(shaped: Shaped, at: int, words: HoldingWords, told: Collection[int]) -> str:
    fold = shaped.tokens[at].fold
    if shaped.tokens[at].start in told and fold.startswith(_ACTIVE_PREFIX):
        return "h"
    if fold == _DO and at + 1 < len(shaped.tokens) and shaped.tokens[at + 1].fold in words.activities:
        return "h"
    return "c" if fold in words.visits else words.letters.get(fold, shaped.shape[at])


def _once(holders: Sequence[Named]) -> Iterator[Named]:
    return iter({named.fold: named for named in holders}.values())


def _as_in_body(named: Named, found: Sequence[Named]) -> str:
    """A title in capitals gives the name as the body writes it."""
    return next((other.name for other in found if other.fold == named.fold), named.name)

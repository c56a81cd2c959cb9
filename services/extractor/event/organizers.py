"""Who holds or carries out the event, where the page says so: "Bawaslu X menggelar …", "yang diselenggarakan oleh …". Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from services.extractor.event.organizations import Named, evidence, find_organizations, fullest
from services.extractor.event.shape import Shaped
from services.extractor.event.vocabulary import Vocabulary
from services.extractor.gazetteer.regions import Gazetteer
from shared.documents import OrganizationKind, Organizer, Source, SourceName, Span

# In a shape where each organisation is one Z and each region one Y: those before a verb of holding (h), behind its passive (g) or a visit
# or anniversary (c). Several may hold it together ("bekerja sama dengan"); their region, company and the day may stand before the verb, and
# adverbs (e).
_WHO = (
    r"(?P<who>(?:Z|(?<![^.n\",])(?<![NUMPAXZY],)Y)(?:\([^()]{1,6}\))?(?:(?:(?:,?[dm]|,|,?[xwj]{1,3}d)Z|dY)(?:\([^()]{1,6}\))?)*)"
    r"(?:,?(?:[XPOGaAY]|\([^()]{1,12}\)))*(?:,?d[wHRqOXAUNPL]{1,6},?)?(?:,?e){0,3},?"
)
_ACTIVE = re.compile(_WHO + "h")
_PASSIVE = re.compile(r"g[wo]{0,5}(?P<who>Z(?:(?:,?d|,)Z)*)")
_VISIT = re.compile(r"c[wO9-]{0,4}(?P<who>Z)")
# "Rapat paripurna DPRD Wajo digelar di …": whose it is stands behind what is held, where a sentence begins with that.
_OWN = re.compile(r"(?<![^.n\"])[wOxqj9]{1,8}(?P<who>Z),?q?e{0,2}g")
_HELD = (_ACTIVE, _PASSIVE, _VISIT, _OWN)
# Where nobody is said to hold anything: who does whatever the first sentences tell (j), "Pengadilan Negeri X menjatuhkan vonis".
_ACTS = (re.compile(_WHO + "j"),)
_ACTS_SENTENCES = 2
_REGION = re.compile(r"XP+(?:O(?!G))?")
# An office named by letters, or by a word nobody listed, and its region: "DKUPP Kota Cirebon", "Bapelitbang Kabupaten Alor".
_REGIONAL_OFFICE = re.compile(r"[AU]X?P+")
# Who holds it is said at the beginning.
_PARAGRAPHS = 4
_TITLE = Source(source=SourceName.title)
_DO, _ACTIVE_PREFIXES, _SHORTEST_VERB = "melakukan", ("ber", "me"), 6


@dataclass(frozen=True)
class HoldingWords:
    """What lang/*/organizations.toml says about holding an event: a letter for each word."""

    letters: Mapping[str, str]
    visits: frozenset[str]
    activities: frozenset[str]
    not_acts: frozenset[str]

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> HoldingWords:
        rows = data["holding"]
        adverbs = dict.fromkeys(rows["adverbs"], "e")
        return cls(
            letters={**adverbs, **dict.fromkeys(rows["active"], "h"), **dict.fromkeys(rows["passive"], "g"), "melalui": "m"},
            visits=frozenset(rows["visits"]),
            activities=frozenset(rows["activities"]),
            not_acts=frozenset(rows["not_acts"]),
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
    """Those the first paragraphs name as holding the event, or as doing what happened; where they name none, those the title names;
    at last those who do anything in the first sentences.

    `told`: where verbs tell what was done, none where it befell people.
    """
    opening, in_title = _compressed(shaped, found, words, told), _compressed(title, find_organizations(title, vocabulary), words, ())
    if not (holders := _holders(opening, _HELD)):
        if titled := _holders(in_title, _HELD):
            return _organizers(((_as_in_body(named, found), named.kind, _TITLE) for named in titled), found, gazetteer)
        holders = _holders(opening, _ACTS, _ACTS_SENTENCES)
    return _organizers(((named.name, named.kind, evidence(shaped, named)) for named in holders), found, gazetteer)


def _organizers(
    holders: Iterable[tuple[str, OrganizationKind, Span | Source]], found: Sequence[Named], gazetteer: Gazetteer
) -> tuple[Organizer, ...]:
    """Each once, by the fullest form of its name."""
    once = {name.lower(): (name, kind, proof) for name, kind, proof in holders}
    return tuple(Organizer(name=fullest(name, found, gazetteer), kind=kind, evidence=proof) for name, kind, proof in once.values())


def _holders(compressed: tuple[str, dict[int, Named]], patterns: Iterable[re.Pattern[str]], sentences: int | None = None) -> list[Named]:
    """The organisations of the first sentence that says who holds it."""
    shape, members = compressed
    for sentence in islice(re.finditer(r"[^.n]+[.n]?", shape), sentences):
        matches = [match for pattern in patterns for match in pattern.finditer(shape, *sentence.span())]
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
        office = named or _office(shaped, at)
        region = _region(shaped, at) if office is None else None
        if held := office or region:
            members[len(out)] = held
        out.append("Z" if office else "Y" if region else _letter(shaped, at, words, told))
        at = held.last if held else at + 1
    return "".join(out), members


def _region(shaped: Shaped, at: int) -> Named | None:
    """ "Kecamatan Krui Selatan menggelar …": a region that acts is its government."""
    match = _REGION.match(shaped.shape, at)
    if match is None or not shaped.tokens[at].text[0].isupper():
        return None
    return Named(at, match.end(), shaped.text(at, match.end()), OrganizationKind.government, alone=False)


def _office(shaped: Shaped, at: int) -> Named | None:
    match = _REGIONAL_OFFICE.match(shaped.shape, at)
    return Named(at, match.end(), shaped.text(at, match.end()), OrganizationKind.other, alone=False) if match else None


def _opening(shape: str) -> int:
    """Where the first paragraphs end."""
    end = -1
    for _ in range(_PARAGRAPHS):
        end = shape.find("n", end + 1)
        if end < 0:
            return len(shape)
    return end


def _letter(shaped: Shaped, at: int, words: HoldingWords, told: Collection[int]) -> str:
    fold, letter = shaped.tokens[at].fold, shaped.shape[at]
    acts = letter in "wx" and fold.startswith(_ACTIVE_PREFIXES) and len(fold) >= _SHORTEST_VERB
    if acts and shaped.tokens[at].start in told:
        return "h"
    if fold == _DO and at + 1 < len(shaped.tokens) and shaped.tokens[at + 1].fold in words.activities:
        return "h"
    known = "c" if fold in words.visits else words.letters.get(fold)
    return known or ("j" if acts and fold not in words.not_acts else letter)


def _as_in_body(named: Named, found: Sequence[Named]) -> str:
    """A title in capitals gives the name as the body writes it."""
    return next((other.name for other in found if other.fold == named.fold), named.name)

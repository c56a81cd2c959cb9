"""What kind of event a page reports, or that it reports none. Pure.

Title and first sentences are read word by word (`reports.py`); each type's reports are added up, the first sentences counting most,
and weighed against what speaks for an explainer, a price list, a statistic or another page without an event.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from services.extractor.event.lexicon import Lexicon, Sense
from services.extractor.event.phrases import Found, Word
from services.extractor.event.reports import Report, find_reports, is_anchored, is_dated
from services.extractor.event.text import Text
from shared.documents import EventType

# How much a sentence of the body counts, and the title beside them.
_SENTENCES = (1.5, 1.3, 1.2, 1.1, 1.0, 0.9, 0.7, 0.5)
_FURTHER = 0.15
_TITLE = 1.6
_LEAD = len(_SENTENCES)
_ANCHORED, _DATED = 1.5, 0.5
_HELD, _CALLED = 3.0, 2.0
_ABOUT_INCIDENT, _NAMED_INCIDENT = 0.7, 0.6
_TITLE_OPENS, _TITLE_ASKS, _DEFINES = 4.8, 1.5, 3.0
# "BPS menyosialisasikan …": a first sentence that tells of something held explains and counts by the way.
_HOLDS = 0.5
# Below this nothing says that something happened.
LEAST = 3.0
# From here on a type is hinted at, where a day of the week tells that something happened.
_HINT = 0.8
# So little said against an event outweighs no day of the week: "diperkirakan", once.
_LITTLE = 0.8


@dataclass(frozen=True)
class Happening:
    """The type of what happened, and the offsets in the body where it is told to have happened; where it is called by its kind.

    `done`: those of `told` where somebody does it, none where it befalls people.
    """

    kind: EventType
    told: tuple[int, ...]
    done: frozenset[int] = frozenset()
    called: tuple[tuple[int, int], ...] = ()


def find_happening(text: Text, lexicon: Lexicon) -> Happening | None:
    """What the title and the lead speak for most, or None where they report no event."""
    title, body = text.title_words, text.lead_words
    in_title, in_body = list(lexicon.phrases.find(title)), list(lexicon.phrases.find(body))
    lead = [hit for hit in in_body if body[hit.first].sentence < _LEAD]
    if any(hit.meaning.always_none for hit in (*in_title, *lead)) or _is_labelled(text.title, title, in_title):
        return None
    reports = find_reports(body, in_body, lexicon, headline=False)
    scores = _scores(find_reports(title, in_title, lexicon, headline=True), reports, lexicon)
    none = _none(text.title, in_title) + _none_of_lead(body, lead, reports)
    kind = _decide(scores, none, anchored=is_anchored(body, lead, text.body), dated=is_dated(body, lead))
    return None if kind is None else _happening(kind, body, reports, incident=kind in lexicon.incidents)


def _decide(scores: Mapping[EventType, float], none: float, *, anchored: bool, dated: bool) -> EventType | None:
    """The strongest type where it outweighs what speaks for none; a weekday named in the lead tells of something, if of no clear type."""
    best = max(scores, key=lambda kind: scores[kind], default=EventType.lainnya)
    score = scores.get(best, 0.0)
    happened = score + (_ANCHORED if anchored else _DATED if dated else 0.0)
    if happened >= LEAST:
        return best if happened > none else None
    if not anchored or none > _LITTLE:
        return None
    return best if score >= _HINT else EventType.lainnya


def _happening(kind: EventType, body: Sequence[Word], reports: Sequence[Report], *, incident: bool) -> Happening:
    own = [report for report in reports if report.kind is kind]
    called = [report for report in own if report.weight >= _CALLED and not report.verb]
    held = [report for report in own if report.weight >= _HELD]
    return Happening(
        kind=kind,
        told=tuple(body[report.at].start for report in held),
        done=frozenset(body[report.at].start for report in held if report.verb and not incident),
        called=tuple((body[report.at].start, body[report.last - 1].end) for report in called),
    )


def _scores(title: Sequence[Report], body: Sequence[Report], lexicon: Lexicon) -> Mapping[EventType, float]:
    """Each type's reports together."""
    weights: dict[EventType, dict[str, float]] = {}
    for report in title:
        _keep(weights, report, f"title {report.phrase}", _TITLE)
    for report in body:
        _keep(weights, report, report.phrase, _SENTENCES[report.sentence] if report.sentence < _LEAD else _FURTHER)
    held = {report.kind for report in title if report.weight >= _HELD}
    happened = held | {report.kind for report in body if report.weight >= _HELD}
    scores = {kind: _together(sorted(words.values(), reverse=True)) for kind, words in weights.items()}
    return {kind: score * (_incident(kind, held, happened) if kind in lexicon.incidents else 1.0) for kind, score in scores.items()}


def _incident(kind: EventType, held: Set[EventType], happened: Set[EventType]) -> float:
    """What befalls people counts less where the title tells of something else held, and where it is only named: a talk about drugs."""
    return (_ABOUT_INCIDENT if held - {kind} else 1.0) * (1.0 if kind in happened else _NAMED_INCIDENT)


def _keep(weights: dict[EventType, dict[str, float]], report: Report, phrase: str, place: float) -> None:
    words = weights.setdefault(report.kind, {})
    words[phrase] = max(words.get(phrase, 0.0), report.weight * place)


def _together(weights: Sequence[float]) -> float:
    """The sum, each further word counting less: many words for one thing are not many things."""
    return sum(weight / (1 + number) for number, weight in enumerate(weights))


def _is_labelled(title: str, words: Sequence[Word], found: Sequence[Found[Sense]]) -> bool:
    """Does the title name its own genre: "Opini: Menanam Pohon Sebelum Haus", "Resep | Gulai Pakis"."""
    openings = (hit for hit in found if hit.meaning.opening and hit.first == 0)
    return any(title[words[hit.last - 1].end :].lstrip().startswith((":", "|")) for hit in openings)


def _none(text: str, found: Sequence[Found[Sense]]) -> float:
    """How much a title promises knowledge rather than news."""
    score = sum(1.5 * hit.meaning.none for hit in found)
    score += _TITLE_OPENS if any(hit.meaning.opening and hit.first == 0 for hit in found) else 0.0
    return score + (_TITLE_ASKS if text.rstrip().endswith("?") else 0.0)


def _none_of_lead(words: Sequence[Word], found: Sequence[Found[Sense]], reports: Sequence[Report]) -> float:
    """How much the first sentences explain, count or define."""
    phrases = {hit.phrase: hit.meaning.none * _SENTENCES[words[hit.first].sentence] for hit in reversed(found)}
    first = min((report.at for report in reports if report.weight >= _HELD), default=len(words))
    holds = _HOLDS if any(report.weight >= _HELD and report.sentence == 0 for report in reports) else 1.0
    defines = any(hit.meaning.copula and hit.first < first for hit in found if words[hit.first].sentence == 0)
    return _together(sorted(phrases.values(), reverse=True)) * 1.5 * holds + (_DEFINES if defines else 0.0)

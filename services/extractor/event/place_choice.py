"""Which of the phrases that say where is the event's: by where it stands, what leads to it and how much it says. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from services.extractor.event.place_phrases import Kind, Lead, Part, Phrase
from services.extractor.event.place_words import PlaceWords, last_words
from services.extractor.event.text import Text
from shared.documents import Span

_BEFORE = 70
# By paragraph: the lead says where, the next ones may, later ones tell of something else.
_PARAGRAPHS = (4.0, 2.5, 1.5, 1.0)
_HAPPENING, _DONE, _FOCUS, _BESIDE_FOCUS, _VENUE, _SMALL_UNIT = 3.0, 1.5, 3.0, 1.5, 2.0, 1.0
_QUOTED, _TOWARDS, _UNLED = -6.0, -1.0, -2.0
_NEAR, _LONGEST_QUOTE = 60, 2_000
# What a phrase must have to be the event's place, and to add to it what the chosen one leaves out.
ENOUGH, SURE = 3.5, 5.5


@dataclass(frozen=True)
class Chosen:
    """The event's phrase, and the venue and units that stand in it or in others that agree with it."""

    phrase: Phrase
    venue: tuple[Part, ...] = ()
    desa: Part | None = None
    kecamatan: Part | None = None
    bare: tuple[Part, ...] = ()


def choose(phrases: Sequence[Phrase], text: Text, focus: Span | None, words: PlaceWords) -> Chosen | None:
    """The best phrase, completed; the earlier of two alike. `focus` is where the event's date stands."""
    scored = [(score(phrase, text, focus, words), phrase) for phrase in phrases]
    best = max(scored, key=lambda pair: (pair[0], -pair[1].start), default=None)
    if best is None or best[0] < ENOUGH:
        return None
    chosen = _parts_of(best[1], words)
    for weight, phrase in scored:
        if phrase is not best[1]:
            chosen = _completed(chosen, _parts_of(phrase, words), weight)
    return chosen


def score(phrase: Phrase, text: Text, focus: Span | None, words: PlaceWords) -> float:
    """How likely the event took place there; none at all where somebody only lives, comes from or is taken there."""
    before = text.body[max(0, phrase.lead_at - _BEFORE) : phrase.lead_at]
    before = before[before.rfind("\n") + 1 :]
    if (
        words.before.elsewhere.search(before)
        or words.before.asked.search(before)
        or (phrase.lead is Lead.none and not _closes_with(focus, phrase, text, words) and _is_somebodys(phrase, before, words))
    ):
        return 0.0
    paragraph = text.paragraph_of(phrase.start)
    weight = _PARAGRAPHS[paragraph] if paragraph < len(_PARAGRAPHS) else 0.0
    weight += _happening(before, phrase, words)
    weight += _VENUE if phrase.first(Kind.venue) else 0.0
    weight += _SMALL_UNIT if phrase.first(Kind.desa, Kind.dusun, Kind.kecamatan) else 0.0
    weight += {Lead.at: 0.0, Lead.reached: _TOWARDS, Lead.none: _UNLED}[phrase.lead] + (_TOWARDS if phrase.lead_word == "ke" else 0.0)
    return weight + _by_focus(phrase, text, focus) + (_QUOTED if _is_quoted(phrase, text) else 0.0)


def _happening(before: str, phrase: Phrase, words: PlaceWords) -> float:
    """What a verb of taking place just before adds, and any other passive: "bantuan itu diserahkan di X"."""
    if words.before.happening.search(before) or phrase.lead_word.startswith(("bertempat", "lokasi", "tempat")):
        return _HAPPENING
    return _DONE if words.before.done.search(before) else 0.0


def _is_somebodys(phrase: Phrase, before: str, words: PlaceWords) -> bool:
    """Without a word like "di": "warga Desa X, Kecamatan Y" is no place of an event, nor is an office's single unit."""
    return len(phrase.parts) < 2 or not words.before.nobody.isdisjoint(last_words(before))


def _closes_with(focus: Span | None, phrase: Phrase, text: Text, words: PlaceWords) -> bool:
    """ "kepada warga Desa X, Kecamatan Y, Sabtu (14/10)": the event's date right behind tells when it was there. Or "… desa setempat"."""
    if focus is not None and text.body[phrase.end : focus.start] in (", ", " "):
        return True
    return words.same.search(text.body, phrase.end, text.sentence_end(phrase.end)) is not None


def _by_focus(phrase: Phrase, text: Text, focus: Span | None) -> float:
    """What standing beside the event's date, or in its sentence, adds."""
    if focus is None:
        return 0.0
    first, second = sorted(((phrase.start, phrase.end), (focus.start, focus.end)))
    between = text.body[first[1] : second[0]]
    if second[0] - first[1] <= _NEAR and ". " not in between and "\n" not in between:
        return _FOCUS + _BESIDE_FOCUS
    return _FOCUS if text.sentence_start(focus.start) <= phrase.start < text.sentence_end(focus.end) else 0.0


def _is_quoted(phrase: Phrase, text: Text) -> bool:
    """Does it stand between quotation marks of its paragraph?"""
    paragraph = text.starts[text.paragraph_of(phrase.start)]
    before = text.body[max(paragraph, phrase.start - _LONGEST_QUOTE) : phrase.start]
    return before.count("“") > before.count("”") or before.count('"') % 2 == 1


def _parts_of(phrase: Phrase, words: PlaceWords) -> Chosen:
    """Its venue (neighbouring ones together), its desa or what stands for one, its kecamatan, and names without a level."""
    return Chosen(
        phrase,
        _venue(phrase, words),
        phrase.first(Kind.desa, Kind.dusun),
        phrase.first(Kind.kecamatan),
        tuple(part for part in phrase.parts if part.kind is Kind.bare),
    )


def _venue(phrase: Phrase, words: PlaceWords) -> tuple[Part, ...]:
    """The venue with what is named straight behind it, "Sungai X, Curug Y"; not the road a building stands in."""
    venues = [part for part in phrase.parts if part.kind is Kind.venue]
    first = phrase.parts.index(venues[0]) if venues else 0
    return tuple(
        part
        for index, part in enumerate(venues)
        if index == 0 or (phrase.parts.index(part) == first + index and not words.venues.road.match(part.name))
    )


def _completed(chosen: Chosen, other: Chosen, weight: float) -> Chosen:
    """What another phrase adds: a venue where it is sure, a desa or kecamatan where it names a unit that the chosen one has too."""
    same_kecamatan = chosen.kecamatan and other.kecamatan and _alike(chosen.kecamatan, other.kecamatan)
    same_desa = chosen.desa and other.desa and _alike(chosen.desa, other.desa)
    unlike = (chosen.kecamatan and other.kecamatan and not same_kecamatan) or (chosen.desa and other.desa and not same_desa)
    if other.desa and chosen.venue and not (chosen.desa or chosen.kecamatan) and other.desa.name in chosen.venue[0].name:
        return replace(chosen, desa=other.desa, kecamatan=other.kecamatan)  # "warga Kelurahan Kalianget … di Lapangan Kalianget"
    if unlike or weight <= 0:
        return chosen
    if not chosen.venue and other.venue and other.phrase.lead is Lead.at and (weight >= SURE or (same_desa and same_kecamatan)):
        chosen = replace(chosen, venue=other.venue)
    if not chosen.desa and other.desa and (same_kecamatan or weight >= SURE) and other.phrase.lead is Lead.at:
        chosen = replace(chosen, desa=other.desa)
    if not chosen.kecamatan and other.kecamatan and (same_desa or weight >= SURE) and other.phrase.lead is Lead.at:
        chosen = replace(chosen, kecamatan=other.kecamatan)
    return chosen


def _alike(one: Part, other: Part) -> bool:
    return one.name.casefold() == other.name.casefold()

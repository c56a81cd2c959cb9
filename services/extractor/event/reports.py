"""What the words of a text report: which event words stand for the happening, which only for its subject. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.extractor.event.lexicon import Lexicon, Sense
from services.extractor.event.phrases import Found, Word
from shared.documents import EventType

# How many words a verb's object, a name's modifiers, a preposition's noun and a passive's subject may lie away.
_OBJECT, _MODIFIER, _SUBJECT_MATTER, _NEXT, _PASSIVE, _CALL = 6, 6, 3, 2, 12, 4
_STATEMENT = 14
_HAPPENED, _TOLD_DURING, _NAMED, _MODIFIES, _SUBJECT = 3.0, 2.0, 1.0, 0.3, 0.2
_CALLED_FOR = 0.6
_QUOTED = 0.3
_MARKS = frozenset('.,;:!?\n"“”')
_QUOTES = frozenset('"“”')


@dataclass(slots=True)
class Report:
    """A word of an event and how much it says that this happened; the numbers of its first word, one past its last, and its sentence."""

    kind: EventType
    phrase: str
    weight: float
    at: int
    last: int
    verb: bool = False
    thing: bool = False
    sentence: int = 0


@dataclass(slots=True)
class _Heard:
    """What the walk over a sentence keeps in mind: the places of the last word of each kind."""

    sentence: int = -1
    head: int = -99
    modified: bool = False
    holder: int = -99
    by: tuple[int, frozenset[EventType]] = (-99, frozenset())
    about: int = -99
    occasion: int = -99
    call: int = -99
    last: Report | None = None


def find_reports(words: Sequence[Word], found: Sequence[Found[Sense]], lexicon: Lexicon, *, headline: bool) -> list[Report]:
    """The event words in order, each weighed by its grammar."""
    quoted = set() if headline else _quoted(words)
    asked = {word.sentence for word in words if word.text == "?"} if not headline else set()
    heard, out = _Heard(), []
    for hit in found:
        sentence = words[hit.first].sentence
        if sentence != heard.sentence:
            heard = _Heard(sentence)
        if hit.meaning.breaks or (hit.meaning.joins and not heard.modified) or _broken(words, heard, hit.first):
            heard.head = -99
        report = _report(hit, heard, lexicon, headline=headline)
        if report is not None:
            report.weight *= _QUOTED if hit.first in quoted or sentence in asked else 1.0
            report.sentence = sentence
            out.append(report)
        _hear(hit, report, heard)
    return out


def _report(hit: Found[Sense], heard: _Heard, lexicon: Lexicon, *, headline: bool) -> Report | None:
    sense = hit.meaning
    if sense.acts is not None and (headline or hit.phrase not in lexicon.bare):
        return Report(sense.acts, hit.phrase, _CALLED_FOR if _is_called_for(hit, heard) else _HAPPENED, hit.first, hit.last, verb=True)
    if sense.does is not None:
        return Report(sense.does, hit.phrase, _does_weight(hit, heard), hit.first, hit.last)
    kind = sense.names or sense.acts
    if kind is None:
        return None
    return Report(kind, hit.phrase, _name_weight(hit, kind, heard, headline=headline), hit.first, hit.last, thing=sense.thing)


def _does_weight(hit: Found[Sense], heard: _Heard) -> float:
    if _is_about(hit, heard):
        return _SUBJECT
    if _is_called_for(hit, heard):
        return _CALLED_FOR
    return _NAMED if hit.first - heard.head <= _MODIFIER else _HAPPENED


def _name_weight(hit: Found[Sense], kind: EventType, heard: _Heard, *, headline: bool) -> float:
    """A name says little alone, all where it is held, next to nothing as another's subject."""
    at, holds = heard.by
    own = kind in holds and hit.first - at <= _OBJECT and at >= heard.head
    if hit.first - heard.head <= _MODIFIER and not own:
        return _MODIFIES
    if _is_about(hit, heard):
        return _SUBJECT
    if own or hit.first - heard.holder <= _OBJECT:
        return _HAPPENED
    if hit.first - heard.occasion <= _NEXT or (headline and hit.first == 0):
        return _TOLD_DURING
    return _MODIFIES if hit.meaning.thing else _NAMED


def _is_called_for(hit: Found[Sense], heard: _Heard) -> bool:
    return hit.first - heard.call <= _CALL


def _is_about(hit: Found[Sense], heard: _Heard) -> bool:
    return hit.first - heard.about <= _SUBJECT_MATTER


def _hear(hit: Found[Sense], report: Report | None, heard: _Heard) -> None:
    """Remember the hit for what follows it in the sentence, and see what it says of the report before it."""
    _confirm(hit, heard)
    sense, at = hit.meaning, hit.last - 1
    heard.holder = at if sense.holds and not _is_called_for(hit, heard) else heard.holder
    heard.about = at if sense.about else heard.about
    heard.occasion = at if sense.occasion else heard.occasion
    heard.call = at if sense.calls else heard.call
    if report is not None and (report.weight > _MODIFIES or report.thing):
        _take_over(report, heard)
        heard.head, heard.last, heard.modified = at, report, False
    elif report is not None and report.weight == _MODIFIES:
        heard.modified = True
    if sense.by:
        heard.by = (at, sense.by)


def _confirm(hit: Found[Sense], heard: _Heard) -> None:
    """A passive or the type's own verb makes the name before it the happening: "rakor yang digelar", "banjir merendam"."""
    last, sense = heard.last, hit.meaning
    if last is None or (last.weight < _NAMED and not (last.thing and last.kind in sense.by)):
        return
    away = hit.first - last.at
    if (sense.confirms and away <= _PASSIVE) or (last.kind in sense.by and away <= _OBJECT):
        last.weight = max(last.weight, _HAPPENED)


def _take_over(report: Report, heard: _Heard) -> None:
    """A verb that is an act of one type yields to the name it holds: "menandatangani pakta integritas" is a pledge."""
    at, holds = heard.by
    if heard.last is not None and heard.head == at and report.kind in holds and report.kind is not heard.last.kind:
        heard.last.weight = _MODIFIES


def _broken(words: Sequence[Word], heard: _Heard, before: int) -> bool:
    """Does a mark stand between the head and here? In "apel bencana banjir, longsor dan rob" a comma ends nothing."""
    if heard.head < 0:
        return False
    ends = _MARKS - {","} if heard.modified else _MARKS
    return any(word.text in ends for word in words[heard.head + 1 : before])


def _quoted(words: Sequence[Word]) -> set[int]:
    """The numbers of the words between quotation marks; a mark left open ends with its paragraph."""
    out: set[int] = set()
    opened: int | None = None
    for number, word in enumerate(words):
        if word.text == "\n":
            opened = None
        elif word.text in _QUOTES:
            if opened is not None:
                out.update(range(opened, number) if _is_speech(words, opened) else ())
            opened = number if opened is None or word.text == "“" else None
    return out


def _is_speech(words: Sequence[Word], mark: int) -> bool:
    """Speech begins after a mark or "bahwa"; in the run of a sentence the marks hold a name: "kegiatan “Sapa Warga”"."""
    return mark == 0 or words[mark - 1].text in _MARKS or words[mark - 1].text == "bahwa"


def is_anchored(words: Sequence[Word], found: Sequence[Found[Sense]], text: str) -> bool:
    """Is a day of the week named that is not the day of a statement: "digelar di aula, Senin (3/2)"."""
    days = [hit for hit in found if hit.meaning.anchor and (text[words[hit.first].start].isupper() or hit.last - hit.first > 1)]
    return not all(_is_said(hit, words, found) for hit in days)


def is_dated(words: Sequence[Word], found: Sequence[Found[Sense]]) -> bool:
    """Is a full date named that is not the day of a statement."""
    return not all(_is_said(hit, words, found) for hit in found if hit.meaning.dated)


def _is_said(day: Found[Sense], words: Sequence[Word], found: Sequence[Found[Sense]]) -> bool:
    before = (hit.first for hit in found if hit.meaning.said and 0 < day.first - hit.first <= _STATEMENT)
    return any(words[at].sentence == words[day.first].sentence for at in before)

"""Which of a text's dates is the event's, and what speaks against it. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from services.extractor.event.calendar import Calendar
from services.extractor.event.dates import DateMention
from services.extractor.event.text import Text
from shared.documents import ConflictKind, DateBasis, DateConflict, DatePrecision, EventDate, Flag, Source

_BEFORE = 40
_LEAD = 600
_PARAGRAPH_WEIGHT = (4.0, 3.0, 2.0, 1.0)
# Words of a paragraph beside its date.
_DATELINE_WORDS = 4
_LONG_AGO = timedelta(days=45)
# The day of what a page reports is not the two hundredth date in it.
_MOST = 200
# Less than this is a date the page mentions, not the day of what it reports.
LEAST = 1.0


@dataclass(frozen=True)
class Speech:
    """What lang/*/speech.toml says about how a date may belong to a statement."""

    said: re.Pattern[str]
    interview: re.Pattern[str]
    at_occasion: re.Pattern[str]

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Speech:
        verbs = "|".join(sorted(data["verbs"], key=len, reverse=True))
        return cls(
            said=re.compile(rf"[\"”“][\s,.]*(?:{verbs})(?:nya)?\b", re.I),
            interview=_phrases(data["interview"]),
            at_occasion=_phrases(data["at_occasion"]),
        )


def event_date(
    text: Text, mentions: Sequence[DateMention], calendar: Calendar, speech: Speech, told: Sequence[int] = ()
) -> EventDate | None:
    """The day of the event: the best placed date that belongs to it; else the publication's, so marked. `told`: where the event is told."""
    scored = [(_score(mention, text, calendar, speech, told), -mention.start, mention) for mention in mentions[:_MOST]]
    best = max(scored, key=lambda entry: entry[:2], default=None)
    if best is not None and best[0] >= LEAST:
        return _dated(best[2], text, calendar)
    if text.published_at is None:
        return None
    day = text.published_at.value.date()
    return EventDate(
        start=day, end=day, edtf=day.isoformat(), basis=DateBasis.published, inferred=True, evidence=Source(source=text.published_at.source)
    )


def flags_of(day: EventDate | None) -> tuple[Flag, ...]:
    """The article's flags for the date's conflicts."""
    return tuple(Flag(conflict.kind.value) for conflict in day.conflicts) if day else ()


def _score(mention: DateMention, text: Text, calendar: Calendar, speech: Speech, told: Sequence[int]) -> float:
    start, end = text.sentence_start(mention.start), text.sentence_end(mention.end)
    just_before = text.body[max(start, mention.start - _BEFORE) : mention.start]
    paragraph = text.paragraph_of(mention.start)
    score = _PARAGRAPH_WEIGHT[paragraph] if paragraph < len(_PARAGRAPH_WEIGHT) else 0.0
    score += {DateBasis.explicit: 2.0, DateBasis.partial: 2.0}.get(mention.basis, 0.5)
    score += 1.0 if mention.weekday is not None else 0.0
    score += 1.0 if calendar.occasion.search(just_before) else 0.0
    score -= 4.0 if calendar.limit.search(just_before) else 0.0
    is_told = any(start <= at < end for at in told)
    score += 1.5 if is_told else 0.0
    score -= 4.0 if not is_told and calendar.backward.search(just_before) else 0.0
    score -= 1.0 if not is_told and calendar.coming.search(just_before) else 0.0
    score -= 4.0 if mention.precision is not DatePrecision.day else 0.0
    score -= _statement(mention, text, speech)
    score -= 3.0 if _is_dateline(text.body[mention.start : mention.end], text.paragraphs[paragraph]) else 0.0
    return score - _distance(mention, text)


def _is_dateline(words: str, paragraph: str) -> bool:
    """A paragraph of only a place and a date gives the day of writing."""
    return len(paragraph.split()) - len(words.split()) <= _DATELINE_WORDS and not any(mark in paragraph for mark in '"“”')


def _statement(mention: DateMention, text: Text, speech: Speech) -> float:
    """How much the date belongs to words spoken: those of an interview never date the event, those at the occasion do."""
    start = max(text.body.rfind("\n", 0, mention.start), text.body.rfind(". ", 0, mention.start)) + 1
    clause = text.body[start : mention.start]
    if speech.interview.search(clause):
        return 10.0
    said = speech.said.search(clause) or speech.said.match(text.body, max(0, start - 2))
    if said is None or speech.at_occasion.search(clause):
        return 0.0
    return 2.5 if " di " not in clause[said.end() - said.start() :] else 1.0


def _distance(mention: DateMention, text: Text) -> float:
    """Far from the publication is less likely; days after it are for announcements."""
    if text.published is None or mention.first is None:
        return 0.0
    if mention.first > text.published + timedelta(days=1):
        return 1.0
    return 2.0 if mention.first < text.published - _LONG_AGO else 0.0


def _dated(mention: DateMention, text: Text, calendar: Calendar) -> EventDate:
    exact = text.body[mention.start : mention.end]
    evidence = text.span(mention.start, mention.end)
    if mention.first is None:
        conflict = DateConflict(kind=ConflictKind.impossible_date, stated=exact)
        return EventDate(basis=mention.basis, text=exact, conflicts=(conflict,), evidence=evidence)
    last = mention.last or mention.first
    return EventDate(
        start=mention.first,
        end=last,
        edtf=_edtf(mention.first, last, mention.precision),
        precision=mention.precision,
        basis=mention.basis,
        conflicts=_conflicts(mention, text, calendar),
        evidence=evidence,
    )


def _edtf(first: date, last: date, precision: DatePrecision) -> str:
    if precision is not DatePrecision.day:
        return first.isoformat()[: 7 if precision is DatePrecision.month else 4]
    return first.isoformat() if first == last else f"{first.isoformat()}/{last.isoformat()}"


def _conflicts(mention: DateMention, text: Text, calendar: Calendar) -> tuple[DateConflict, ...]:
    out = []
    assert mention.first is not None
    if mention.weekday is not None and mention.first.weekday() != mention.weekday:
        actual = calendar.weekday_names[mention.first.weekday()]
        out.append(DateConflict(kind=ConflictKind.weekday_mismatch, stated=mention.weekday_text or "", actual=actual))
    if text.published is not None and mention.first > text.published + timedelta(days=1) and not _announced(mention, text, calendar):
        conflict = DateConflict(
            kind=ConflictKind.after_publication, stated=text.body[mention.start : mention.end], actual=text.published.isoformat()
        )
        out.append(conflict)
    return tuple(out)


def _announced(mention: DateMention, text: Text, calendar: Calendar) -> bool:
    """Is the day told of as one to come: in its sentence, in the title or in the first words."""
    sentence = text.body[text.sentence_start(mention.start) : text.sentence_end(mention.end)]
    return any(calendar.announcing.search(part) for part in (sentence, text.title, text.body[:_LEAD]))


def _phrases(phrases: list[str]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(re.escape(phrase) for phrase in sorted(phrases, key=len, reverse=True))})\b", re.I)

"""Direct speech on a page, with who says it. Quoted themes, names and terms are not speech; nothing unmarked is. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from services.extractor.event.attribution import STOP, Attribution, Sayings, attribution_after, attribution_before, clause_start
from services.extractor.event.marks import Ending, Quotation, find_quotations
from services.extractor.event.people import Person
from services.extractor.event.speakers import Said, find_speakers
from services.extractor.event.text import Text
from shared.documents import Quote

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
# What an opening mark repeats at the head of each further paragraph.
_REOPENED = re.compile(r"\n\s*[\"“”„]\s*")
# A clause has at least so many words; fewer are speech only where somebody is said to say them.
_CLAUSE = 5
_PHRASE = 2
# This share of capitals makes a title, not a sentence.
_TITLE = 0.7


@dataclass(frozen=True)
class _Read:
    quotation: Quotation
    before: Attribution | None
    after: Attribution | None


def find_quotes(text: Text, people: Sequence[Person], sayings: Sayings) -> tuple[Quote, ...]:
    """The direct speech of a body in order, each with its speaker's full name if the page tells, and the verb as printed."""
    read = [_read(text.body, quotation, sayings) for quotation in find_quotations(text.body, sayings.said, sayings.cut)]
    spoken = [entry for entry in read if _is_speech(text.body, entry, sayings)]
    said = [Said(entry.quotation, entry.before, entry.after) for entry in spoken]
    speakers = find_speakers(text, said, people, sayings)
    return tuple(_quote(text, parts, speakers[parts[0]], spoken) for parts in _interrupted(text.body, spoken))


def quoted(people: Sequence[Person], quotes: Sequence[Quote]) -> tuple[Person, ...]:
    """The people, those who are quoted taking part."""
    speaking = {quote.speaker for quote in quotes}
    return tuple(replace(person, takes_part=True) if person.participant.name in speaking else person for person in people)


def _read(body: str, quotation: Quotation, sayings: Sayings) -> _Read:
    return _Read(quotation, attribution_before(body, quotation, sayings), attribution_after(body, quotation, sayings))


def _interrupted(body: str, spoken: Sequence[_Read]) -> list[list[int]]:
    """The numbers of the quotations that are one: "Kami siap," ujar X, "dan akan datang."."""
    groups: list[list[int]] = []
    for number, entry in enumerate(spoken):
        before = spoken[number - 1] if number else None
        if before is not None and before.after is not None and _goes_on(body, before.quotation.after, entry.quotation):
            groups[-1].append(number)
        else:
            groups.append([number])
    return groups


def _goes_on(body: str, start: int, quotation: Quotation) -> bool:
    """Does the sentence of an attribution end with a comma and its quotation go on in small letters."""
    between = body[start : quotation.before].rstrip()
    return between.endswith(",") and STOP.search(between) is None and body[quotation.start].islower()


def _quote(text: Text, parts: Sequence[int], speaker: str | None, spoken: Sequence[_Read]) -> Quote:
    quotations = [spoken[number].quotation for number in parts]
    said = spoken[parts[0]].after or spoken[parts[0]].before
    return Quote(
        text=" ".join(_REOPENED.sub("\n", text.body[quotation.start : quotation.end]) for quotation in quotations),
        speaker=speaker,
        verb=said.verb if said else None,
        evidence=text.span(quotations[0].start, quotations[-1].end),
    )


def _is_speech(body: str, read: _Read, sayings: Sayings) -> bool:
    """Is it somebody's words: said to be, or a clause that stands by itself."""
    quotation = read.quotation
    if quotation.ending is Ending.orphan and read.after is None:
        return False
    lead = body[clause_start(body, quotation.before) : quotation.before].rstrip()
    words = _WORD.findall(body, quotation.start, quotation.end)
    named = sayings.term.search(lead) is not None
    if named and read.after is None and _is_title(words):
        return False  # "sejalan dengan tema pentahbisan, “Membangun Rumah, Memulihkan Sesama”"
    if read.before is None and named and (read.after is None or not lead.endswith(",") or _is_title(words)):
        return False
    if read.after is not None:
        return len(words) > _PHRASE or _closes_speech(body, quotation)
    led = lead.endswith((",", ":") if len(words) <= _PHRASE else (",", ":", "bahwa")) and _ends_sentence(body, quotation)
    if read.before is not None and led:
        return True
    if len(words) < _CLAUSE or _is_title(words) or (quotation.single and body[quotation.end - 1] not in ".!?"):
        return False
    return read.before is not None or ((not lead or lead.endswith(":")) and _ends_sentence(body, quotation))


def _closes_speech(body: str, quotation: Quotation) -> bool:
    """ "Siap," ujarnya: a mark of punctuation ends even the shortest speech."""
    return any(mark in ",.!?" for mark in body[quotation.end : quotation.after] + body[quotation.end - 1])


def _is_title(words: Sequence[str]) -> bool:
    return sum(word[0].isupper() or word[0].isdigit() for word in words) >= _TITLE * len(words)


def _ends_sentence(body: str, quotation: Quotation) -> bool:
    """Does no sentence go on behind the closing mark."""
    following = body[quotation.after : quotation.after + 2].lstrip(" .,")
    return not following or following[0] in "\n(" or following[0].isupper()

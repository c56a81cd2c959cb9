"""Who says the quoted words: by name, by office, or by nothing but "ujarnya". Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import chain

from services.extractor.event.attribution import STOP, Attribution, Sayings, naming
from services.extractor.event.cast import Cast, Reference
from services.extractor.event.marks import Quotation
from services.extractor.event.people import Person
from services.extractor.event.text import Text

# A verb of saying belongs to a subject this near before it; the title and office of a name reach this far back.
_NEAR = 140
_TITLED = 160
# An attribution that follows words without one stands at most this far behind them.
_ADJACENT = 4


class Who(Enum):
    """A speaker who is not named beside the words."""

    same = "same"
    """Whoever is in focus: "ujarnya", "kata dia", "tutur pria 40 tahun itu"."""
    nobody = "nobody"
    """Somebody the page does not name, or a document."""


# The number of a person, somebody unnamed, or nobody yet.
Speaker = int | Who | None


@dataclass(frozen=True)
class Said:
    """A quotation that is speech, with what stands beside it."""

    quotation: Quotation
    before: Attribution | None
    after: Attribution | None

    @property
    def end(self) -> int:
        return self.after.end if self.after else self.quotation.after


def find_speakers(text: Text, said: Sequence[Said], people: Sequence[Person], sayings: Sayings) -> tuple[str | None, ...]:
    """The full name of each quotation's speaker, or None where the page names nobody."""
    cast = Cast(text.body, people, sayings)
    out: list[Speaker] = []
    for at in range(len(said)):
        out.append(_speaker(cast, said, at, out[-1] if out else None))
    return tuple(people[who].participant.name if isinstance(who, int) else None for who in out)


def _speaker(cast: Cast, said: Sequence[Said], at: int, last: Speaker) -> Speaker:
    spoken, start = said[at], _sentence_end(cast.body, said[at - 1].end, said[at].quotation.before) if at else 0
    if spoken.after is not None and spoken.after.explicit:
        who = _named(cast, spoken.after)
        return _focus(cast, start, spoken.quotation.before, last) if who is Who.same else who
    told = _told_after(cast, spoken)
    if told is not None:
        return told
    if spoken.after is None and spoken.before is None:
        following = said[at + 1] if at + 1 < len(said) else None
        return _unattributed(cast, spoken, following, start, last)
    return _focus(cast, start, spoken.quotation.before, last)


def _named(cast: Cast, attribution: Attribution) -> int | Who:
    """Whom the words behind the verb name."""
    for start, end in naming(cast.body, attribution, cast.sayings):
        who = _resolved(cast, start, end)
        if who is not Who.nobody:
            return who
    return Who.nobody


def _resolved(cast: Cast, start: int, end: int) -> int | Who:
    phrase, sayings = cast.body[start:end].strip(" ,"), cast.sayings
    if sayings.pronoun.match(phrase):
        return Who.same
    for number in (cast.named(start, end), cast.by_part(phrase, start), cast.by_office(phrase, start)):
        if number is not None:
            return number
    return Who.same if sayings.described.match(cast.body, start) and not sayings.documents.match(phrase) else Who.nobody


def _told_after(cast: Cast, spoken: Said) -> int | None:
    """ "Hal itu disampaikan Bupati X saat …": the sentence behind the words tells whose they were."""
    match = cast.sayings.back.match(cast.body, _sentence_end(cast.body, spoken.end, len(cast.body)))
    if match is None:
        return None
    stop = STOP.search(cast.body, match.end(), match.end() + _NEAR)
    who = _named(cast, Attribution(None, match.end(), stop.start() if stop else min(len(cast.body), match.end() + _NEAR)))
    return who if isinstance(who, int) else None


def _unattributed(cast: Cast, spoken: Said, following: Said | None, start: int, last: Speaker) -> Speaker:
    """Words with nobody beside them: whoever was just said to speak, whoever the words right behind them belong to, or the one in focus."""
    speaking = _speaking(cast, start, spoken.quotation.before)
    if speaking is None and following is not None and following.quotation.before - spoken.end <= _ADJACENT and following.after:
        who = _named(cast, following.after) if following.after.explicit else Who.same
        if isinstance(who, int):
            return who
    return speaking if speaking is not None else _focus(cast, start, spoken.quotation.before, last)


def _focus(cast: Cast, start: int, end: int, last: Speaker) -> Speaker:
    """Whom "ujarnya" means: the one last said to speak, else the subject of the sentence before, else the last speaker."""
    speaking = _speaking(cast, start, end)
    if speaking is not None:
        return speaking
    sentences = _sentences(cast, start, end)
    subjects = (subject for sentence in sentences if (subject := _subject(cast, *sentence)) is not None)
    if last is None:
        return next(chain(subjects, _nearest(cast, end)), None)
    newest = next(sentences, None)
    subject = _subject(cast, *newest) if newest else None
    return subject if subject is not None else last


def _nearest(cast: Cast, end: int) -> Iterator[int]:
    """Whoever is named before the words, the last first, where nothing else tells; but not whom things only happen to."""
    return (reference.person for reference in reversed(cast.between(0, end)) if not cast.is_silent(reference.person))


def _speaking(cast: Cast, start: int, end: int) -> int | None:
    """The person nearest before `end` who is said to speak."""
    for first, last in _sentences(cast, start, end):
        references = cast.between(first, last)
        for test in (_is_named_after_verb, _speaks_for, _is_subject_speaking, _is_speaking):
            found = next((reference for reference in references if test(cast, reference, first, last)), None)
            if found is not None:
                return found.person
    return None


def _is_named_after_verb(cast: Cast, reference: Reference, first: int, last: int) -> bool:
    """ "sambung Akhmad", "disampaikan Kabid Pemasaran, Wawan"."""
    return cast.sayings.named_after.search(cast.body[max(first, reference.start - _TITLED) : reference.start]) is not None


def _speaks_for(cast: Cast, reference: Reference, first: int, last: int) -> bool:
    """ "Bupati melalui Kepala Dinas Rini Wulandari mengatakan"."""
    reports = cast.sayings.reports.search(cast.body, reference.end, min(last, reference.end + _NEAR))
    return reports is not None and cast.sayings.speaks_for.search(_untitled(cast, reference, first)) is not None


def _is_subject_speaking(cast: Cast, reference: Reference, first: int, last: int) -> bool:
    """ "Ketua Bawaslu, Badawi Idham, pada kesempatan itu menjelaskan"."""
    reports = cast.sayings.reports.search(cast.body, reference.end, min(last, reference.end + _NEAR))
    return reports is not None and _leads(cast, reference, first)


def _is_speaking(cast: Cast, reference: Reference, first: int, last: int) -> bool:
    """ "seorang warga bernama Yuli mengaku"."""
    reports = cast.sayings.reports_next.match(cast.body, reference.end, last)
    if reports is None or cast.between(reference.end, reports.end()):
        return False
    return not cast.sayings.oblique.search(cast.body[first : reference.start])


def _subject(cast: Cast, first: int, last: int) -> int | None:
    """Who does what the sentence tells, if they are of those who speak: officials, and whoever it brings in to be heard."""
    reference = next((reference for reference in cast.between(first, last) if _leads(cast, reference, first)), None)
    if reference is None:
        return None
    suffers = cast.sayings.suffers.match(cast.body, reference.end, last)
    if cast.sayings.introduced.match(cast.body, first, reference.start):
        return reference.person if suffers is None or suffers["state"] else None
    heard = cast.is_official(reference.person) or cast.is_introduced_at(reference)
    return reference.person if heard and not suffers else None


def _leads(cast: Cast, reference: Reference, first: int) -> bool:
    """Does the name, with its titles and office, begin the sentence or what follows a comma."""
    before = _untitled(cast, reference, first)
    led = cast.sayings.introduced.fullmatch(before.strip()) is not None
    return led or not before.strip() or before.rstrip().endswith((",", ":", "-", "–"))


def _untitled(cast: Cast, reference: Reference, first: int) -> str:
    """What stands before a name's titles and office in its sentence, up to the name before."""
    start = max(first, reference.start - _TITLED)
    start = max((other.end for other in cast.between(start, reference.start)), default=start)
    before = cast.body[start : reference.start]
    return before if before.strip() == "," else cast.sayings.titled.sub("", before)


def _sentences(cast: Cast, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The sentences of a stretch from the last to the first; those of "Ia …" are of whoever came before."""
    bounds = [start, *(stop.end() for stop in STOP.finditer(cast.body, start, end)), end]
    for first, last in zip(reversed(bounds[:-1]), reversed(bounds[1:]), strict=True):
        pronoun = cast.sayings.subject.match(cast.body, first, last)
        if cast.body[first:last].strip(' \n"“”') and (pronoun is None or cast.between(first, pronoun.end())):
            yield first, last


def _sentence_end(body: str, start: int, most: int) -> int:
    stop = STOP.search(body, start, most)
    return stop.end() if stop else most

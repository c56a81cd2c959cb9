"""The stretches of a text that stand between quotation marks, however badly the marks were set. Pure.

What a mark does is told by what stands beside it, then by its glyph, then by whether a quotation is open.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import islice

# A question mark before a capital, or after a comma, was a curly mark once: some archives lost them on the way.
_MARK = re.compile(r"""''+|‘‘|’’|``|´´|′′|,,(?=\w)|(["“”„‟«»])\1*|['‘’`\ufffd]|(?<!\S)\?(?=[A-Z])|(?<=[.,!])\?(?!\S)""")
# Where to look for one: the commas only on a page that has two running.
_GLYPH, _GLYPH_OR_COMMA = re.compile("[\"'“”„‟«»‘’`´′?\ufffd]"), re.compile("[\"'“”„‟«»‘’`´′?\ufffd,]")
_OPENING, _CLOSING = frozenset(("“", "„", "«", ",,", "``", "‘‘", "‘", "`")), frozenset(("”", "»", "’’", "’"))
_SINGLE = frozenset(("'", "‘", "’", "`"))
_BEFORE, _AFTER = frozenset("([{:-–—/"), frozenset(".,;:!?)]}-–—…")
# A closing mark of the wrong width is one only after these.
_ENDING = frozenset(".,!?")
# A page with more marks is no news, and a quotation with more within it none.
_MOST_MARKS, _MOST_WITHIN = 5_000, 100
# A quotation goes on through at most so many paragraphs.
_PARAGRAPHS = 6


class Ending(Enum):
    """How a quotation ends: with its mark, without one, or with a mark that nothing opened."""

    mark = "mark"
    missing = "missing"
    orphan = "orphan"


@dataclass(frozen=True)
class Quotation:
    """A stretch between marks: the words are `start` to `end`, with their marks `before` to `after`."""

    before: int
    start: int
    end: int
    after: int
    ending: Ending
    single: bool = False


@dataclass(frozen=True)
class _Mark:
    start: int
    end: int
    single: bool
    lean: int
    """1 opens, -1 closes, 0 does what is due."""


@dataclass(frozen=True)
class _Page:
    body: str
    marks: Sequence[_Mark]
    said: re.Pattern[str]
    cut: re.Pattern[str]


def find_quotations(body: str, said: re.Pattern[str], cut: re.Pattern[str]) -> tuple[Quotation, ...]:
    """The quotations of a body in order, none overlapping.

    `said` matches an attribution behind a mark (", ujar X"), `cut` finds the one that ends words whose mark is missing.
    """
    page = _Page(body, tuple(islice(_marks(body), _MOST_MARKS)), said, cut)
    found: list[Quotation] = []
    at = 0
    while at < len(page.marks):
        quotation, at = _quotation(page, at, found[-1].after if found else 0)
        if quotation is not None and (trimmed := _trimmed(quotation, body)).start < trimmed.end:
            found.append(trimmed)
    return tuple(found)


def _marks(body: str) -> Iterator[_Mark]:
    done = 0
    for found in (_GLYPH_OR_COMMA if ",," in body else _GLYPH).finditer(body):
        match = _MARK.match(body, found.start()) if found.start() >= done else None
        if match is None:
            continue
        glyph, (start, done) = match[0], match.span()
        end = done
        left, right = body[start - 1 : start] if start else "", body[end : end + 1]
        single = glyph in _SINGLE
        # "Jum'at", "Qur’an"
        if not (single and left.isalnum() and right.isalnum()):
            yield _Mark(start, end, single, _lean(glyph, left, right))


def _lean(glyph: str, left: str, right: str) -> int:
    free_left, free_right = not left or left.isspace(), not right or right.isspace()
    if (free_left or left in _BEFORE) and not free_right and right not in ",;:!?)":
        return 1
    if not free_left and (free_right or right in _AFTER):
        return -1
    if free_left and free_right:
        return 0  # "“ Apel ini bukan tempat absen, “ tegas Sekda"
    return 1 if glyph in _OPENING else -1 if glyph in _CLOSING else 0


def _quotation(page: _Page, at: int, earliest: int) -> tuple[Quotation | None, int]:
    """What the mark begins, or ends where nothing began it, and the number of the next mark to look at."""
    mark = page.marks[at]
    if mark.lean < 0 or (mark.lean == 0 and page.said.match(page.body, mark.end)):
        return _orphan(page, mark, earliest), at + 1
    last = _closing(page, at)
    if last is not None and (page.marks[last].lean <= 0 or page.said.match(page.body, page.marks[last].end)):
        return _between(mark, page.marks[last]), last + 1
    if mark.single:
        return None, at + 1
    line_end = _line_end(page.body, mark.end)
    stop = page.marks[last].start if last is not None else line_end
    attribution = page.cut.search(page.body, mark.end, stop)
    if attribution is not None:
        end = attribution.start()
        return Quotation(mark.start, mark.end, end, end, Ending.missing), _past(page, at, end)
    if last is not None:
        return None, last
    return _continued(page, at)


def _orphan(page: _Page, mark: _Mark, earliest: int) -> Quotation | None:
    """Words whose opening mark is missing: all of the paragraph, or what follows the sentence of the quotation before."""
    start = page.body.rfind("\n", 0, mark.start) + 1
    if earliest > start:
        start = max(start, page.body.find(". ", earliest, mark.start) + 1 or mark.start)
    return None if mark.single else Quotation(start, start, mark.start, mark.end, Ending.orphan)


def _closing(page: _Page, at: int) -> int | None:
    """The mark of the same paragraph that closes this one; or, leaning the other way, the one that opens another first."""
    opening, line_end, inner, depth = page.marks[at], _line_end(page.body, page.marks[at].end), 0, 0
    for number in range(at + 1, min(len(page.marks), at + _MOST_WITHIN)):
        mark = page.marks[number]
        if mark.start >= line_end:
            return None
        if mark.single and not opening.single:
            if mark.lean < 0 and inner == 0 and page.body[mark.start - 1] in _ENDING:
                return number
            inner = max(0, inner + mark.lean)
        elif mark.lean > 0 and not page.said.match(page.body, mark.end):
            if not _nests(page, number):
                return number
            depth += 1
        elif depth == 0:
            return number
        else:
            depth -= 1
    return None


def _nests(page: _Page, at: int) -> bool:
    """Do two closing marks follow, one for it and one for the mark around it."""
    line_end = _line_end(page.body, page.marks[at].end)
    same = [mark for mark in page.marks[at + 1 : at + 5] if mark.single == page.marks[at].single and mark.start < line_end][:2]
    return len(same) == 2 and all(mark.lean <= 0 for mark in same)


def _continued(page: _Page, at: int) -> tuple[Quotation, int]:
    """A quotation that its paragraph does not close: the next ones go on with it, each with its own opening mark or with none."""
    opening, line_end = page.marks[at], _line_end(page.body, page.marks[at].end)
    unclosed = Quotation(opening.start, opening.end, line_end, line_end, Ending.missing)
    following = _past(page, at, line_end)
    for _ in range(_PARAGRAPHS):
        if following >= len(page.marks):
            break
        mark = page.marks[following]
        if page.cut.search(page.body, line_end, mark.start):
            break
        if not _reopens(page, mark, line_end):
            closes = mark.lean <= 0 and page.body.count("\n\n", line_end, mark.start) < _PARAGRAPHS
            return (_between(opening, mark), following + 1) if closes else (unclosed, following)
        last = _closing(page, following)
        if last is not None:
            closes = page.marks[last].lean <= 0
            return (_between(opening, page.marks[last]), last + 1) if closes else (unclosed, following)
        line_end = _line_end(page.body, mark.end)
        following = _past(page, following, line_end)
    return unclosed, _past(page, at, unclosed.end)


def _reopens(page: _Page, mark: _Mark, line_end: int) -> bool:
    """Does the mark open the paragraph after the one that ended at `line_end`."""
    return mark.lean >= 0 and not mark.single and not page.body[line_end : mark.start].strip()


def _past(page: _Page, at: int, offset: int) -> int:
    """The number of the first mark after this one at or past the offset."""
    return next((number for number in range(at + 1, len(page.marks)) if page.marks[number].start >= offset), len(page.marks))


def _line_end(body: str, offset: int) -> int:
    found = body.find("\n", offset)
    return len(body) if found < 0 else found


def _between(opening: _Mark, closing: _Mark) -> Quotation:
    return Quotation(opening.start, opening.end, closing.start, closing.end, Ending.mark, opening.single)


def _trimmed(quotation: Quotation, body: str) -> Quotation:
    """Without the blanks at its ends, nor the comma that belongs to the attribution."""
    words = body[quotation.start : quotation.end]
    start = quotation.start + len(words) - len(words.lstrip())
    end = start + len(words.strip().rstrip(",").rstrip())
    return Quotation(quotation.before, start, end, quotation.after, quotation.ending, quotation.single)

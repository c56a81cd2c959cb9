"""Lines of the main text → the article's own, who signed them, and the tags beneath: until nothing more goes. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.extractor.bylines import Signatures, take_signed_end, take_signed_lines
from services.extractor.clean import Furniture, clean
from shared.documents import Byline

# Each round takes lines away; what five leave is a page made to need more.
_MOST_ROUNDS = 5


@dataclass(frozen=True)
class Tidied:
    """The article's lines; `dropped` is furniture, which may still tell the day of posting."""

    lines: tuple[str, ...]
    bylines: tuple[Byline, ...] = ()
    tags: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()


def in_one(parts: Sequence[Tidied]) -> Tidied:
    """The pages of one article as one: what a later page repeats of an earlier one stays once."""
    return Tidied(
        lines=tuple(dict.fromkeys(line for part in parts for line in part.lines)),
        bylines=tuple(dict.fromkeys(byline for part in parts for byline in part.bylines)),
        tags=next((part.tags for part in parts if part.tags), ()),
        dropped=tuple(line for part in parts for line in part.dropped),
    )


def tidy(lines: Sequence[str], title: str, furniture: Furniture, signatures: Signatures) -> Tidied:
    """Signed lines go before furniture, for they look alike; brackets behind the last sentence after it, for only then it is last.

    One thing gone may uncover another, so this goes round until a round changes nothing: a tidied text stays as it is.
    """
    done = Tidied(tuple(lines))
    for _ in range(_MOST_ROUNDS):
        unsigned, signed = take_signed_lines(done.lines, signatures)
        cleaned = clean(unsigned, title, furniture)
        kept, initials = take_signed_end(cleaned.lines, signatures)
        before, bylines = done.lines, tuple(dict.fromkeys([*done.bylines, *signed, *initials]))
        done = Tidied(tuple(kept), bylines, done.tags or cleaned.tags, (*done.dropped, *cleaned.dropped))
        if done.lines == before:
            break
    return done

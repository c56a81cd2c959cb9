"""An article's text as the reading of its event sees it. Pure."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from services.extractor.event.phrases import Word, split_words
from services.extractor.gazetteer.names import fold
from shared.documents import PublishedAt, Span

# However long a page goes on without a full stop, a sentence is looked for only this far.
_LONGEST = 2_000
# What happened is told in the first so many characters of a page; what comes after is not read for its type and topics.
_LEAD = 2_400
_ENDS = (". ", "! ", "? ", ".” ", '." ', "\n", "…")


@dataclass(frozen=True)
class Text:
    """Title and body, when it was published if that is known, and the day of fetching, which always is."""

    title: str
    body: str
    published_at: PublishedAt | None
    fetched: date

    @property
    def published(self) -> date | None:
        """The day of publication as the page's readers had it."""
        return self.published_at.value.date() if self.published_at else None

    @cached_property
    def folded(self) -> str:
        """The body in small letters, every letter where it was."""
        return fold(self.body)

    @cached_property
    def title_words(self) -> list[Word]:
        return split_words(self.title)

    @cached_property
    def lead_words(self) -> list[Word]:
        """The words of the beginning of the body."""
        return split_words(self.body[:_LEAD])

    @cached_property
    def paragraphs(self) -> list[str]:
        return self.body.split("\n\n")

    @cached_property
    def starts(self) -> list[int]:
        """Where each paragraph begins in the body."""
        out, at = [], 0
        for paragraph in self.paragraphs:
            out.append(at)
            at += len(paragraph) + 2
        return out

    def paragraph_of(self, offset: int) -> int:
        """The number of the paragraph that holds the offset."""
        return bisect_right(self.starts, offset) - 1

    def sentence_start(self, offset: int) -> int:
        """Where the sentence around the offset begins, as near as punctuation tells."""
        earliest = max(0, offset - _LONGEST)
        found = [at + len(end) for end in _ENDS if (at := self.body.rfind(end, earliest, offset)) >= 0]
        return max(found, default=earliest)

    def sentence_end(self, offset: int) -> int:
        found = [at + 1 for end in _ENDS if (at := self.body.find(end, offset, offset + _LONGEST)) >= 0]
        return min(found, default=min(len(self.body), offset + _LONGEST))

    def span(self, start: int, end: int) -> Span:
        return Span(start=start, end=end, exact=self.body[start:end])

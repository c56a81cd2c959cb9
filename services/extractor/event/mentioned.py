"""The other dates of a page: laws, plans, statements, earlier days. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from services.extractor.event.dates import DateMention
from services.extractor.event.text import Text
from shared.documents import EventDate, MentionedDate


def mentioned_dates(text: Text, mentions: Sequence[DateMention], event: EventDate | None) -> tuple[MentionedDate, ...]:
    """Every day, month or range of the body that is not the event's, each once, in order."""
    return tuple(_others(text, mentions, event))


def _others(text: Text, mentions: Sequence[DateMention], event: EventDate | None) -> Iterator[MentionedDate]:
    seen = {(event.start, event.end or event.start)} if event else set()
    for mention in mentions:
        if mention.first is None or (days := (mention.first, mention.last or mention.first)) in seen:
            continue
        seen.add(days)
        yield MentionedDate(
            start=days[0],
            end=days[1] if days[1] != days[0] else None,
            precision=mention.precision,
            basis=mention.basis,
            evidence=text.span(mention.start, mention.end),
        )

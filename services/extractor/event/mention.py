"""One article's account of its event, composed from the readings of its parts. Pure."""

from __future__ import annotations

from services.extractor.event.kind import event_type
from services.extractor.event.knowledge import EventKnowledge
from services.extractor.event.places import event_place
from services.extractor.event.text import Text
from services.extractor.event.when import event_date
from shared.documents import EventMention, Span


def read_event(text: Text, dateline: str | None, home: str | None, knowledge: EventKnowledge) -> EventMention | None:
    """What the page reports as having happened or announced; None where it reports no event.

    `dateline` is the town before the lead, `home` the code of the site's home region.
    """
    kind = event_type(text, knowledge.kinds)
    if kind is None:
        return None
    day = event_date(text, knowledge.calendar, knowledge.speech)
    focus = day.evidence if day and isinstance(day.evidence, Span) else None
    place = event_place(text, focus, dateline, home, knowledge.gazetteer, knowledge.places)
    return EventMention(type=kind, date=day, place=place)

"""One article's account of its event, composed from the readings of its parts. Pure."""

from __future__ import annotations

from services.extractor.event.dates import find_dates
from services.extractor.event.figures import find_figures
from services.extractor.event.kind import find_happening
from services.extractor.event.knowledge import EventKnowledge
from services.extractor.event.law import find_law
from services.extractor.event.mentioned import mentioned_dates
from services.extractor.event.name import event_name, event_theme
from services.extractor.event.organizations import find_organizations, listed
from services.extractor.event.organizers import find_organizers
from services.extractor.event.people import find_people, participants
from services.extractor.event.places import event_place
from services.extractor.event.quotes import find_quotes, quoted
from services.extractor.event.shape import shape_of
from services.extractor.event.text import Text
from services.extractor.event.topics import find_topics
from services.extractor.event.when import event_date
from shared.documents import EventMention, Span


def read_event(text: Text, dateline: str | None, home: str | None, knowledge: EventKnowledge) -> EventMention | None:
    """What the page reports as having happened or announced; None where it reports no event.

    `dateline` is the town before the lead, `home` the code of the site's home region.
    """
    happening = find_happening(text, knowledge.kinds)
    if happening is None:
        return None
    dates = find_dates(text, knowledge.calendar)
    day = event_date(text, dates, knowledge.calendar, knowledge.speech, happening.told)
    focus = day.evidence if day and isinstance(day.evidence, Span) else None
    place = event_place(text, focus, day.start if day else None, dateline, home, knowledge.gazetteer, knowledge.places)
    shaped = shape_of(text.body, knowledge.vocabulary, knowledge.gazetteer)
    organizations = find_organizations(shaped, knowledge.vocabulary)
    title = shape_of(text.title, knowledge.vocabulary, knowledge.gazetteer)
    people = find_people(text, shaped, organizations, knowledge.vocabulary, knowledge.people)
    quotes = find_quotes(text, people, knowledge.sayings)
    people = quoted(people, quotes)
    law = find_law(text, knowledge.law, knowledge.gazetteer)
    cited = [(ref.evidence.start, ref.evidence.end) for ref in law if isinstance(ref.evidence, Span)]
    figures = find_figures(text, knowledge.figures, cited)
    return EventMention(
        type=happening.kind,
        name=event_name(text, happening.called, knowledge.naming),
        theme=event_theme(text, knowledge.naming),
        date=day,
        place=place,
        organizers=find_organizers(
            shaped, organizations, happening.done, title, knowledge.vocabulary, knowledge.holding, knowledge.gazetteer
        ),
        participants=participants(people),
        organizations=listed(shaped, organizations),
        quotes=quotes,
        figures=figures,
        legal_refs=law,
        mentioned_dates=mentioned_dates(text, dates, day),
        topics=find_topics(text, knowledge.topics),
    )

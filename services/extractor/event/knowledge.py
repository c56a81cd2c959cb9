"""What reading an event needs of a language, compiled. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from services.extractor.event.attribution import Sayings
from services.extractor.event.calendar import Calendar
from services.extractor.event.figures import FigureWords
from services.extractor.event.law import LawWords
from services.extractor.event.lexicon import Lexicon
from services.extractor.event.name import Naming
from services.extractor.event.organizers import HoldingWords
from services.extractor.event.people import PeopleWords
from services.extractor.event.place_words import PlaceWords
from services.extractor.event.topics import Topics
from services.extractor.event.vocabulary import Vocabulary
from services.extractor.event.when import Speech
from services.extractor.gazetteer.regions import Gazetteer


@dataclass(frozen=True)
class EventKnowledge:
    """The rows about events and the gazetteer."""

    kinds: Lexicon
    naming: Naming
    topics: Topics
    calendar: Calendar
    speech: Speech
    sayings: Sayings
    places: PlaceWords
    law: LawWords
    figures: FigureWords
    vocabulary: Vocabulary
    people: PeopleWords
    holding: HoldingWords
    gazetteer: Gazetteer

    @classmethod
    def of(cls, rows: Callable[[str], Mapping[str, Any]], gazetteer: Gazetteer) -> EventKnowledge:
        """`rows` gives the content of a file of the language by its name."""
        return cls(
            kinds=Lexicon.of(rows("event_types.toml")),
            naming=Naming.of(rows("event_names.toml")),
            topics=Topics.of(rows("topics.toml")),
            calendar=Calendar.of(rows("dates.toml")),
            speech=Speech.of(rows("speech.toml")),
            sayings=Sayings.of(rows("speech.toml")),
            places=PlaceWords.of(rows("places.toml"), rows("venues.toml")),
            law=LawWords.of(rows("law.toml")),
            figures=FigureWords.of(rows("figures.toml")),
            vocabulary=Vocabulary.of(rows),
            people=PeopleWords.of(rows("roles.toml")),
            holding=HoldingWords.of(rows("organizations.toml")),
            gazetteer=gazetteer,
        )

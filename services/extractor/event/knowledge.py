"""What reading an event needs of a language, compiled. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from services.extractor.event.dates import Calendar
from services.extractor.event.kind import Lexicon
from services.extractor.event.places import PlaceWords
from services.extractor.event.when import Speech
from services.extractor.gazetteer.regions import Gazetteer


@dataclass(frozen=True)
class EventKnowledge:
    """The rows about events and the gazetteer."""

    kinds: Lexicon
    calendar: Calendar
    speech: Speech
    places: PlaceWords
    gazetteer: Gazetteer

    @classmethod
    def of(cls, rows: Callable[[str], Mapping[str, Any]], gazetteer: Gazetteer) -> EventKnowledge:
        """`rows` gives the content of a file of the language by its name."""
        return cls(
            kinds=Lexicon.of(rows("event_types.toml")),
            calendar=Calendar.of(rows("dates.toml")),
            speech=Speech.of(rows("speech.toml")),
            places=PlaceWords.of(rows("places.toml")),
            gazetteer=gazetteer,
        )

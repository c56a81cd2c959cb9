"""What an article is about, by a small vocabulary of topics. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.extractor.event.phrases import Phrases
from services.extractor.event.text import Text

# A topic in the title is one; in the first sentences its words count twice; elsewhere they must come again.
_TITLE, _LEAD, _FURTHER = 3, 2, 1
_LEAD_SENTENCES = 4
_ENOUGH = 3
# An article about everything is about nothing: the most said topics only.
_MOST = 5


@dataclass(frozen=True)
class Topics:
    """What lang/*/topics.toml says: the words of each topic."""

    phrases: Phrases[str]

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Topics:
        return cls(Phrases.of((word, row["id"]) for row in data["topic"] for word in row["words"]))


def find_topics(text: Text, topics: Topics) -> tuple[str, ...]:
    """The topics the title and the beginning of the body speak of, in the order of the alphabet."""
    said: dict[str, int] = {}
    for hit in topics.phrases.find(text.title_words):
        said[hit.meaning] = said.get(hit.meaning, 0) + _TITLE
    for hit in topics.phrases.find(text.lead_words):
        weight = _LEAD if text.lead_words[hit.first].sentence < _LEAD_SENTENCES else _FURTHER
        said[hit.meaning] = said.get(hit.meaning, 0) + weight
    most = sorted((topic for topic, count in said.items() if count >= _ENOUGH), key=lambda topic: (-said[topic], topic))
    return tuple(sorted(most[:_MOST]))

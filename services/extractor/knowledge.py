"""All that reading a language needs: lang/<language>/*.toml and the gazetteer, loaded once a process and never changed."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.extractor.bylines import Signatures
from services.extractor.clean import Furniture
from services.extractor.event.knowledge import EventKnowledge
from services.extractor.gazetteer.regions import load_gazetteer
from services.extractor.images import CreditWords
from services.extractor.refuse import Notices

LANGUAGES = Path(__file__).parent / "lang"


@dataclass(frozen=True, repr=False)
class Knowledge:
    """The rows of one language, compiled. Without a repr: it would be of megabytes, in every failed test's report."""

    furniture: Furniture
    signatures: Signatures
    notices: Notices
    credits: CreditWords
    event: EventKnowledge


def load_knowledge(language: str = "id") -> Knowledge:
    """The knowledge of a language; about 0.2 s."""
    folder = LANGUAGES / language

    def rows(name: str) -> dict[str, Any]:
        return tomllib.loads((folder / name).read_text(encoding="utf-8"))

    return Knowledge(
        furniture=Furniture.of(rows("furniture.toml")),
        signatures=Signatures.of(rows("bylines.toml")),
        notices=Notices.of(rows("notices.toml")),
        credits=CreditWords.of(rows("bylines.toml")),
        event=EventKnowledge.of(rows, load_gazetteer(folder / "region_aliases.tsv")),
    )

"""Kept pages read anew, against what is stored → what would change. Pure, and by the store's own rule (`services/store/revisions.py`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from services.store.revisions import SavedArticle, Verdict, decide, rekeyed
from shared.documents import Article, Document

EXAMPLES = 3
_NEWS = {Verdict.new, Verdict.changed}


@dataclass(frozen=True)
class Difference:
    """One field of one article, as it is and as it would be."""

    article: str
    old: Any
    new: Any


@dataclass(frozen=True)
class Reread:
    """What the store would make of an article read anew. `fields` is empty but for `changed`; those of the event are `event.…`.
    `rekeyed`: an older store has noted otherwise what it is compared by."""

    verdict: Verdict
    fields: Mapping[str, Difference]
    rekeyed: bool = False

    @property
    def news(self) -> bool:
        """It would change what is stored."""
        return self.verdict in _NEWS or self.rekeyed

    @property
    def outcome(self) -> str:
        """In a word."""
        return "rekeyed" if self.rekeyed and self.verdict not in _NEWS else self.verdict.value


@dataclass
class Tally:
    """Outcomes, counted: no more is held than a few examples of each field, however many there are."""

    verdicts: Counter[str] = field(default_factory=Counter)
    fields: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[Difference]] = field(default_factory=dict)
    refused: Counter[str] = field(default_factory=Counter)
    """By reason: URLs none of whose pages gives an article."""
    held: Counter[str] = field(default_factory=Counter)
    """Those of them that the store holds an article of. It stays."""

    def note(self, reread: Reread) -> None:
        self.verdicts[reread.outcome] += 1
        for name, difference in reread.fields.items():
            self.fields[name] += 1
            shown = self.examples.setdefault(name, [])
            if len(shown) < EXAMPLES:
                shown.append(difference)

    def refuse(self, reason: str, *, held: bool) -> None:
        self.refused[reason] += 1
        self.held[reason] += held


def reread(stored: SavedArticle | None, incoming: Article) -> Reread:
    """What would come of `incoming` if it were published now."""
    decision = decide(stored, incoming)
    if stored is None or decision.verdict is not Verdict.changed:
        return Reread(decision.verdict, {}, stored is not None and rekeyed(stored) != stored)
    pairs = _differing(stored, decision.article, decision.article.store.changed_fields)
    return Reread(decision.verdict, {name: Difference(stored.id, old, new) for name, old, new in pairs})


def _differing(old: Document, new: Document, names: tuple[str, ...]) -> Iterator[tuple[str, Any, Any]]:
    for name in names:
        before, after = getattr(old, name), getattr(new, name)
        if name == "event" and before is not None and after is not None:
            yield from ((f"event.{part}", one, other) for part, one, other in _parts(before, after))
        else:
            yield name, _plain(before), _plain(after)


def _parts(before: Document, after: Document) -> Iterator[tuple[str, Any, Any]]:
    old, new = before.model_dump(mode="json"), after.model_dump(mode="json")
    return ((name, old[name], new[name]) for name in old if old[name] != new[name])


def _plain(value: Any) -> Any:
    if isinstance(value, Document):
        return value.model_dump(mode="json")
    return [_plain(one) for one in value] if isinstance(value, tuple) else value

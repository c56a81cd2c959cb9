"""What a second run must leave as it was, and how it must ask. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from demo.expected import Expected, Outcome, differences
from demo.serve import Asked


@dataclass(frozen=True)
class Documents:
    """What the store holds at one time. `revisions` counts the kept older and present versions, as the store does."""

    articles: Sequence[Mapping[str, Any]] = ()
    events: Sequence[Mapping[str, Any]] = ()
    dead_letters: Sequence[Mapping[str, Any]] = ()
    revisions: int = 0


def is_complete(expected: Iterable[Expected], documents: Documents) -> bool:
    """Did an earlier run come to its right end: only then can a later one be held to adding nothing."""
    return not differences(expected, Outcome(documents.articles, documents.dead_letters, asked=()))


def second_run_differences(expected: Iterable[Expected], before: Documents, after: Documents, asked: Collection[Asked]) -> list[str]:
    """One sentence for every document that came, went or changed, and every stored page that was not answered by 304."""
    unchanged = {request.url for request in asked if request.status == 304}
    found = [f"{row.url}: not asked for conditionally" for row in expected if row.outcome == "stored" and row.url not in unchanged]
    if before.revisions != after.revisions:
        found.append(f"{before.revisions} revisions before this run, {after.revisions} after it")
    return [*found, *_moved(before, after)]


def _moved(before: Documents, after: Documents) -> Iterator[str]:
    for name in ("articles", "events", "dead_letters"):
        old, new = _revisions(getattr(before, name)), _revisions(getattr(after, name))
        for key in sorted(old.keys() | new.keys()):
            if old.get(key) != new.get(key):
                yield f"{name}: {key} was at revision {old.get(key)}, is at {new.get(key)}"


def _revisions(documents: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """By id; what has no revision, as a dead letter, counts as its first."""
    return {document["id"]: document.get("revision", 1) for document in documents}

"""What was sent against what is there. Pure: the one count at the end of every fault."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Wanted:
    """What must be there of one article: at most `versions`, the newest on top. `content_hash`: None where it is not known."""

    versions: int = 1
    content_hash: str | None = None


@dataclass
class Sent:
    """Everything that was put in: articles by id, and the bytes (base64) of what nobody can read."""

    articles: dict[str, Wanted] = field(default_factory=dict)
    poison: Counter[str] = field(default_factory=Counter)

    @property
    def messages(self) -> int:
        return sum(wanted.versions for wanted in self.articles.values()) + self.poison.total()


@dataclass(frozen=True)
class Left:
    """What is there afterwards. `held` is what a consumer holds that has read `kabar.event.changed` from its beginning;
    `told` is every announcement, as its `ce_id` and its bytes; `letters` are the dead letters."""

    articles: Sequence[Json]
    revisions: Sequence[tuple[str, int]]
    events: Sequence[Json]
    held: Mapping[str, Json]
    told: Sequence[tuple[str, bytes]]
    letters: Sequence[Json]


@dataclass(frozen=True)
class Tally:
    """A sentence for each thing lost, each thing there twice (or that nobody sent), and each dead letter that is none of the poison."""

    lost: tuple[str, ...]
    twice: tuple[str, ...]
    strangers: tuple[str, ...]


def tally(sent: Sent, left: Left) -> Tally:
    """The count."""
    buried = Counter(letter["value"] for letter in left.letters)
    lost = (
        *_articles_lost(sent, left),
        *_events_lost(left),
        *(f"poison not buried: {value}" for value in (sent.poison - buried).elements()),
    )
    twice = (*_articles_twice(sent, left), *_events_twice(left))
    unsent = buried - sent.poison
    strangers = (_stranger(letter) for letter in left.letters if letter["value"] in unsent)
    return Tally(lost, twice, tuple(strangers))


def _articles_lost(sent: Sent, left: Left) -> Iterator[str]:
    there = {article["id"]: article for article in left.articles}
    kept = set(left.revisions)
    for key, wanted in sent.articles.items():
        article = there.get(key)
        if article is None:
            yield f"{key}: no such article"
        elif wanted.content_hash not in (None, article["content_hash"]):
            yield f"{key}: the newest version is not the one on top"
        else:
            yield from (f"{key}: version {n} is not in the history" for n in range(1, article["revision"] + 1) if (key, n) not in kept)


def _articles_twice(sent: Sent, left: Left) -> Iterator[str]:
    yield from (f"{url}: {count} articles" for url, count in _repeated(article["url"] for article in left.articles))
    revisions = {article["id"]: article["revision"] for article in left.articles}
    for key, revision in revisions.items():
        if key not in sent.articles:
            yield f"{key}: an article nobody sent"
        elif revision > sent.articles[key].versions:
            yield f"{key}: {revision} versions of {sent.articles[key].versions}"
    yield from (
        f"{key}: version {n} is in the history and never was" for key, n in left.revisions if key in revisions and n > revisions[key]
    )


def _events_lost(left: Left) -> Iterator[str]:
    reported = {report["id"] for event in left.events for report in event["articles"]}
    told_of = {article["id"] for article in left.articles if article["event"] is not None}
    yield from (f"{key}: its happening is in no event" for key in sorted(told_of - reported))
    yield from (f"{event['id']}: a consumer does not hold it as it is" for event in left.events if left.held.get(event["id"]) != event)


def _events_twice(left: Left) -> Iterator[str]:
    reports = (report["id"] for event in left.events for report in event["articles"])
    yield from (f"{key}: reported by {count} events" for key, count in _repeated(reports))
    live = {event["id"] for event in left.events}
    yield from (f"{key}: a consumer holds what is no event" for key in sorted(left.held.keys() - live))
    contents: dict[str, set[bytes]] = {}
    for key, value in left.told:
        contents.setdefault(key, set()).add(value)
    yield from (f"{key}: told in {len(values)} ways" for key, values in contents.items() if len(values) > 1)


def _repeated(keys: Iterable[str]) -> list[tuple[str, int]]:
    return [(key, count) for key, count in Counter(keys).items() if count > 1]


def _stranger(letter: Json) -> str:
    return f"{letter['id']}: {letter['reason']} in {letter['service']}, {letter['detail'][:200]}"

"""What Kabar should have made of the newsroom (`expected.tsv`, written by hand), and where it made something else."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

EXPECTED = Path(__file__).with_suffix(".tsv")
NO_EVENT = "none"


@dataclass(frozen=True)
class Expected:
    """One page. `types` are the readings that are honest; `reasons` those it may be refused for."""

    url: str
    outcome: str
    types: frozenset[str]
    date: str | None
    region: str | None
    flags: frozenset[str]

    @property
    def reasons(self) -> frozenset[str]:
        return frozenset(self.outcome.removeprefix("dead:").split("|")) if self.outcome.startswith("dead:") else frozenset()


@dataclass(frozen=True)
class Outcome:
    """What there is after a run: articles and dead letters as the store has them, and every URL the newsroom was asked for."""

    articles: Collection[Mapping[str, Any]]
    dead_letters: Collection[Mapping[str, Any]]
    asked: Collection[str]


def load_expected(file: Path = EXPECTED) -> tuple[Expected, ...]:
    lines = [line for line in file.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return tuple(_expected(row) for row in csv.DictReader(lines, delimiter="\t"))


def differences(expected: Iterable[Expected], outcome: Outcome) -> list[str]:
    """One sentence for everything that is not as expected; empty where all is well."""
    rows = {row.url: row for row in expected}
    articles = {article["canonical_url"]: article for article in outcome.articles}
    buried = {letter["url"] or letter["id"]: letter["reason"] for letter in outcome.dead_letters}
    found = [line for row in rows.values() for line in _page_differences(row, articles.get(row.url), buried.get(row.url), outcome.asked)]
    if len(articles) != len(outcome.articles):
        found.append(f"{len(outcome.articles) - len(articles)} articles are stored twice")
    found += [f"{url}: stored, but not expected" for url in sorted(articles.keys() - rows.keys())]
    found += [f"{url}: dead-lettered ({buried[url]}), but not expected" for url in sorted(buried.keys() - rows.keys())]
    return found


def _page_differences(row: Expected, article: Mapping[str, Any] | None, reason: str | None, asked: Collection[str]) -> Iterator[str]:
    """`article` and `reason` are what became of this page; at most one of them should be there."""
    if row.outcome == "never" and row.url in asked:
        yield f"{row.url}: was asked for, though robots.txt forbids it"
    if reason is not None and reason not in row.reasons:
        yield f"{row.url}: dead-lettered as {reason}, expected {row.outcome}"
    if reason is None and row.reasons:
        yield f"{row.url}: expected {row.outcome}, but there is no dead letter"
    if article is not None and row.outcome != "stored":
        yield f"{row.url}: stored, expected {row.outcome}"
    if row.outcome == "stored":
        yield from _misread(row, article) if article else (f"{row.url}: not stored",)


def _misread(row: Expected, article: Mapping[str, Any]) -> Iterator[str]:
    type_, date, region = reading(article)
    flags = set(article["flags"])
    if (type_ or NO_EVENT) not in row.types:
        yield f"{row.url}: type {type_ or NO_EVENT}, expected {' or '.join(sorted(row.types))}"
    if date != row.date:
        yield f"{row.url}: date {date}, expected {row.date}"
    if region != row.region:
        yield f"{row.url}: kabupaten/kota {region}, expected {row.region}"
    if flags != row.flags:
        yield f"{row.url}: flags {sorted(flags)}, expected {sorted(row.flags)}"


def reading(article: Mapping[str, Any]) -> tuple[str | None, str | None, str | None]:
    """Type, first day (ISO) and code of the kabupaten/kota of the event an article reports."""
    event = article.get("event") or {}
    date, place = event.get("date") or {}, event.get("place") or {}
    start = date.get("start")
    return event.get("type"), start and str(start)[:10], (place.get("kabkota") or {}).get("code")


def _expected(row: Mapping[str, str]) -> Expected:
    return Expected(
        url=row["url"],
        outcome=row["outcome"],
        types=frozenset(filter(None, row["types"].split("|"))),
        date=row["date"] or None,
        region=row["region"] or None,
        flags=frozenset(filter(None, row["flags"].split("|"))),
    )

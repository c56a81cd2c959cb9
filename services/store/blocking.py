"""Which articles are compared at all: keys that two reports of one happening have in common. Pure.

A report is looked for by day and region, and by bands of its body's MinHash, which two copies of one release share whatever else is read
out of them. Comparing is symmetric: one finds the other whichever of the two came first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from rensa import RMinHash

from shared.documents import Article, DatePrecision, EventDate, EventMention, PublishedAt

_WORD = re.compile(r"\w+")
_SHINGLE, _FEWEST_SHINGLES, _MOST_WORDS = 3, 20, 20_000
_HASHES, _BAND, _SEED = 64, 8, 20_231_114
# Nine copies in ten share one of four bands; day and region find most of the others.
_BANDS = 4
# Eight hexadecimal digits a hash.
_HEX = 8
# A festival lasts two weeks; what is said to last longer is compared by its first month.
_LONGEST = 31
# Reports that name no day come out up to two days after it.
_BEFORE_PUBLICATION = 2

Days = tuple[date, date]


def sketch(body: str) -> str:
    """The MinHash of a body's shingles of three words, as hexadecimal digits; empty for one too short to tell."""
    words = _WORD.findall(body.encode("utf-8", "replace").decode().casefold())[:_MOST_WORDS]
    shingles = {" ".join(words[at : at + _SHINGLE]) for at in range(len(words) - _SHINGLE + 1)}
    if len(shingles) < _FEWEST_SHINGLES:
        return ""
    made = RMinHash(num_perm=_HASHES, seed=_SEED)
    made.update(list(shingles))
    return "".join(f"{value:0{_HEX}x}" for value in made.digest())


def hashes_of(sketched: str) -> tuple[str, ...]:
    """The hashes of a sketch, to be compared one by one."""
    return tuple(sketched[at : at + _HEX] for at in range(0, len(sketched), _HEX))


def likeness(one: Sequence[str], other: Sequence[str]) -> float:
    """The share of their shingles that two sketched bodies have in common, estimated: 0.0 to 1.0."""
    return sum(mine == theirs for mine, theirs in zip(one, other, strict=False)) / _HASHES


def block_keys(article: Article, sketched: str) -> tuple[str, ...]:
    """What the article is found by, sorted; nothing for one that reports no happening."""
    if article.event is None:
        return ()
    days, regions = _days(article.event.date, article.published_at), _regions(article.event)
    return tuple(sorted({*(f"{day}|{region}" for day in days for region in regions), *bands(sketched)}))


def is_band(key: str) -> bool:
    """Is it one of those of a body, rather than of a day and region."""
    return "|" not in key


def sought_keys(keys: Sequence[str]) -> tuple[str, ...]:
    """What an article with these keys looks for, sorted: the same and the neighbouring days."""
    return tuple(sorted({sought for key in keys for sought in _sought(key)}))


def days_of(stated: EventDate | None, published: PublishedAt | None) -> tuple[Days | None, bool]:
    """The first and last day a report may mean, and whether it states them itself."""
    if stated is not None and stated.start is not None and stated.precision is DatePrecision.day and not stated.inferred:
        return (stated.start, max(stated.start, stated.end or stated.start)), True
    last = published.value.date() if published is not None else stated.start if stated is not None else None
    if last is None or last < date(1, 1, 1 + _BEFORE_PUBLICATION):
        return (None if last is None else (last, last)), False
    return (last - timedelta(days=_BEFORE_PUBLICATION), last), False


def _days(stated: EventDate | None, published: PublishedAt | None) -> Iterator[date]:
    span, _ = days_of(stated, published)
    if span is not None:
        for number in range(min((span[1] - span[0]).days, _LONGEST) + 1):
            yield span[0] + timedelta(days=number)


def _regions(event: EventMention) -> tuple[str, ...]:
    """`K` a kabupaten or kota, `P` whatever lies in the province, `O` what names no more than the province, `N` what names nothing."""
    place = event.place
    provinsi = place.provinsi.code if place and place.provinsi else None
    if place and place.kabkota and place.kabkota.code:
        return (f"K{place.kabkota.code}", *((f"P{provinsi}",) if provinsi else ()))
    return (f"O{provinsi}", f"P{provinsi}") if provinsi else ("N",)


def bands(sketched: str) -> Iterator[str]:
    """The keys that copies of one release have in common, nearly always."""
    width = _BAND * _HEX
    for at in range(0, min(len(sketched), _BANDS * width), width):
        yield f"B{at // width}{sketched[at : at + width]}"


def _sought(key: str) -> Iterator[str]:
    day, _, region = key.partition("|")
    if not region:
        yield key
        return
    for near in _near(date.fromisoformat(day)):
        # One of a kabupaten looks for its like and for those that name the province alone; one of those for all of the province.
        if region[0] in "KN":
            yield f"{near}|{region}"
        elif region[0] == "P":
            yield f"{near}|O{region[1:]}"
        else:
            yield f"{near}|P{region[1:]}"


def _near(day: date) -> Iterator[date]:
    for days in (-1, 0, 1):
        try:
            yield day + timedelta(days=days)
        except OverflowError:  # the first and last days there are
            continue

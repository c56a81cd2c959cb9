"""Numbers a page states, with what they count: people, money, shares, ranks, measures. Pure.

Not figures: dates, times, ages, terms, telephone numbers, numbers of laws and in names. Each is given once, where it stands first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from services.extractor.event.spots import Spots
from services.extractor.event.text import Text
from shared.documents import Figure, FigureKind

# Indonesian: the dot groups thousands, the comma is decimal. Nothing but a digit begins it, so that scanning a page is quick.
_DIGITS = re.compile(r"\d(?:\d{0,2}(?:\.\d{3})+(?:,\d{1,2}(?!\d))?|\d*(?:[.,]\d+)?)")
_GROUPED = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?")
_ENGLISH = re.compile(r"\d{1,3}(?:,\d{3})+")
# "2 (dua) orang"
_IN_WORDS = re.compile(r"\s*\([a-z][a-z ]{2,60}\)")
_PERCENT = re.compile(r"\s*(?:%|persen\b)", re.I)
_NOUN = re.compile(r" ([A-Za-z][\w²³/-]*)")
_ABBREVIATION = re.compile(r" \([A-Z][\w-]{1,12}\)")
_VERB = re.compile(r"(?:me|ber|di|ter)[a-z]{3,}|.+nya")
_WORD_BEFORE = re.compile(r"([A-Za-z]+)\.?\s$")
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "x": 10}
_YEARS = range(1900, 2100)
_LOOK_BACK, _MOST_NOUNS = 20, 4


class _Number(NamedTuple):
    """A number in the body; `end` is behind its scale, `year` where it may be one."""

    start: int
    end: int
    value: float
    year: bool = False


class _Row(NamedTuple):
    start: int
    end: int
    value: float
    unit: str
    kind: FigureKind


@dataclass(frozen=True)
class FigureWords:
    """What lang/*/figures.toml says."""

    worded: Spots
    word: re.Pattern[str]
    ranked: Spots
    rank: re.Pattern[str]
    scale: re.Pattern[str]
    money_before: re.Pattern[str]
    money_behind: re.Pattern[str]
    money_letter: re.Pattern[str]
    measure: re.Pattern[str]
    currencies: tuple[str, ...]
    measures: Mapping[str, str]
    values: Mapping[str, float]
    nouns: frozenset[str]
    open: frozenset[str]
    named: frozenset[str]
    stops: frozenset[str]
    not_behind: frozenset[str]

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> FigureWords:
        spelled = [(name, spelling) for name, spellings in data["money"].items() for spelling in spellings]
        money = "|".join(f"({spelling})" for _, spelling in spelled)
        words, scales, ordinals = data["words"], data["scales"], data["ranks"]["ordinals"]
        ranked, said = data["ranks"]["words"], _either([*ordinals, *words])
        return cls(
            worded=Spots.of(words),
            word=re.compile(rf"(?i:{_either(words)})(?: (?:belas|{_either(words)}|{_either(scales)}))*(?![\w-])"),
            ranked=Spots.of(ranked),
            rank=re.compile(rf"((?i:{_either(ranked)}))\s+(?:ke-?\s?)?(\d{{1,3}}|[IVX]{{1,4}}|(?i:{said}))\b(?!\S\d)"),
            scale=re.compile(rf"\s?({_either(scales)})\b", re.I),
            money_before=re.compile(rf"(?<!\w)(?:{money})\s?$", re.I),
            money_behind=re.compile(rf"\s?(?:{money})(?!\w)", re.I),
            money_letter=re.compile(rf"\s?([{''.join(data['money_letters'])}])\b"),
            measure=re.compile(rf"\s?({_either(data['measures'])})(?![\w/²³])", re.I),
            currencies=tuple(name for name, _ in spelled),
            measures=data["measures"],
            values=words | scales | data["money_letters"] | {word: n for n, word in enumerate(ordinals, 1)} | _ROMAN,
            **{name: frozenset(data["counts"][name]) for name in ("nouns", "open", "named", "stops", "not_behind")},
        )


def find_figures(text: Text, words: FigureWords, taken: Iterable[tuple[int, int]] = ()) -> tuple[Figure, ...]:
    """The figures of a body, in order. `taken`: stretches whose numbers mean something else, as legal texts and dates."""
    ranks = list(_ranks(text, words))
    spans = [*taken, *((row.start, row.end) for row in ranks)]
    rows = [row for number in _numbers(text, words) if not _inside(number.start, spans) for row in _read(text.body, number, words)]
    first: dict[tuple[float, str], _Row] = {}
    for row in sorted([*ranks, *rows]):
        first.setdefault((row.value, row.unit), row)
    return tuple(_figure(row, text) for row in first.values())


def _figure(row: _Row, text: Text) -> Figure:
    span = text.span(row.start, row.end)
    return Figure(value=row.value, unit=row.unit, kind=row.kind, text=" ".join(span.exact.split()), evidence=span)


def _ranks(text: Text, words: FigureWords) -> Iterator[_Row]:
    for match in _beginning(text, words.ranked, words.rank):
        value = words.values.get(match[2].lower()) or (float(match[2]) if match[2].isdigit() else 0)
        yield _Row(match.start(), match.end(), value, match[1].lower(), FigureKind.rank)


def _numbers(text: Text, words: FigureWords) -> Iterator[_Number]:
    """Numbers in digits and in words that stand by themselves."""
    body = text.body
    for match in _DIGITS.finditer(body):
        is_money = words.money_before.search(body[max(0, match.start() - _LOOK_BACK) : match.start()])
        if is_money or not _glued(body, match.start(), match.end()):
            value = _value(match[0])
            yield _scaled(body, _Number(match.start(), match.end(), value, match[0].isdigit() and value in _YEARS), words)
    for match in _beginning(text, words.worded, words.word):
        yield _Number(match.start(), match.end(), _spelled(match[0].lower().split(), words))


def _glued(body: str, start: int, end: int) -> bool:
    """Part of a date, a time, a telephone number, a name: "14/11", "13.30", "COVID-19", "U-17"."""
    before, behind = body[max(0, start - 1) : start], body[end : end + 1]
    return before.isalnum() or (before != "" and before in "./:,+-_–") or (behind != "" and behind in "/:_") or behind.isalpha()


def _scaled(body: str, number: _Number, words: FigureWords) -> _Number:
    """ "6 miliar", "2 (dua) ribu"."""
    spoken = _IN_WORDS.match(body, number.end)
    end = spoken.end() if spoken else number.end
    scale = words.scale.match(body, end)
    if scale is None:
        return number._replace(end=end)
    return _Number(number.start, scale.end(), _times(number.value, words.values[scale[1].lower()]))


def _read(body: str, number: _Number, words: FigureWords) -> Iterator[_Row]:
    """What a number means, if it is a figure."""
    start, end, value, _ = number
    before = body[max(0, start - _LOOK_BACK) : start]
    if money := words.money_before.search(before):
        letter = words.money_letter.match(body, end)
        factor = words.values[letter[1].upper()] if letter else 1
        behind = letter.end() if letter else end
        yield _Row(start - len(money[0]), behind, _times(value, factor), words.currencies[(money.lastindex or 0) - 1], FigureKind.money)
    elif money := words.money_behind.match(body, end):
        yield _Row(start, money.end(), value, words.currencies[(money.lastindex or 0) - 1], FigureKind.money)
    elif percent := _PERCENT.match(body, end):
        yield _Row(start, percent.end(), _share(body[start:end], value), "persen", FigureKind.percentage)
    elif measure := words.measure.match(body, end):
        yield _Row(start, measure.end(), value, words.measures[measure[1].lower()], FigureKind.measure)
    elif not number.year and not _is_named(before, words) and (noun := _counted(body, end, words)):
        yield _Row(start, noun[0], value, noun[1], FigureKind.count)


def _is_named(before: str, words: FigureWords) -> bool:
    word = _WORD_BEFORE.search(before)
    return bool(word and word[1].lower() in words.not_behind)


def _counted(body: str, at: int, words: FigureWords) -> tuple[int, str] | None:
    """Where the noun behind a number ends, and the noun: "organisasi perangkat daerah"."""
    first = _NOUN.match(body, at)
    if first is None or first[1].lower() not in words.nouns:
        return None
    unit, end = [first[1].lower()], first.end()
    while (
        unit[0] in words.open | words.named
        and len(unit) < _MOST_NOUNS
        and (more := _NOUN.match(body, end))
        and _belongs(more[1], unit, words)
    ):
        unit.append(more[1].lower())
        end = more.end()
    abbreviation = _ABBREVIATION.match(body, end)
    return abbreviation.end() if abbreviation else end, " ".join(unit)


def _belongs(word: str, unit: list[str], words: FigureWords) -> bool:
    """A name goes along; of common nouns any behind "unit", but one that is counted itself behind "orang"."""
    if word[0].isupper():
        return unit[0] in words.named
    if len(unit) > 1 or word in words.stops or _VERB.fullmatch(word):
        return False
    return unit[0] in words.open or word in words.nouns


def _value(digits: str) -> float:
    if _GROUPED.fullmatch(digits):
        return float(digits.replace(".", "").replace(",", "."))
    return float(digits.replace(",", "")) if _ENGLISH.fullmatch(digits) else float(digits.replace(",", "."))


def _share(digits: str, value: float) -> float:
    """A share over a hundred was no group of thousands: "45.625 persen"."""
    plain = digits.replace(",", ".")
    return float(plain) if value > 1000 and plain.count(".") == 1 and plain.replace(".", "").isdigit() else value


def _times(value: float, factor: float) -> float:
    """Without the dust of binary fractions: 1.1 million is 1100000."""
    return round(value * factor, 6)


def _spelled(said: list[str], words: FigureWords) -> float:
    """ "dua puluh lima ribu" → 25000: small scales multiply the last word, large ones all before."""
    total = group = last = 0.0
    for word in said:
        value = 10 + last if word == "belas" else words.values[word]
        if word == "belas":
            group, last = group - last + value, 0
        elif word in ("puluh", "ratus"):
            group, last = group - last + last * value, 0
        elif value >= 1000 and word != "seribu":
            total, group, last = total + group * value, 0, 0
        else:
            group, last = group + value, value
    return total + group


def _inside(at: int, spans: Iterable[tuple[int, int]]) -> bool:
    return any(start <= at < end for start, end in spans)


def _beginning(text: Text, words: Spots, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
    """What the pattern finds where one of the words begins, none inside another."""
    done = 0
    for start in words.find(text.folded):
        if start >= done and (match := pattern.match(text.body, start)):
            done = match.end()
            yield match


def _either(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))

"""Coverage as a table for people, as JSON lines and as CSV. Pure, but for printing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

import orjson

from cli.coverage_units import Look, Seen, Unit
from cli.event_formats import csv_line
from cli.shown import console, table
from cli.verdict import FAILURES, Verdict

_LETTERS = {
    Verdict.reported: "R",
    Verdict.silent: "s",
    Verdict.blocked: "B",
    Verdict.failing: "F",
    Verdict.refused: "X",
    Verdict.unread: "U",
    Verdict.not_looked_at: "-",
    Verdict.no_site: "o",
}
_LONGEST_STRIP = 31
_NUMBERS = ("sources", "pages", "articles", "events")
_REASONS = ("unseen", "refused", "rejected")
_COUNTS = ("sources", "pages", "new", "articles", "events")


def is_blind(verdict: Verdict) -> bool:
    """Silence or failure."""
    return verdict is not Verdict.reported


def show(units: Sequence[Unit], seen: Seen, days: Sequence[str], today: str, *, blind: bool) -> None:
    """Print a row for each unit, or for each day if there is only one."""
    if len(units) == 1:
        _show_days(units[0], seen, days, blind=blind)
    else:
        _show_units(units, seen, days, today, blind=blind)


def _show_days(unit: Unit, seen: Seen, days: Sequence[str], *, blind: bool) -> None:
    looks = [(day, seen.at(unit, [day])) for day in days]
    rows = [(day, *_cells(look)) for day, look in looks if is_blind(look.verdict) or not blind]
    title = f"Coverage of {' '.join(part for part in (unit.key, unit.name) if part)}: {_tally(look.verdict for _, look in looks)}"
    console().print(table(title, ("day", "verdict", *_NUMBERS, "why"), rows))


def _show_units(units: Sequence[Unit], seen: Seen, days: Sequence[str], today: str, *, blind: bool) -> None:
    """One with a failure on a day is blind, whatever else came; but today nobody may have looked yet."""
    rows, verdicts = [], []
    for unit in units:
        look = seen.at(unit, days)
        by_day = [seen.at(unit, [day]).verdict for day in days]
        past = [verdict for day, verdict in zip(days, by_day, strict=True) if (day, verdict) != (today, Verdict.not_looked_at)]
        verdicts.append(look.verdict)
        if not blind or is_blind(look.verdict) or any(verdict in FAILURES for verdict in past):
            rows.append((unit.key, _about(unit), *_cells(look), _strip(by_day)))
    first = ("region", "name") if any(unit.is_region for unit in units) else ("site", "region")
    console().print(table(f"Coverage {days[0]} to {days[-1]}: {_tally(verdicts)}", (*first, "verdict", *_NUMBERS, "why", "by day"), rows))
    console().print(f"by day: {', '.join(f'{letter} {_word(verdict)}' for verdict, letter in _LETTERS.items())}", markup=False)


def json_line(unit: Unit, day: str, look: Look) -> str:
    """One day of a unit as an object."""
    counts = {name: getattr(look.counts, name) for name in _COUNTS}
    reasons = {name: dict(sorted(getattr(look.counts, name).items())) for name in _REASONS}
    return orjson.dumps({**_named(unit), "day": day, "verdict": look.verdict.value, **counts, **reasons}).decode()


def csv_head(units: Sequence[Unit]) -> str:
    """The line of names."""
    names = _named(units[0]) if units else {"site": None, "name": None, "region": None}
    return csv_line((*names, "day", "verdict", *_COUNTS, *_REASONS))


def csv_row(unit: Unit, day: str, look: Look) -> str:
    """One day of a unit; several reasons, or sites, in a cell are parted by "; "."""
    named = ("; ".join(value) if isinstance(value, tuple) else value for value in _named(unit).values())
    counts = (getattr(look.counts, name) for name in _COUNTS)
    return csv_line((*named, day, look.verdict.value, *counts, *(_told(getattr(look.counts, name)) for name in _REASONS)))


def _named(unit: Unit) -> dict[str, str | tuple[str, ...] | None]:
    if unit.is_region:
        return {"region": unit.key, "name": unit.name, "sites": unit.sites}
    return {"site": unit.key, "name": unit.name, "region": unit.region}


def _cells(look: Look) -> Iterator[object]:
    yield _word(look.verdict)
    yield from (getattr(look.counts, name) for name in _NUMBERS)
    yield _told(look.reasons, most=2)


def _about(unit: Unit) -> str:
    return unit.name if unit.is_region else unit.region or "-"


def _strip(verdicts: Sequence[Verdict]) -> str:
    """The latest days, one letter each."""
    return "".join(_LETTERS[verdict] for verdict in verdicts[-_LONGEST_STRIP:])


def _tally(verdicts: Iterable[Verdict]) -> str:
    counted = Counter(verdicts)
    return ", ".join(f"{counted[verdict]} {_word(verdict)}" for verdict in Verdict if counted[verdict]) or "nothing"


def _told(reasons: Mapping[str, int], most: int | None = None) -> str:
    """The most frequent first, then by name."""
    ranked = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
    return "; ".join(f"{reason} {count}" for reason, count in ranked[:most])


def _word(verdict: Verdict) -> str:
    return verdict.value.replace("_", " ")

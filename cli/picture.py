"""What is known of a running Kabar at a moment, and its tables. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cli.fares import Fare, Standing
from cli.shown import printable, utc
from cli.stages import STAGES, Look, rates
from deploy.local.health import Health
from services.store.dead_letters import Held
from services.store.reader import Counts

Row = tuple[object, ...]
_REASONS = 2
STAGE_COLUMNS = ("stage", "health", "in/min", "out/min", "dropped/min", "to do", "why dropped")
SITE_COLUMNS = ("site", "", "last seen", "last failure", "reason")
DEAD_COLUMNS = ("reason", "count", "latest", "site", "url")
_STANDINGS = {
    Standing.well: "well",
    Standing.partly: "partly",
    Standing.not_looked_at: "not looked at",
    Standing.failing: "FAILING",
    Standing.blocked: "BLOCKED",
}


@dataclass(frozen=True)
class Picture:
    """Each part is `None` until it is known. `healths`: stage → process → health; `looks`: the oldest first; `letters`: the latest dead
    letters, the latest first; `away`: part → why it is not known now (what was known before stays)."""

    healths: Mapping[str, Mapping[str, Health]] | None = None
    looks: Sequence[Look] = ()
    lags: Mapping[str, int] | None = None
    counts: Counts | None = None
    letters: Sequence[Held] = ()
    fares: Sequence[Fare] | None = None
    away: Mapping[str, str] = field(default_factory=dict)


def stage_rows(picture: Picture) -> list[Row]:
    """One for each stage."""
    rows: list[Row] = []
    for stage in STAGES:
        rate = rates(picture.looks, stage)
        lag = None if picture.lags is None else picture.lags.get(f"kabar-{stage}")
        figures = (_figure(rate.taken), _figure(rate.given), _figure(sum(rate.dropped.values())))
        told = figures if len(picture.looks) > 1 else ("-", "-", "-")
        rows.append((stage, _health((picture.healths or {}).get(stage, {})), *told, "-" if lag is None else lag, _why(rate.dropped)))
    return rows


def site_rows(fares: Sequence[Fare], most: int) -> list[Row]:
    """The worst first."""
    return [
        (_cell(fare.site), _STANDINGS[fare.standing], fare.seen or "-", fare.lost or "-", _cell(fare.reason) or "-")
        for fare in fares[:most]
    ]


def dead_rows(by_reason: Mapping[str, int], letters: Sequence[Held], most: int) -> list[Row]:
    """The most frequent reason first, each with the latest of its letters if that is among those looked at."""
    latest = {held.letter.reason: held.letter for held in reversed(letters)}
    rows: list[Row] = []
    for reason, count in sorted(by_reason.items(), key=lambda item: (-item[1], item[0]))[:most]:
        letter = latest.get(reason)
        told = (utc(letter.failed_at), _cell(letter.site_id), _cell(letter.url)) if letter else ("-", "-", "-")
        rows.append((_cell(reason), count, *told))
    return rows


def stored_line(counts: Counts | None) -> str:
    if counts is None:
        return "stored: not known yet"
    told = {"articles": counts.articles, "events": counts.events, "revisions": counts.revisions, "dead letters": counts.dead_letters}
    return " · ".join(f"{name} {count}" for name, count in told.items())


def _health(processes: Mapping[str, Health]) -> str:
    """Of one process what it is; of several how many are ready; and what keeps them from it."""
    if not processes:
        return "-"
    ready = sum(health.ready for health in processes.values())
    alive = any(health.alive for health in processes.values())
    failing = sorted({check for health in processes.values() for check, well in health.checks.items() if not well})
    word = "ready" if ready == len(processes) else "not ready" if alive else "no answer"
    number = f"{ready} of {len(processes)} " if len(processes) > 1 else ""
    return _cell(f"{number}{word}" + (f": {', '.join(failing)}" if failing else ""))


def _figure(a_minute: float) -> str:
    return f"{a_minute:.0f}" if a_minute >= 10 or a_minute == 0 else f"{a_minute:.1f}"


def _why(dropped: Mapping[str, float]) -> str:
    ranked = sorted(dropped.items(), key=lambda item: (-item[1], item[0]))
    return _cell(", ".join(f"{reason} {_figure(count)}" for reason, count in ranked[:_REASONS] if count))


def _cell(text: str | None) -> str:
    """What a stranger chose, of a size that fits, with nothing in it that moves a terminal about."""
    return "-" if text is None else printable(text[:300], "")

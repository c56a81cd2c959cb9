"""`make faults`: every fault, one after the other, and a table at the end. `python -m tests.faults [--quick] [--seed N] [WORD …]`."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import mkdtemp

from tests.faults.run import Outcome, can_mount, run_fault
from tests.faults.table import FAULTS, Fault

_COLUMNS = ("fault", "times", "sent", "LOST", "TWICE", "dead letters", "healthy after")
_MOST_WRONGS = 20


def wanted(words: Sequence[str], *, quick: bool) -> Iterator[tuple[Fault, int]]:
    """The faults with one of the words in their name (all, without words), and how often each strikes."""
    for fault in FAULTS:
        times = fault.quick if quick else fault.times
        if times and (not words or any(word.lower() in fault.name.lower() for word in words)):
            yield fault, times


def table(outcomes: Sequence[Outcome], skipped: Sequence[str]) -> str:
    """For people: a line a fault, figures to the right."""
    rows = [_COLUMNS, *map(_row, outcomes)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_COLUMNS))]
    lines = [
        "  ".join(cell.ljust(width) if n == 0 else cell.rjust(width) for n, (cell, width) in enumerate(zip(row, widths, strict=True)))
        for row in rows
    ]
    remarks = [f"{one.fault.name}: {one.fault.remark}." for one in outcomes if one.fault.remark]
    return "\n".join((lines[0], "  ".join("-" * width for width in widths), *lines[1:], "", *remarks, *skipped))


def _row(one: Outcome) -> tuple[str, ...]:
    dead = f"{one.letters} of {one.sent.poison.total()}"
    counted = (one.times, one.sent.messages, len(one.count.lost), len(one.count.twice))
    return (one.fault.name, *(f"{number:,}" for number in counted), dead, f"{one.healthy:.1f} s")


def _say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


async def _run(chosen: Sequence[tuple[Fault, int]], seed: int) -> int:
    folder, outcomes, skipped = Path(mkdtemp(prefix="kabar-faults-")), [], []
    for number, (fault, times) in enumerate(chosen):
        if fault.little_room and not can_mount():
            skipped.append(f"{fault.name}: not tried, for only root can give the folder a disk of its own.")
            continue
        outcome = await run_fault(fault, times, folder / str(number), seed)
        outcomes.append(outcome)
        verdict = "wrong" if outcome.wrongs else "right"
        _say(f"{verdict}  {fault.name}, {times} times, {outcome.seconds:.0f} s in all; logs in {folder / str(number)}")
        for wrong in outcome.wrongs[:_MOST_WRONGS]:
            _say(f"       {wrong}")
    _say("\n" + table(outcomes, skipped))
    return 1 if any(outcome.wrongs for outcome in outcomes) else 0


def main() -> int:
    """Returns the exit code: 0 if nothing was lost, doubled or late, 1 else."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults")
    parser.add_argument("words", nargs="*", help="only the faults with one of these in their name")
    parser.add_argument("--quick", action="store_true", help="the set of make test")
    parser.add_argument("--seed", type=int, default=1, help="the moments of the strikes (1)")
    given = parser.parse_args()
    return asyncio.run(_run(list(wanted(given.words, quick=given.quick)), given.seed))


if __name__ == "__main__":
    sys.exit(main())

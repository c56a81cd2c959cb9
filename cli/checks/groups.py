"""The groups that read the topics: how much waits for each, and is anybody reading. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cli.checks.finding import Finding, failure, ok, warning

MUCH = 10_000
"""Messages that are more than a busy hour."""


@dataclass(frozen=True)
class GroupSeen:
    """Messages still to be done, and how many consumers do them."""

    lag: int
    members: int


def judge_groups(seen: Mapping[str, GroupSeen]) -> Iterator[Finding]:
    """Kafka lets go of what nobody has read after the topic's retention, seven days."""
    for group, found in seen.items():
        service = group.removeprefix("kabar-")
        says = f"{group}: {_messages(found.lag)} to do, {_readers(found.members)}."
        if not found.members and found.lag:
            yield failure("groups", says, f"Start the {_process(service)}: after seven days Kafka lets go of what nobody has read.")
        elif not found.members:
            yield warning("groups", says, f"Start the {_process(service)}.")
        elif found.lag > MUCH:
            do = f"See in `kabar status` whether it gets less; if not, start more of the {_process(service)} (at most 6)."
            yield warning("groups", says, do)
        else:
            yield ok("groups", says)


def _process(service: str) -> str:
    """The keeper is a part of the store."""
    return "store" if service == "keeper" else service


def _messages(number: int) -> str:
    return "1 message" if number == 1 else f"{number} messages"


def _readers(number: int) -> str:
    return "nobody reads" if not number else "1 reader" if number == 1 else f"{number} readers"

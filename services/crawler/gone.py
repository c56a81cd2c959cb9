"""Is an article gone for good? Pure.

Sites lose articles for an hour: a plug-in fails, a database is restored, a whole server answers 404 while it is moved. So only
410 is believed at once, and nothing at all of a host in trouble.
"""

from __future__ import annotations

from enum import StrEnum

from services.crawler.known import Known, State
from shared.outcomes import Reject

AT_ONCE = frozenset({"http_410"})
NOT_THERE = AT_ONCE | {"http_404", "redirect_to_home", "soft_404"}


class Loss(StrEnum):
    """What an answer that cannot be used says of an article."""

    none = "none"
    """Nothing: it was never published, or it is refused for another reason."""
    in_trouble = "in_trouble"
    """Nothing, for its host is in trouble."""
    doubted = "doubted"
    """It is not there, for the first time."""
    lost = "lost"
    """It is no longer there."""
    still_lost = "still_lost"
    """As was known."""


def loss_of(known: Known, reject: Reject, *, host_well: bool) -> Loss:
    """What it means that `known` was asked for and answered like this."""
    if known.published_at is None or reject.reason not in NOT_THERE:
        return Loss.none
    if known.state is State.gone:
        return Loss.still_lost
    if not host_well:
        return Loss.in_trouble
    twice = known.state is State.refused and known.reason in NOT_THERE
    return Loss.lost if twice or reject.reason in AT_ONCE else Loss.doubted

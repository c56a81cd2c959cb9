"""How crawlers share hosts without trusting each other's wall clocks. Pure: seconds of one's own monotonic clock.

An owner changes its host's beat every `BEAT_SECONDS`. Another crawler takes a host over only after it has itself watched
the beat stand still for `LAPSE_SECONDS`. An owner that could not beat stops asking `MARGIN_SECONDS` before that.
"""

from __future__ import annotations

from services.crawler.known import Host

BEAT_SECONDS = 4.0
LAPSE_SECONDS = 15.0
MARGIN_SECONDS = 4.0


class Watch:
    """What this crawler has seen of the others' beats."""

    def __init__(self) -> None:
        self._seen: dict[str, tuple[str | None, int, float]] = {}

    def free(self, host: Host, now: float) -> bool:
        """May the host be claimed: it has no owner, or one that has not shown a beat for too long."""
        if host.owner is None:
            self._seen.pop(host.key, None)
            return True
        owner, beat, since = self._seen.get(host.key, (None, -1, now))
        if (owner, beat) != (host.owner, host.beat):
            self._seen[host.key] = (host.owner, host.beat, now)
            return False
        return now - since >= LAPSE_SECONDS


class Held:
    """The hosts this crawler owns, and until when it may be sure of that."""

    def __init__(self) -> None:
        self._until: dict[str, float] = {}

    def renew(self, beaten: set[str], still: set[str], beaten_at: float) -> None:
        """Of the hosts beaten for after `beaten_at`, these are still ours; the others are lost."""
        for key in beaten & self.keys:
            if key in still:
                self.take(key, beaten_at)
            else:
                self.drop(key)

    def take(self, key: str, claimed_at: float) -> None:
        self._until[key] = claimed_at + LAPSE_SECONDS - MARGIN_SECONDS

    def drop(self, key: str) -> None:
        self._until.pop(key, None)

    def sure(self, key: str, now: float) -> bool:
        """May the host be asked something now."""
        return now < self._until.get(key, float("-inf"))

    @property
    def keys(self) -> set[str]:
        return set(self._until)

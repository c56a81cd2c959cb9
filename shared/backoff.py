"""How long to wait before the next try: exponential, with full jitter. Pure but for the randomness passed in."""

from __future__ import annotations

from collections.abc import Callable

from shared.settings import Settings


class Backoff:
    """Waits in seconds: between half and all of first·2ⁿ, never over `most`."""

    def __init__(self, first: float, most: float, random: Callable[[], float]) -> None:
        self._next, self._most, self._random = first, most, random

    @classmethod
    def of(cls, settings: Settings, random: Callable[[], float]) -> Backoff:
        return cls(settings.deliver_backoff_seconds, settings.deliver_backoff_max_seconds, random)

    def next(self) -> float:
        wait = min(self._next, self._most)
        self._next = min(self._next * 2, self._most)
        return wait * (0.5 + self._random() / 2)

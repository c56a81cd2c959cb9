"""What a site was asked for and how it answered: the receipt of our manners, counted request by request."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from services.crawler.fetch import Response
from services.crawler.follow import Gets
from services.crawler.validators import NO_VALIDATORS, Validators
from shared.outcomes import Reject, Retry

UNANSWERED = "none"
# The server has seen nothing of these.
_NEVER_SENT = frozenset({"bad_url", "connect_failed", "dns_failed", "port_refused", "private_address", "tls_failed"})


@dataclass
class Receipt:
    """Of one site. `requests` reached its server, robots.txt, redirects and repeats included; `size` is bytes of body on the wire;
    `answers` by class (`2xx`, `304`, `3xx`, …, `none`); `refusals` URLs that came to nothing, by reason; `waited` seconds it was left in
    peace while there was something to ask."""

    requests: int = 0
    size: int = 0
    waited: float = 0.0
    answers: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    first_at: datetime | None = None
    last_at: datetime | None = None

    @property
    def unchanged_share(self) -> float:
        """How many of the requests were answered 304, from 0 to 1."""
        return self.answers["304"] / self.requests if self.requests else 0.0

    def requested(self, answer: str, size: int, now: datetime) -> None:
        """One more request."""
        self.requests, self.size = self.requests + 1, self.size + size
        self.answers[answer] += 1
        self.first_at, self.last_at = self.first_at or now, now

    def counts(self) -> dict[str, float]:
        """What is not nothing, by the name it is kept under. Names are ours: classes and reasons, never page data."""
        fields = {"requests": self.requests, "size": self.size, "waited": self.waited}
        named = {f"{kind}.{name}": count for kind in ("answers", "refusals") for name, count in sorted(getattr(self, kind).items())}
        return {name: count for name, count in {**fields, **named}.items() if count}


def receipt_of(found: Mapping[str, Any]) -> Receipt:
    """As the frontier keeps it."""
    numbers = {name: found[name] for name in ("requests", "size", "waited", "first_at", "last_at") if name in found}
    return Receipt(**numbers, answers=Counter(found.get("answers", {})), refusals=Counter(found.get("refusals", {})))


class Meter:
    """The fetcher of one visit: counts what is asked for `site`. `waited` says the seconds this visit has waited so far; `over` is
    called at the end of every exchange, `told` besides with the site, the class of the answer or why there is none, and bytes."""

    def __init__(
        self,
        fetcher: Gets,
        site: str,
        now: Callable[[], datetime],
        waited: Callable[[], float],
        over: Callable[[], None],
        told: Callable[[str, str, int], None],
    ) -> None:
        self.site = site
        self._told = told
        self._fetcher, self._now, self._waited, self._over = fetcher, now, waited, over
        self._receipts: dict[str, Receipt] = {}
        self._counted = 0.0

    async def get(self, url: str, *, max_bytes: int, validators: Validators = NO_VALIDATORS) -> Response:
        """As `Fetcher.get`."""
        self._count_wait()
        try:
            response = await self._fetcher.get(url, max_bytes=max_bytes, validators=validators)
        except (Reject, Retry) as error:
            self._told(self.site, error.reason, 0)
            if error.reason not in _NEVER_SENT:
                self._receipt.requested(UNANSWERED, 0, self._now())
            raise
        finally:
            self._over()
        answer = "304" if response.status == 304 else f"{response.status // 100}xx"
        self._told(self.site, answer, response.received)
        self._receipt.requested(answer, response.received, self._now())
        return response

    def refused(self, reason: str) -> None:
        """A URL came to nothing."""
        self._receipt.refusals[reason] += 1

    def receipts(self) -> Iterator[tuple[str, Receipt]]:
        """Of every site the visit had to do with, by id; each time all since the beginning of the visit."""
        self._count_wait()
        yield from self._receipts.items()

    def _count_wait(self) -> None:
        waited = self._waited()
        self._receipt.waited += waited - self._counted
        self._counted = waited

    @property
    def _receipt(self) -> Receipt:
        return self._receipts.setdefault(self.site, Receipt())

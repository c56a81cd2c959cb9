"""When a host may be asked again. Pure: times are seconds of one monotonic clock, randomness is passed in."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_FIRST_REST, _LONGEST_REST = 30.0, 86_400.0
_FIRST_RETRY, _LONGEST_RETRY = 0.5, 8.0
_LONGEST_RETRY_AFTER = 86_400.0


def wait_before(asked_at: float | None, now: float, *, gap: float) -> float:
    """Seconds until a host last asked at `asked_at` may be asked again; `gap` is the longer of its pace and its crawl-delay."""
    return 0.0 if asked_at is None else max(0.0, asked_at + gap - now)


def before_retry(attempt: int, asked_for: float, random: float) -> float:
    """Seconds before trying the same URL again, after its `attempt`-th failure (from 1); at least what the host asked for."""
    return max(asked_for, _grown(_FIRST_RETRY, attempt, _LONGEST_RETRY, random))


def rest_after(failures: int, asked_for: float, random: float) -> float:
    """Seconds a host in trouble is left alone, after so many failures in a row (from 1): 30 s doubling to a day, with jitter."""
    return max(asked_for, _grown(_FIRST_REST, failures, _LONGEST_REST, random))


def retry_after(header: str | None, now: datetime) -> float:
    """Seconds of a `Retry-After` header, in either of its forms; 0 without a usable one, at most a day."""
    text = (header or "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:10]), _LONGEST_RETRY_AFTER)
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return 0.0
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max(0.0, (until - now).total_seconds()), _LONGEST_RETRY_AFTER)


def _grown(first: float, times: int, most: float, random: float) -> float:
    """Between half and all of first·2ⁿ."""
    return min(first * 2.0 ** min(times - 1, 40), most) * (0.5 + random / 2)

"""Which lines of a log somebody wants to see. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cli.logs_read import Line
from shared.log_schema import LEVELS

_SPAN = re.compile(r"(\d{1,6})([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


@dataclass(frozen=True)
class Wanted:
    """All that is named must be so: `level` or a worse one, `url` somewhere in the line's own, `since` or later."""

    correlation: str | None = None
    level: str = LEVELS[0]
    service: str | None = None
    site: str | None = None
    url: str | None = None
    since: datetime | None = None

    def has(self, line: Line) -> bool:
        """Is the line one of them. A traceback says nothing of page and level: it is left out only where a page is asked for."""
        if (self.since and line.moment < self.since) or (self.service and line.service != self.service):
            return False
        if line.fields is None:
            return not (self.correlation or self.site or self.url)
        return _worse(line.fields.get("level")) >= _worse(self.level) and self._about(line.fields)

    def _about(self, fields: Mapping[str, Any]) -> bool:
        return (
            self.correlation in (None, fields.get("correlation_id"))
            and self.site in (None, fields.get("site"))
            and (self.url is None or self.url in str(fields.get("url") or ""))
        )


def moment_of(written: str, now: datetime) -> datetime:
    """`30m`, `2h`, `7d` before now, a day, or a moment (RFC 3339); UTC where no zone is named. Raises `ValueError`."""
    span = _SPAN.fullmatch(written.strip())
    if span:
        return now - timedelta(**{_UNITS[span[2]]: int(span[1])})
    moment = datetime.fromisoformat(written.strip())
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _worse(level: object) -> int:
    """What we do not know is the worst."""
    return LEVELS.index(level) if isinstance(level, str) and level in LEVELS else len(LEVELS)

"""Days as options of a command."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

DAY: dict[str, Any] = {"formats": ["%Y-%m-%d"], "metavar": "YYYY-MM-DD"}
"""For `typer.Option`, which knows moments only."""


def day(moment: datetime | None) -> date | None:
    return moment and moment.date()

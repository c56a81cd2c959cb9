"""The reason why a site could not be asked → what a person can do about it. Pure."""

from __future__ import annotations

import tomllib
from pathlib import Path

_ADVICE = tomllib.loads(Path(__file__).with_name("advice.toml").read_text(encoding="utf-8"))


def advice_on(reason: str) -> str:
    """One sentence, for every reason."""
    known = _ADVICE.get(reason)
    return known if isinstance(known, str) else str(_ADVICE["otherwise"]["advice"])

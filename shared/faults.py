"""Named points at which a service ends itself, for the tests of what it leaves behind. Tests only: `KABAR_FAULT` is empty everywhere else.

`KABAR_FAULT=store.written@/a/marker` ends the store by SIGKILL, as a power cut would, the first time it comes to its point `written`.
The marker then exists, so the store that is started again goes on.

    written      a delivery's documents are in the store, their change is not published
    published    what a delivery had to tell is acknowledged, its offset is not committed
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

FaultPoint = Callable[[str], None]
"""Called with the name of the point that has been reached; may never return."""


def no_fault(_point: str) -> None:
    """What every service has outside of those tests."""


def fault_point(service: str, fault: str, end: Callable[[], None] = lambda: os.kill(os.getpid(), signal.SIGKILL)) -> FaultPoint:
    """What `service` calls at its points, as the setting `fault` says: `service.point@marker`, or nothing."""
    named, _, marker = fault.partition("@")
    owner, _, wanted = named.partition(".")
    if owner != service:
        return no_fault

    def reached(point: str) -> None:
        if point == wanted and _first(Path(marker)):
            end()

    return reached


def _first(marker: Path) -> bool:
    """Whether nobody has left the marker before; it is left now."""
    try:
        marker.touch(exist_ok=False)
    except FileExistsError:
        return False
    return True

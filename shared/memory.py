"""How much memory this process has, and its container, and may have: read from /proc and the control group, no library."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

_PROC, _GROUPS = Path("/proc/self"), Path("/sys/fs/cgroup")
# By version of control groups: memory in use, its limit, and what of the use the kernel drops when it needs room.
_FILES = {
    2: ("memory.current", "memory.max", "inactive_file"),
    1: ("memory.usage_in_bytes", "memory.limit_in_bytes", "total_inactive_file"),
}
_NO_LIMIT = 2**60
"""Version 1 writes a number near 2**63 where there is none."""


def readings(proc: Path = _PROC, groups: Path = _GROUPS) -> Mapping[str, Callable[[], float]]:
    """Metric → what reads it now, in bytes. A reading raises `OSError`, `ValueError` or `LookupError` where the system does not say."""
    return {
        "kabar_memory_resident_bytes": lambda: _resident(proc),
        "kabar_memory_container_bytes": lambda: _used(proc, groups),
        "kabar_memory_limit_bytes": lambda: _limit(proc, groups),
    }


def _resident(proc: Path) -> float:
    return float((proc / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _used(proc: Path, groups: Path) -> float:
    """Without the page cache: a container that reads files is always near its limit with it."""
    folder, version = _group(proc, groups)
    current, _, cache = _FILES[version]
    counts = dict(line.split() for line in (folder / "memory.stat").read_text().splitlines())
    return max(0.0, float((folder / current).read_text()) - float(counts[cache]))


def _limit(proc: Path, groups: Path) -> float:
    folder, version = _group(proc, groups)
    limit = float((folder / _FILES[version][1]).read_text())  # "max" is no number
    if limit >= _NO_LIMIT:
        raise LookupError("no limit")
    return limit


def _group(proc: Path, groups: Path) -> tuple[Path, int]:
    """The folder of our control group, and its version. In a container our own group is usually seen as the root."""
    for line in (proc / "cgroup").read_text().splitlines():
        _, kinds, path = line.split(":", 2)
        version = 1 if "memory" in kinds.split(",") else 2 if not kinds else 0
        base = groups / "memory" if version == 1 else groups
        for folder in (base / path.lstrip("/"), base) if version else ():
            if (folder / _FILES[version][0]).is_file():
                return folder, version
    raise LookupError("no control group for memory")

"""Memory as the system tells it, on files as the kernel writes them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from shared.memory import readings

USED, LIMIT = "kabar_memory_container_bytes", "kabar_memory_limit_bytes"
V2 = {"memory.current": "900\n", "memory.max": "1000\n", "memory.stat": "anon 500\nfile 300\ninactive_file 250\n"}
V1 = {
    "memory.usage_in_bytes": "900\n",
    "memory.limit_in_bytes": "1000\n",
    "memory.stat": "cache 300\ninactive_file 1\ntotal_inactive_file 250\n",
}


def machine(folder: Path, cgroup: str, groups: dict[str, dict[str, str]]) -> tuple[Path, Path]:
    """What /proc/self and /sys/fs/cgroup hold."""
    proc, root = folder / "proc", folder / "cgroup"
    proc.mkdir()
    (proc / "cgroup").write_text(cgroup)
    (proc / "statm").write_text("5000 300 100 1 0 200 0\n")
    for group, files in groups.items():
        (root / group).mkdir(parents=True)
        for name, text in files.items():
            (root / group / name).write_text(text)
    return proc, root


@pytest.mark.parametrize(
    ("cgroup", "groups"),
    [
        ("0::/\n", {"": V2}),
        ("0::/system.slice/kabar\n", {"system.slice/kabar": V2}),
        ("0::/docker/abc\n", {"": V2}),
        ("5:cpu:/\n4:memory:/docker/abc\n0::/\n", {"memory/docker/abc": V1}),
        ("4:cpu,memory:/docker/abc\n", {"memory": V1}),
    ],
    ids=["container", "service", "path of the host", "version 1", "version 1 in a container"],
)
def test_a_container_and_its_limit(tmp_path: Path, cgroup: str, groups: dict[str, dict[str, str]]) -> None:
    read = readings(*machine(tmp_path, cgroup, groups))
    assert read[USED]() == 650, "what the kernel can drop is not used"
    assert read[LIMIT]() == 1000
    assert read["kabar_memory_resident_bytes"]() == 300 * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.parametrize(
    ("cgroup", "groups"),
    [
        ("0::/\n", {"": V2 | {"memory.max": "max\n"}}),
        ("4:memory:/\n", {"memory": V1 | {"memory.limit_in_bytes": "9223372036854771712\n"}}),
        ("0::/\n", {}),
        ("", {}),
    ],
    ids=["none set", "none set, version 1", "the host itself", "no control groups"],
)
def test_without_a_limit_there_is_none(tmp_path: Path, cgroup: str, groups: dict[str, dict[str, str]]) -> None:
    with pytest.raises((OSError, ValueError, LookupError)):
        readings(*machine(tmp_path, cgroup, groups))[LIMIT]()


def test_our_own_process() -> None:
    assert readings()["kabar_memory_resident_bytes"]() > 10_000_000

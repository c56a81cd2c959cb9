"""The locks: everything pinned and hashed, nothing about where it comes from."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted(path.name for path in (ROOT / "locks").iterdir())
EXTRAS = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
DEPENDENCIES = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
# An option of pip or uv that names an index, or the host of one. Written so that this file does not match itself.
ADDRESS = re.compile(r"--(extra-)?index[-]url|--default[-]index|--find[-]links|--trusted[-]host|py[p]i\.org|python[h]osted\.org")


def pins(requirements: list[str]) -> set[str]:
    """`name==version` of requirement lines, extras and markers left out; `kabar[cli]` stands for the extras it names."""
    out = set()
    for line in requirements:
        if own := re.fullmatch(r"kabar\[(.+)\]", line):
            out |= set().union(*(pins(EXTRAS[extra]) for extra in own[1].split(",")))
        else:
            out.add(re.sub(r"\[.*?\]|;.*", "", line).strip())
    return out


def entries(lock: str) -> list[str]:
    """Each requirement of a lock with its hashes, on one line."""
    return (ROOT / "locks" / lock).read_text().replace("\\\n", " ").splitlines()


def test_there_is_a_lock_for_every_extra_but_that_of_several() -> None:
    assert {f"{extra}.txt" for extra in EXTRAS} - {"traces.txt"} | {"uv.txt"} == set(LOCKS)


@pytest.mark.parametrize("lock", LOCKS)
def test_every_line_is_a_pin_with_hashes(lock: str) -> None:
    entry = re.compile(r"[a-z0-9.-]+==[^\s;]+(\s;[^-]+?)?(\s+--hash=sha256:[0-9a-f]{64})+\s*")
    assert entries(lock)
    assert [line for line in entries(lock) if not entry.fullmatch(line)] == []


@pytest.mark.parametrize("extra", sorted(EXTRAS.keys() - {"traces"}))
def test_lock_has_the_versions_of_the_project_file(extra: str) -> None:
    locked = {line.split()[0] for line in entries(f"{extra}.txt")}
    assert pins(DEPENDENCIES) | pins(EXTRAS[extra]) <= locked, "run `make lock`"


@pytest.mark.parametrize("service", ["crawler", "extractor", "store"])
def test_a_service_has_what_traces_need(service: str) -> None:
    assert pins(EXTRAS["traces"]) <= {line.split()[0] for line in entries(f"{service}.txt")}, "run `make lock`"


@pytest.mark.parametrize("lock", LOCKS)
def test_one_version_of_a_package_in_all_locks(lock: str) -> None:
    assert {line.split()[0] for line in entries(lock)} <= {line.split()[0] for line in entries("dev.txt")}


def test_no_file_says_where_packages_come_from() -> None:
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    texts = (ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file())
    found = [path.name for path in texts if ADDRESS.search(path.read_text(encoding="utf-8", errors="replace"))]
    assert found == []


@pytest.mark.parametrize(
    "text", ["--index" + "-url x", "pip --extra-index" + "-url=x", "https://" + "py" + "pi.org/simple", "--default" + "-index y"]
)
def test_an_address_is_seen(text: str) -> None:
    assert ADDRESS.search(text)

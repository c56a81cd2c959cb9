"""Python, our packages and Java: are they those that Kabar was built and tested with. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from cli.checks.finding import Finding, failure, listed, ok, warning

LEAST_PYTHON = (3, 11)
LEAST_JAVA = 17
_PIN = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)==([^\s;\\]+)\s*(;[^\\]*)?")
_JAVA = re.compile(r'version "(?:1\.)?(\d+)')


def pins(lock: str) -> dict[str, str]:
    """Name → version of a lock file. What is only for some platform is left out."""
    found = (_PIN.match(line) for line in lock.splitlines())
    return {pin[1].lower(): pin[2] for pin in found if pin and not (pin[3] or "").strip()}


def judge_python(version: tuple[int, int]) -> Finding:
    """The Python that runs this command."""
    says = f"Python is {version[0]}.{version[1]}."
    if version < LEAST_PYTHON:
        return failure("python", says, f"Install Python {LEAST_PYTHON[0]}.{LEAST_PYTHON[1]} or later and run `make setup`.")
    return ok("python", says)


def judge_packages(locked: Mapping[str, str], installed: Mapping[str, str | None]) -> Iterator[Finding]:
    """`locked`: name → version, empty where there is no lock file (an image is built from its lock). `installed`: `None` is missing."""
    missing = sorted(name for name in locked if installed.get(name) is None)
    other = sorted(name for name, version in locked.items() if installed.get(name) not in (None, version))
    if missing:
        says = f"Missing packages, {len(missing)} of {len(locked)}: {listed(missing)}."
        yield failure("packages", says, "Run `make setup`, or install locks/cli.txt.")
    if other:
        told = listed(f"{name} {installed[name]} instead of {locked[name]}" for name in other)
        yield warning("packages", f"Packages not as locked, {len(other)}: {told}.", "Run `make setup`, or install locks/cli.txt.")
    if not missing and not other:
        yield ok("packages", f"All {len(locked)} packages are as locked." if locked else "There is no lock file here to compare with.")


def java_release(told: str) -> int | None:
    """17 of what `java -version` says."""
    found = _JAVA.search(told)
    return int(found[1]) if found else None


def judge_java(release: int | None) -> Finding:
    """The Java that the local Kafka runs on; `None`: there is none, or it does not say what it is."""
    do = f"Install Java {LEAST_JAVA} or later (Debian: apt-get install openjdk-17-jre-headless), or set KABAR_KAFKA_SERVERS."
    if release is None:
        return failure("java", "There is no Java for the local Kafka.", do)
    return ok("java", f"Java is {release}.") if release >= LEAST_JAVA else failure("java", f"Java is {release}.", do)

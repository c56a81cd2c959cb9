"""`make test`: the whole suite, its two halves side by side. One mostly waits for servers to come and go, the other mostly works."""

from __future__ import annotations

import subprocess
import sys
import time
from tempfile import TemporaryFile

FIRST, SECOND = ("tests", "--ignore=tests/unit"), ("tests/unit",)
# Each would write down its own failures over the other's.
_PYTEST = (sys.executable, "-m", "pytest", "-p", "no:cacheprovider")


def main() -> int:
    """Exit 0 where both halves pass. What the second says follows when the first is through."""
    began = time.monotonic()
    _say("Side by side: all tests but tests/unit, and tests/unit, whose results follow.")
    with TemporaryFile() as said:
        second = subprocess.Popen([*_PYTEST, *SECOND], stdout=said, stderr=subprocess.STDOUT)
        try:
            first = subprocess.run([*_PYTEST, *FIRST], check=False).returncode
        finally:
            second.wait()  # Ctrl-C is told to both
        said.seek(0)
        _say(said.read().decode(errors="replace"))
    ends = {" ".join(FIRST): first, " ".join(SECOND): second.returncode}
    told = "; ".join(f"{half} {'FAILED' if code else 'passed'}" for half, code in ends.items())
    _say(f"{told}. {time.monotonic() - began:.0f} s")
    return int(any(ends.values()))


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())

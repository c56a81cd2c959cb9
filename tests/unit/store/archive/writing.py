"""A process that keeps pages, numbered from 0, and says of each that it is kept; for tests that kill it. `python -m … FOLDER`."""

from __future__ import annotations

import random
import sys
from datetime import UTC, datetime
from pathlib import Path

import structlog

from services.store.archive.keeper import open_keeping
from tests.unit.store.archive.fetched import fetched


def main() -> None:
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    with open_keeping(Path(sys.argv[1]), 60_000, lambda: datetime.now(UTC), random.random, structlog.stdlib.get_logger()) as archive:
        for number in range(1_000_000):
            archive.keep(fetched(random.Random(number % 50).randbytes(3_000), number))
            sys.stdout.write(f"{number}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()

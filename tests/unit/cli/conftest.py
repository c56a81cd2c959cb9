"""The command line, run in this process."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cli.app import make_app, run_line

Kabar = Callable[..., tuple[int, str, str]]


@pytest.fixture
def kabar(capsys: pytest.CaptureFixture[str]) -> Kabar:
    """`kabar("export", "events")` → exit code, standard output, standard error."""

    def run(*words: str) -> tuple[int, str, str]:
        code = run_line(make_app(), list(words))
        said = capsys.readouterr()
        return code, said.out, said.err

    return run

"""The command line, run in this process."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cli.app import make_app, run_line
from deploy.local.documents import DocumentStore

Kabar = Callable[..., tuple[int, str, str]]


@pytest.fixture
def kabar(capsys: pytest.CaptureFixture[str]) -> Kabar:
    """`kabar("export", "events")` → exit code, standard output, standard error."""

    def run(*words: str) -> tuple[int, str, str]:
        code = run_line(make_app(), list(words))
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A document store of its own, named in the environment."""
    documents = DocumentStore(tmp_path)
    try:
        asyncio.run(documents.start())
        monkeypatch.setenv("KABAR_MONGO_URI", documents.uri)
        yield documents.uri
    finally:
        asyncio.run(documents.kill())

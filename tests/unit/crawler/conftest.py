from __future__ import annotations

import socket
import subprocess
import sysconfig
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from pymongo import MongoClient

from shared.lifecycle import Runtime
from shared.settings import Settings
from shared.telemetry import Metrics, start_logging


@pytest.fixture(scope="session")
def store_uri(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real document store as a child process."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("store")
    command = [str(Path(sysconfig.get_path("scripts")) / "secantusd-py"), "--port", str(port), "--storage-path", str(folder)]
    uri = f"mongodb://127.0.0.1:{port}"
    with subprocess.Popen([*command, "--cache-size", "64M"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            with MongoClient[dict[str, Any]](uri, serverSelectionTimeoutMS=60_000) as client:
                client.admin.command("ping")
            yield uri
        finally:
            server.terminate()


@pytest.fixture
def settings(store_uri: str) -> Callable[..., Settings]:
    """Settings of a database of its own, with quick back-off."""
    database = f"test_{uuid4().hex}"

    def make(**fields: Any) -> Settings:
        given: dict[str, Any] = {
            "mongo_uri": store_uri,
            "mongo_database": database,
            "deliver_backoff_seconds": 0.01,
            "fetch_seconds": 5.0,
        } | fields
        return Settings(**given)

    return make


@pytest.fixture
def runtime() -> Callable[..., Runtime]:
    def make(settings: Settings, **fields: Any) -> Runtime:
        return Runtime("crawler", settings, start_logging("crawler", "error"), Metrics("crawler"), **fields)

    return make

from __future__ import annotations

from pathlib import Path

import pytest

from deploy.local.failures import StackFailure
from deploy.local.folder import Running, announce, hold
from deploy.local.reach import reach_documents, reach_kafka

RUNNING = Running(pid=1, kafka_servers="127.0.0.1:1", mongo_uri="mongodb://127.0.0.1:2", services={})


def quiet(_sentence: str) -> None:
    pass


async def test_the_environment_comes_first(tmp_path: Path) -> None:
    environ = {"KABAR_MONGO_URI": "mongodb://given", "KABAR_KAFKA_SERVERS": "given:9092"}
    with hold(tmp_path):
        announce(tmp_path, RUNNING)
        async with reach_documents(tmp_path, environ) as uri, reach_kafka(tmp_path, quiet, environ) as servers:
            assert (uri, servers) == ("mongodb://given", "given:9092")


async def test_then_the_stack_that_runs(tmp_path: Path) -> None:
    environ = {"KABAR_MONGO_URI": "", "KABAR_KAFKA_SERVERS": ""}
    with hold(tmp_path):
        announce(tmp_path, RUNNING)
        async with reach_documents(tmp_path, environ) as uri, reach_kafka(tmp_path, quiet, environ) as servers:
            assert (uri, servers) == (RUNNING.mongo_uri, RUNNING.kafka_servers)


async def test_a_folder_without_documents_is_said_and_stays_as_it_is(tmp_path: Path) -> None:
    with pytest.raises(StackFailure, match=r"There are no documents in .*nowhere: run `kabar up` first"):
        async with reach_documents(tmp_path / "nowhere", {}):
            pass
    assert not (tmp_path / "nowhere").exists()

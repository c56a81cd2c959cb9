from __future__ import annotations

import os
from pathlib import Path

import pytest

from deploy.local.failures import InUse
from deploy.local.folder import Running, announce, find_running, hold, withdraw, write_whole

RUNNING = Running(pid=1, kafka_servers="127.0.0.1:1", mongo_uri="mongodb://127.0.0.1:2", services={"crawler": 3})


def test_a_folder_has_one_holder_at_a_time(tmp_path: Path) -> None:
    folder = tmp_path / "made" / "here"
    with hold(folder), pytest.raises(InUse, match=f"in use by process {os.getpid()}"), hold(folder):
        pass
    with hold(folder):
        pass


def test_a_failure_inside_is_not_taken_for_another_holder(tmp_path: Path) -> None:
    with pytest.raises(BlockingIOError), hold(tmp_path):
        raise BlockingIOError


def test_a_running_stack_is_found(tmp_path: Path) -> None:
    with hold(tmp_path):
        announce(tmp_path, RUNNING)
        assert find_running(tmp_path) == RUNNING
        withdraw(tmp_path)
        assert find_running(tmp_path) is None


def test_a_stack_that_died_is_not_found(tmp_path: Path) -> None:
    with hold(tmp_path):
        announce(tmp_path, RUNNING)
    assert find_running(tmp_path) is None
    assert (tmp_path / "stack.json").exists()


def test_one_that_starts_where_another_died_is_not_taken_for_it(tmp_path: Path) -> None:
    with hold(tmp_path):
        announce(tmp_path, RUNNING)
    with hold(tmp_path):
        assert find_running(tmp_path) is None


@pytest.mark.parametrize("left_behind", ["", "{", "[]", '{"pid": "x"}', "\x00"])
def test_a_broken_announcement_is_no_stack(tmp_path: Path, left_behind: str) -> None:
    with hold(tmp_path):
        (tmp_path / "stack.json").write_text(left_behind)
        assert find_running(tmp_path) is None


def test_no_folder_is_no_stack(tmp_path: Path) -> None:
    assert find_running(tmp_path / "nowhere") is None
    assert not (tmp_path / "nowhere").exists()


def test_a_file_is_written_whole(tmp_path: Path) -> None:
    path = tmp_path / "stack.json"
    write_whole(path, "one")
    write_whole(path, "two")
    assert path.read_text() == "two"
    assert [file.name for file in tmp_path.iterdir()] == ["stack.json"]

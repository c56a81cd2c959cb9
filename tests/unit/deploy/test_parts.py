from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from deploy.local.children import Child
from deploy.local.failures import StackFailure
from deploy.local.parts import Part, keep, started
from tests.unit.deploy.processes import until


class Shell(Part):
    """A part that runs a line of shell."""

    def __init__(self, line: str, log: Path) -> None:
        super().__init__("shell", 5.0)
        self._line, self._log = line, log
        self.starts = 0

    async def start(self) -> None:
        self.starts += 1
        self._child = Child(["bash", "-c", self._line], self._log)


class Fails(Part):
    """A part that does not come up."""

    def __init__(self) -> None:
        super().__init__("fails", 1.0)

    async def start(self) -> None:
        raise StackFailure("It does not come up.")


class Slow(Shell):
    """A part that takes long to come up."""

    async def start(self) -> None:
        await super().start()
        await asyncio.sleep(1000)


def quiet(_sentence: str) -> None:
    pass


async def test_parts_run_while_the_block_lasts(tmp_path: Path) -> None:
    one, two = Shell("sleep 1000", tmp_path / "1"), Shell("sleep 1000", tmp_path / "2")
    async with started(one, two):
        during = (one.child.running, two.child.running)
    assert during == (True, True)
    assert (one.child.running, two.child.running) == (False, False)


async def test_one_that_does_not_come_up_ends_the_others(tmp_path: Path) -> None:
    slow = Slow("sleep 1000", tmp_path / "log")
    with pytest.raises(StackFailure, match=r"It does not come up\."):
        async with started(slow, Fails()):
            pytest.fail("the block must not begin")
    assert not slow.child.running


async def test_a_start_cut_off_leaves_nothing_running(tmp_path: Path) -> None:
    slow = Slow("sleep 1000", tmp_path / "log")

    async def use() -> None:
        async with started(slow):
            pytest.fail("the block must not begin")

    cut = asyncio.create_task(use())
    await until(lambda: slow.starts > 0)
    cut.cancel()
    with pytest.raises(asyncio.CancelledError):
        await cut
    assert not slow.child.running


async def test_a_part_that_was_killed_is_started_again(tmp_path: Path) -> None:
    part, again = Shell("sleep 1000", tmp_path / "log"), asyncio.Event()
    sentences: list[str] = []

    def say(sentence: str) -> None:
        sentences.append(sentence)
        again.set()

    async with started(part):
        keeping = asyncio.create_task(keep(part, say))
        first = part.child
        first.kill()
        await again.wait()
        await until(lambda: part.child is not first)
        assert part.child.running
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)
    assert sentences == ["shell was ended by signal 9; starting it again."]
    assert part.starts == 2


async def test_wrong_settings_are_not_tried_again(tmp_path: Path) -> None:
    part = Shell("echo 'KABAR_LOG_LEVEL: no such level'; exit 2", tmp_path / "log")
    async with started(part):
        with pytest.raises(StackFailure, match="shell: KABAR_LOG_LEVEL: no such level"):
            await keep(part, quiet)
    assert part.starts == 1


async def test_one_that_never_lives_long_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deploy.local.parts._SHORT_LIVES", 2)
    part = Shell("echo broken; exit 1", tmp_path / "log")
    async with started(part):
        with pytest.raises(StackFailure, match="shell keeps ending: broken"):
            await keep(part, quiet)
    assert part.starts == 3


def test_a_part_has_no_process_before_its_start() -> None:
    with pytest.raises(StackFailure, match=r"fails has not been started\."):
        _ = Fails().child

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from deploy.local.children import Child, run_command
from deploy.local.failures import StackFailure
from tests.unit.deploy.processes import gone, until

ROOT = Path(__file__).resolve().parents[3]
DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); signal.pause()"


async def said(child: Child, word: str) -> None:
    async def saying() -> bool:
        return word in child.log.read_text()

    await child.ready(saying, 20)


@pytest.mark.parametrize("ending", ["os.kill(os.getpid(), signal.SIGKILL)", "os._exit(0)", "raise RuntimeError"])
def test_a_child_ends_with_its_parent_whatever_way_that_ends(tmp_path: Path, ending: str) -> None:
    parent = f"""
        import os, signal
        from pathlib import Path
        from deploy.local.children import Child
        print(Child(["sleep", "1000"], Path({str(tmp_path / "log")!r})).pid, flush=True)
        input()
        {ending}
    """
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(parent)],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        pid = int(process.stdout.readline())
        assert Path(f"/proc/{pid}").exists()
        process.communicate("\n", timeout=20)
    assert gone(pid)


def test_a_child_whose_parent_is_gone_before_it_is_tied_does_not_start(tmp_path: Path) -> None:
    leash = ROOT / "deploy" / "local" / "leash.py"
    out = tmp_path / "out"
    run = subprocess.run(
        [sys.executable, "-IS", str(leash), "1", "touch", str(out)], capture_output=True, text=True, check=False, timeout=20
    )
    assert run.returncode == 1
    assert "the parent ended" in run.stderr
    assert not out.exists()


async def test_what_a_child_leaves_behind_ends_with_it(tmp_path: Path) -> None:
    child = Child(["bash", "-c", "sleep 1000 & echo $!"], tmp_path / "log")
    assert await child.wait() == 0
    assert gone(int(child.log.read_text()))


async def test_a_child_that_does_not_heed_sigterm_is_killed(tmp_path: Path) -> None:
    child = Child([sys.executable, "-c", DEAF], tmp_path / "log")
    await said(child, "deaf")
    assert await child.stop(0.1) == -signal.SIGKILL
    assert not child.running


async def test_the_exit_code_is_told_to_all_who_wait_and_again_later(tmp_path: Path) -> None:
    child = Child(["bash", "-c", "exit 7"], tmp_path / "log")
    assert {*await asyncio.gather(child.wait(), child.wait())} == {7}
    assert await child.wait() == 7
    child.terminate()
    child.kill()


def test_a_child_may_be_awaited_from_another_event_loop(tmp_path: Path) -> None:
    async def start() -> Child:
        return Child(["sleep", "1000"], tmp_path / "log")

    child = asyncio.run(start())
    child.terminate()
    assert asyncio.run(child.wait()) == -signal.SIGTERM


async def test_a_child_that_ends_while_starting_is_said_with_its_last_words(tmp_path: Path) -> None:
    async def never() -> bool:
        return False

    child = Child(["bash", "-c", "echo first; echo the port is taken; exit 1"], tmp_path / "log")
    with pytest.raises(StackFailure, match=r"bash ended while starting: the port is taken"):
        await child.ready(never, 20)
    await child.wait()


async def test_a_child_that_does_not_answer_is_waited_for_so_long_and_no_longer(tmp_path: Path) -> None:
    async def never() -> bool:
        return False

    child = Child(["sleep", "1000"], tmp_path / "log")
    with pytest.raises(StackFailure, match="sleep did not answer within 0 s"):
        await child.ready(never, 0.1)
    await child.stop(5)


async def test_a_command_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(StackFailure, match="no-such-command: No such file"):
        await run_command(["no-such-command"], tmp_path / "log")


async def test_a_command_cut_off_is_killed(tmp_path: Path) -> None:
    running = asyncio.create_task(run_command(["bash", "-c", "echo $$; sleep 1000"], tmp_path / "log"))
    log = tmp_path / "log"
    await until(lambda: log.exists() and log.read_text().endswith("\n"))
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert gone(int(log.read_text()))


async def test_children_get_a_default_sigpipe_and_our_environment_with_the_addition(tmp_path: Path) -> None:
    child = Child(
        [sys.executable, "-c", "import os; print(os.environ['ADDED'], 'PATH' in os.environ)"], tmp_path / "log", env={"ADDED": "yes"}
    )
    assert await child.wait() == 0
    assert child.log.read_text() == "yes True\n"
    piped = Child(["bash", "-c", "trap -p PIPE; yes | head -1"], tmp_path / "pipe")
    assert await piped.wait() == 0
    assert piped.log.read_text() == "y\n"


async def test_a_log_grown_too_big_is_put_aside(tmp_path: Path) -> None:
    log = tmp_path / "crawler.jsonl"
    with log.open("wb") as file:
        os.truncate(file.fileno(), 20_000_001)
    await run_command(["echo", "new"], log)
    assert log.read_text() == "new\n"
    assert (tmp_path / "crawler.old.jsonl").stat().st_size == 20_000_001

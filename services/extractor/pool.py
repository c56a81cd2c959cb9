"""Worker processes with a time and a memory limit a page. A page that breaks a limit loses its worker, never the pool.

One pipe and one child process a worker: a hung or dead child is known at once and touches no other. (pebble's pool was read:
all workers share its channel, and one killed while idle breaks the pool.) `read` blocks and may be called from many threads.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from queue import SimpleQueue

from services.extractor.answers import TOO_HEAVY, open_answer, reject_answer
from shared.documents import Article
from shared.outcomes import Outage, Reject
from shared.tracing import lap

# For starting and loading what a language needs; the page's own time runs only after that.
START_SECONDS = 30.0
_TRIES = 2
TIMEOUT, DIED, TOO_MUCH = KILLS = ("extraction_timeout", "worker_died", "page_too_heavy")
"""Why a worker is ended."""
_OUT_OF_MEMORY = reject_answer(TOO_HEAVY)


class WorkerDied(Exception):
    """The worker ended without an answer."""


class WorkerUnready(WorkerDied):
    """The worker ended, or hung, before it was given a page: not the page's fault."""


class WorkerSlow(Exception):
    """The worker went on past the page's time."""


@dataclass
class Worker:
    """One child process and our end of its pipe. `fresh` until it has said that it is ready."""

    process: subprocess.Popen[bytes]
    pipe: Connection
    fresh: bool = True

    @classmethod
    def start(cls, memory_mb: int) -> Worker:
        ours, theirs = Pipe()
        command = [sys.executable, "-m", "services.extractor.worker", str(theirs.fileno()), str(os.getpid()), str(memory_mb)]
        process = subprocess.Popen(command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)  # noqa: S603
        theirs.close()
        return cls(process, ours)

    def ask(self, request: bytes, seconds: float) -> bytes:
        """The answer to one request. Raises `WorkerDied` or `WorkerSlow`; the worker is of no use then."""
        try:
            if self.fresh:
                self._await_ready()
            self.pipe.send_bytes(request)
            if not self.pipe.poll(seconds):
                raise WorkerSlow
            return self.pipe.recv_bytes()
        except (EOFError, OSError) as error:
            raise WorkerDied from error

    def _await_ready(self) -> None:
        try:
            if not self.pipe.poll(START_SECONDS):
                raise WorkerUnready
            self.pipe.recv_bytes()
        except (EOFError, OSError) as error:
            raise WorkerUnready from error
        self.fresh = False

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        self.pipe.close()


class Pool:
    """`size` workers, each replaced when it is killed; `on_kill` is told why. Use `open_pool`."""

    def __init__(self, size: int, seconds: float, memory_mb: int, on_kill: Callable[[str], None]) -> None:
        self.size = size
        self._seconds, self._memory_mb, self._on_kill = seconds, memory_mb, on_kill
        self._workers = [Worker.start(memory_mb) for _ in range(size)]
        self._idle: SimpleQueue[Worker] = SimpleQueue()
        for worker in self._workers:
            self._idle.put(worker)

    def read(self, request: bytes) -> Article:
        """The article of a `PageFetched` in JSON.

        Raises `Reject` as `read_page` does, and `extraction_timeout`, `page_too_heavy`, or `extraction_crashed` for a page whose worker
        dies twice; `ReadingFailed` for a defect; `Outage("no_worker")` where none can be started, which is no page's fault. A worker
        killed from outside costs nothing: the page goes to a fresh one.
        """
        died: WorkerDied = WorkerDied()
        for _ in range(_TRIES):
            try:
                return open_answer(self._ask(request))
            except WorkerDied as error:
                died = error
        if isinstance(died, WorkerUnready):
            raise Outage("no_worker", detail="a worker process ends before it is ready; its own words are on standard error")
        raise Reject("extraction_crashed", f"{_TRIES} workers died over it")

    def close(self) -> None:
        for worker in self._workers:
            worker.end()

    def pids(self) -> list[int]:
        """The process ids of the workers there are now."""
        return [worker.process.pid for worker in self._workers]

    def _ask(self, request: bytes) -> bytes:
        worker = self._idle.get()
        lap("kabar.queue_seconds")
        try:
            answer = worker.ask(request, self._seconds)
        except WorkerSlow:
            worker = self._replaced(worker, TIMEOUT)
            raise Reject(TIMEOUT, f"over {self._seconds:g} s") from None
        except WorkerDied:
            worker = self._replaced(worker, DIED)
            raise
        else:
            # What ran into the limit has fragmented its memory: the next page deserves a worker that has all of it.
            if answer == _OUT_OF_MEMORY:
                worker = self._replaced(worker, TOO_MUCH)
            return answer
        finally:
            self._idle.put(worker)
            lap("kabar.worker_seconds")

    def _replaced(self, worker: Worker, reason: str) -> Worker:
        worker.end()
        self._on_kill(reason)
        fresh = Worker.start(self._memory_mb)
        self._workers[self._workers.index(worker)] = fresh
        return fresh


@contextlib.contextmanager
def open_pool(size: int, seconds: float, memory_mb: int, on_kill: Callable[[str], None]) -> Iterator[Pool]:
    """A pool of `size` workers (0: one a core), ended with all its processes."""
    pool = Pool(size or os.cpu_count() or 1, seconds, memory_mb, on_kill)
    try:
        yield pool
    finally:
        pool.close()

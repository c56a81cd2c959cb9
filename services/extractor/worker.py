"""One worker process: page messages in, articles or reasons out, within its memory, and never outliving its parent.

    python -m services.extractor.worker FD PARENT MEMORY_MB

FD is the worker's end of a pipe of `multiprocessing.connection`; PARENT is the process id of whoever holds the other.
"""

from __future__ import annotations

import ctypes
import gc
import os
import resource
import signal
import sys
from collections.abc import Callable
from multiprocessing.connection import Connection

from services.extractor.answers import TOO_HEAVY, article_answer, failure_answer, reject_answer
from services.extractor.knowledge import Knowledge, load_knowledge
from services.extractor.page import Page
from services.extractor.read import read_page
from shared.messages import PageFetched
from shared.outcomes import Reject

READY = b"ready"
_PR_SET_PDEATHSIG = 1


def answer(request: bytes, knowledge: Knowledge) -> bytes:
    """The answer to one page message; see `answers.py`."""
    try:
        return article_answer(read_page(Page.of(PageFetched.model_validate_json(request)), knowledge))
    except Reject as reject:
        return reject_answer(reject)
    except (MemoryError, RecursionError):
        return reject_answer(TOO_HEAVY)
    except Exception as error:
        return failure_answer(error)


def serve(pipe: Connection, reply: Callable[[bytes], bytes]) -> None:
    """Say that we are ready, then answer until the other end closes."""
    pipe.send_bytes(READY)
    while True:
        try:
            request = pipe.recv_bytes()
        except EOFError:
            return
        pipe.send_bytes(reply(request))


def bind_to_parent(parent: int) -> None:
    """Be killed when the parent dies, however it dies. Where the system has no such signal, the closed pipe ends an idle worker."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        raise SystemExit(1)


def limit_memory(megabytes: int) -> None:
    """Past this an allocation fails. Counts what is written to, not what is mapped, so it is near to resident memory."""
    resource.setrlimit(resource.RLIMIT_DATA, (megabytes * 1_000_000, megabytes * 1_000_000))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main(arguments: list[str]) -> int:
    descriptor, parent, megabytes = map(int, arguments)
    bind_to_parent(parent)
    # Ctrl-C and SIGTERM to the whole group are the parent's to answer: it lets the page in hand finish.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    knowledge = load_knowledge()
    # What is loaded is never garbage: without this every full collection walks through the whole gazetteer.
    gc.freeze()
    limit_memory(megabytes)
    serve(Connection(descriptor), lambda request: answer(request, knowledge))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

"""The data folder of one stack: who holds it, and how others find what runs in it.

lock          held (flock) by the one process that runs servers here; the kernel lets go of it however that process ends
stack.json    while a stack runs: where its servers are
kafka/ documents/ logs/
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from deploy.local.failures import InUse


class Running(BaseModel):
    """A running stack, as other commands find it. `services` maps a name to its health port; `sites` is the file or folder it reads."""

    model_config = ConfigDict(frozen=True)

    pid: int
    kafka_servers: str
    mongo_uri: str
    services: dict[str, int]
    sites: Path | None = None


@contextmanager
def hold(folder: Path) -> Iterator[None]:
    """Make the folder and hold it. Raises `InUse` when another process does."""
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        if not _lock(descriptor, fcntl.LOCK_EX):
            raise InUse(f"{folder} is in use by process {_holder(folder)}; stop it, or name another folder with --data-dir.")
        os.truncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        # What a stack that died has left behind would be taken for ours.
        withdraw(folder)
        yield
    finally:
        os.close(descriptor)


def announce(folder: Path, running: Running) -> None:
    """Let others find the stack. Only under `hold`."""
    write_whole(folder / "stack.json", running.model_dump_json(indent=2))


def withdraw(folder: Path) -> None:
    """The stack ends: nobody shall find it any more."""
    (folder / "stack.json").unlink(missing_ok=True)


def find_running(folder: Path) -> Running | None:
    """The stack that runs in the folder; None when none does, whatever a stack that died has left behind."""
    try:
        running = Running.model_validate_json((folder / "stack.json").read_bytes())
    except (OSError, ValidationError):
        return None
    return running if _held(folder) else None


def write_whole(path: Path, text: str) -> None:
    """The file has its old text or its new one, never half of it."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.draft")
    draft.touch(mode=0o600)  # the address of a document store may have a password in it
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)


def _held(folder: Path) -> bool:
    """Whether some process holds the folder."""
    try:
        descriptor = os.open(folder / "lock", os.O_RDONLY)
    except OSError:
        return False
    try:
        return not _lock(descriptor, fcntl.LOCK_SH)
    finally:
        os.close(descriptor)


def _lock(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _holder(folder: Path) -> str:
    return (folder / "lock").read_text(encoding="ascii", errors="replace").strip() or "?"

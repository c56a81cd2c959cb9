"""The embedded document store, SecantusDB, as a child process. It is GPL-2.0-only: run beside Kabar, never imported."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from deploy.local.children import Child
from deploy.local.failures import Missing
from deploy.local.parts import Part
from deploy.local.ports import free_port, listening

NO_STORE = (
    "The local document store is SecantusDB and it is not there: install it in this environment (pip install secantusdb==0.7.0b3), "
    "or name a MongoDB that runs in KABAR_MONGO_URI."
)
_START_SECONDS = 60.0
# It sometimes hangs on its way out. What it has acknowledged survives SIGKILL, so there is nothing to wait for.
_STOP_SECONDS = 3.0


class DocumentStore(Part):
    """One SecantusDB, its data in `folder`/documents; `cache` is what it may keep in memory."""

    def __init__(self, folder: Path, *, cache: str = "128M") -> None:
        super().__init__("The document store", _STOP_SECONDS)
        self._folder, self._cache, self._port = folder.resolve(), cache, free_port()

    @property
    def uri(self) -> str:
        """The MongoDB URI clients connect to.

        Without retryable writes: SecantusDB goes through all it remembers of them at each, which after some thousands takes longer
        than the write (300 hosts: 59 requests a second in the second pass instead of 150). All our writes may be made twice.
        """
        return f"mongodb://127.0.0.1:{self._port}/?directConnection=true&retryWrites=false"

    async def start(self) -> None:
        """Start it and wait until it answers. Raises `Missing`, or `StackFailure` when it does not come up."""
        self._child = Child(self._command(), self._folder / "logs" / "documents.log", cwd=self._folder)
        # It listens only once its data is open.
        await self._child.ready(lambda: listening(self._port), _START_SECONDS)

    def _command(self) -> list[str]:
        # A configuration of ours, and empty: else it looks for one elsewhere on this machine.
        config = self._folder / "documents.toml"
        self._folder.mkdir(parents=True, exist_ok=True)
        config.touch()
        place = ["--port", str(self._port), "--storage-path", str(self._folder / "documents")]
        return [find_server(), "--config", str(config), *place, "--cache-size", self._cache, "--log-level", "WARNING"]


def find_server() -> str:
    """Path of `secantusd-py`: beside our Python, else on the PATH. Raises `Missing`."""
    beside = Path(sys.executable).with_name("secantusd-py")
    found = str(beside) if beside.is_file() else shutil.which("secantusd-py")
    if not found:
        raise Missing(NO_STORE)
    return found

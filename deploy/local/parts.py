"""The processes of a stack: started side by side, kept alive, stopped."""

from __future__ import annotations

import asyncio
import random
import time
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from deploy.local.children import Child
from deploy.local.failures import Say, StackFailure
from shared.backoff import Backoff

SETTINGS = 2
"""The exit code of a service whose settings cannot be used: starting it again would change nothing."""
_LONG_LIFE = 30.0
_SHORT_LIVES = 20


class Part(ABC):
    """One process. It keeps its address over `stop` or `kill` and `start`."""

    def __init__(self, name: str, patience: float) -> None:
        """`patience`: how many seconds it has to end when asked to."""
        self.name, self._patience = name, patience
        self._child: Child | None = None

    @property
    def child(self) -> Child:
        """Its process. Only after `start`."""
        if self._child is None:
            raise StackFailure(f"{self.name} has not been started.")
        return self._child

    @abstractmethod
    async def start(self) -> None:
        """Start it and wait until it answers. Raises `StackFailure` when it does not come up."""

    async def stop(self) -> None:
        """Let it finish what it has in hand and end."""
        if self._child:
            await self._child.stop(self._patience)

    async def kill(self) -> None:
        """End it at once, as a power cut would."""
        if self._child:
            self._child.kill()
            await self._child.wait()


@asynccontextmanager
async def started(*parts: Part) -> AsyncIterator[None]:
    """All of them run while the block lasts. Raises `StackFailure` when one does not come up."""
    try:
        await _start(parts)
        yield
    finally:
        await asyncio.gather(*(part.stop() for part in parts))


async def keep(part: Part, say: Say) -> None:
    """Start the part again, after a wait, whenever it ends; for ever, as containers are.

    Raises `StackFailure` when that is no use: its settings are wrong, or it never lives long.
    """
    lives, backoff = 0, _backoff()
    while True:
        since = time.monotonic()
        code = await part.child.wait()
        if code == SETTINGS:
            raise StackFailure(f"{part.name}: {part.child.last_words()}")
        if time.monotonic() - since > _LONG_LIFE:
            lives, backoff = 0, _backoff()
        lives += 1
        if lives > _SHORT_LIVES:
            raise StackFailure(f"{part.name} keeps ending: {part.child.last_words()} (see {part.child.log}).")
        say(f"{part.name} {_ending(code)}; starting it again.")
        await asyncio.sleep(backoff.next())
        await _try_start(part, say)


async def _try_start(part: Part, say: Say) -> None:
    """One that does not come up has ended, or is ended here, and `keep` sees that."""
    try:
        await part.start()
    except StackFailure as failure:
        say(str(failure))
        await part.kill()


async def _start(parts: tuple[Part, ...]) -> None:
    """Side by side. The first that fails ends the others' start too."""
    starts = [asyncio.create_task(part.start()) for part in parts]
    try:
        await asyncio.gather(*starts)
    finally:
        for start in starts:
            start.cancel()
        await asyncio.gather(*starts, return_exceptions=True)


def _backoff() -> Backoff:
    return Backoff(0.2, 10.0, random.random)


def _ending(code: int) -> str:
    return f"was ended by signal {-code}" if code < 0 else f"ended with code {code}"

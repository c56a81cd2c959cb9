"""Kafka from Maven: its jars, and an archive of its loaded classes that halves the time it takes to start.

Both are made once, under `.cache/kafka`, in a draft that gets its name when it is complete: an interrupt costs the draft only.
"""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TextIO

from deploy.local.children import run_command
from deploy.local.failures import Say
from deploy.local.java import find_java, find_maven, java_home

ROOT = Path(__file__).resolve().parents[2]
_POM = Path(__file__).with_name("pom.xml")
_LOOK_AGAIN = 0.2


@dataclass(frozen=True)
class Kafka:
    """How to run Kafka's classes. `archive` may not exist: then Java starts without it."""

    java: Path
    jars: Path
    archive: Path

    def command(self, main: str, *args: str, flags: tuple[str, ...] = ()) -> list[str]:
        """The command that runs class `main`. Java takes an archive only with the flags and class path it was made with."""
        classes = ":".join(str(jar) for jar in sorted(self.jars.glob("*.jar")))
        # Serial collector and first compiler only: least memory, quickest start. The heap is for a few thousand pages in flight.
        lean = ("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
        return [str(self.java), *lean, *(flags or self._shared()), _LOGGING, "-cp", classes, main, *args]

    def _shared(self) -> tuple[str, ...]:
        """An archive that does not fit (another Java) is passed over in silence."""
        return (f"-XX:SharedArchiveFile={self.archive}", "-Xshare:auto", "-Xlog:cds=off", "-Xlog:cds+dynamic=off")


_LOGGING = f"-Dlog4j2.configurationFile={Path(__file__).with_name('log4j2.properties')}"


def cache_folder() -> Path:
    """`.cache/kafka` of the checkout."""
    return ROOT / ".cache" / "kafka"


async def fetch_kafka(say: Say, cache: Path | None = None) -> Kafka:
    """Kafka's jars, fetched if need be. Raises `Missing` without Java or Maven, `StackFailure` when the fetch fails."""
    cache, java = cache or cache_folder(), find_java()
    pom = hashlib.sha256(_POM.read_bytes()).hexdigest()[:12]
    kafka = Kafka(java, cache / f"jars-{pom}", cache / f"classes-{pom}-{_digest_of(java)}.jsa")
    if not kafka.jars.exists():
        cache.mkdir(parents=True, exist_ok=True)
        async with alone(cache):
            if not kafka.jars.exists():
                await _download(kafka, cache, say)
    return kafka


@asynccontextmanager
async def alone(cache: Path) -> AsyncIterator[None]:
    """While the block lasts no other process makes anything in `cache`; waits for one that does."""
    with (cache / "lock").open("a") as lock:
        while not _locked(lock):  # noqa: ASYNC110 — another process's doing
            await asyncio.sleep(_LOOK_AGAIN)
        _sweep(cache)
        yield


def _locked(lock: TextIO) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _sweep(cache: Path) -> None:
    """Drafts of processes that did not live to finish them."""
    for draft in cache.glob("draft-*"):
        shutil.rmtree(draft)


async def _download(kafka: Kafka, cache: Path, say: Say) -> None:
    maven = find_maven()
    say("Fetching Kafka with Maven, once (43 MB) …")
    with TemporaryDirectory(prefix="draft-", dir=cache) as draft:
        copy = [str(maven), "-q", "-B", "-f", str(_POM), "dependency:copy-dependencies", f"-DoutputDirectory={draft}/jars"]
        await run_command(copy, cache / "maven.log", env={"JAVA_HOME": str(java_home(kafka.java))})
        _give_name(Path(draft, "jars"), kafka.jars)


def _give_name(draft: Path, name: Path) -> None:
    draft.replace(name)


def _digest_of(java: Path) -> str:
    """One Java, as long as nobody changes it."""
    binary = java.resolve()
    state = binary.stat()
    return hashlib.sha256(f"{binary} {state.st_size} {state.st_mtime_ns}".encode()).hexdigest()[:12]

"""A Kafka of one node, as a child process. `python -m deploy.local.kafka` fetches it and makes ready what can be made ready before."""

from __future__ import annotations

import asyncio
import base64
import shutil
import sys
import uuid
from pathlib import Path
from string import Template
from tempfile import TemporaryDirectory

from deploy.local.children import Child, run_command
from deploy.local.failures import Missing, Say, StackFailure
from deploy.local.folder import write_whole
from deploy.local.jars import Kafka, alone, cache_folder, fetch_kafka
from deploy.local.parts import Part
from deploy.local.ports import free_port, listening
from shared.create_topics import kafka_answers

_PROPERTIES = Path(__file__).with_name("server.properties")
_START_SECONDS = 90.0
_STOP_SECONDS = 15.0


class KafkaServer(Part):
    """One Kafka, its data in `folder`/kafka."""

    def __init__(self, kafka: Kafka, folder: Path, flags: tuple[str, ...] = ()) -> None:
        """`flags` go to Java, in the place of those that use the archive of classes."""
        super().__init__("Kafka", _STOP_SECONDS)
        self._kafka, self._folder, self._flags = kafka, folder.resolve(), flags
        self._port, self._controller_port = free_port(), free_port()
        self._log = self._folder / "logs" / "kafka.log"

    @property
    def servers(self) -> str:
        """What clients connect to: `host:port`."""
        return f"127.0.0.1:{self._port}"

    async def start(self) -> None:
        """Start it and wait until it answers. Raises `StackFailure` when it does not come up."""
        await self._format()
        properties = self._write("kafka.properties", "kafka")
        self._child = Child(self._kafka.command("kafka.Kafka", properties, flags=self._flags), self._log, cwd=self._folder)
        await self._child.ready(self._answers, _START_SECONDS)

    async def _answers(self) -> bool:
        return await listening(self._port) and await kafka_answers(self.servers)

    async def _format(self) -> None:
        """Once a folder: what is formatted gets its name when it is complete, so an interrupt leaves nothing half done."""
        if (self._folder / "kafka").exists():
            return
        shutil.rmtree(self._folder / "kafka.new", ignore_errors=True)
        properties = self._write("format.properties", "kafka.new")
        cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        tool = self._kafka.command("kafka.tools.StorageTool", "format", "--standalone", f"--cluster-id={cluster}", f"--config={properties}")
        await run_command(tool, self._log, cwd=self._folder)
        (self._folder / "kafka.new").replace(self._folder / "kafka")

    def _write(self, name: str, log_dir: str) -> str:
        """Write its properties. Returns the name, relative to the folder Kafka runs in."""
        template = Template(_PROPERTIES.read_text(encoding="utf-8").replace("${…}", "$${…}"))
        values = {"port": self._port, "controller_port": self._controller_port, "log_dir": log_dir}
        self._folder.mkdir(parents=True, exist_ok=True)
        write_whole(self._folder / name, template.substitute(values))
        return name


async def ready_kafka(say: Say, cache: Path | None = None) -> Kafka:
    """Kafka, fetched and with its archive of classes; both are made when absent."""
    cache = cache or cache_folder()
    kafka = await fetch_kafka(say, cache)
    if not kafka.archive.exists():
        async with alone(cache):
            if not kafka.archive.exists():
                say("Preparing Kafka to start faster, once …")
                with TemporaryDirectory(prefix="draft-", dir=cache) as draft:
                    await _archive_classes(kafka, Path(draft))
    return kafka


async def _archive_classes(kafka: Kafka, draft: Path) -> None:
    """Run Kafka once, on nothing, and let Java write down at its end which classes it has loaded."""
    archive = draft / "classes.jsa"
    trial = KafkaServer(kafka, draft / "trial", (f"-XX:ArchiveClassesAtExit={archive}", "-Xlog:cds=off", "-Xlog:cds+dynamic=off"))
    try:
        await trial.start()
        await trial.child.stop(_START_SECONDS)
    finally:
        await trial.kill()
    # A Java that makes no archive leaves an empty one: looked for once, and passed over at every start.
    archive.touch()
    archive.replace(kafka.archive)


def main() -> int:
    """Returns the exit code: 0 ready, 1 failed, 3 something must be installed first."""
    try:
        asyncio.run(ready_kafka(_say))
    except StackFailure as failure:
        _say(str(failure))
        return 3 if isinstance(failure, Missing) else 1
    return 0


def _say(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")


if __name__ == "__main__":
    sys.exit(main())

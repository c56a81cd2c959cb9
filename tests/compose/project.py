"""docker-compose.yml as it stands, brought up under a name of its own, with an override for the sample newsroom alone."""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import yaml

from tests.compose.engine import Docker, Failed

ROOT = Path(__file__).resolve().parents[2]
NAME = "kabar-test"
GATEWAY = "172.31.251.1"
"""Of the network that reaches out: where the newsroom of this process answers."""
_SUBNET = "172.31.251.0/24"
_LOOK_SECONDS = 1.0
LONG_RUNNING = ("crawler", "extractor", "kafka", "mongo", "store")


class Project:
    """Its containers. `folder` takes the override, the passwords and the site files."""

    def __init__(self, docker: Docker, folder: Path) -> None:
        self._docker, self._folder = docker, folder
        (folder / "sites").mkdir()
        (folder / "env").write_text(f"KABAR_MONGO_PASSWORD={secrets.token_hex(16)}\n", encoding="utf-8")

    @property
    def sites(self) -> Path:
        return self._folder / "sites"

    @property
    def backup(self) -> Path:
        return self._folder / "pages.tar"

    def override(self, crawler: Mapping[str, str], extractor_label: str = "1") -> None:
        """The sample newsroom in place of the web, and a mark on the extractor's image by which two versions are told apart."""
        settings = {**crawler, "KABAR_CRAWL_REVISIT_SECONDS": "2", "KABAR_CRAWL_REVISIT_LEAST": "2", "KABAR_CRAWL_REVISIT_MOST": "2"}
        services = {
            "crawler": {"environment": settings, "volumes": [f"{self.sites}:/etc/kabar/sites:ro"]},
            "extractor": {"build": {"labels": {"kabar.version": extractor_label}}},
        }
        networks = {"web": {"ipam": {"config": [{"subnet": _SUBNET, "gateway": GATEWAY}]}}}
        written = yaml.safe_dump({"services": services, "networks": networks})
        (self._folder / "override.yml").write_text(written, encoding="utf-8")

    def compose(self, *words: str, timeout: float = 600.0) -> str:
        return self._docker(*self._of_ours(words), timeout=timeout)

    def stream(self, *words: str, source: Path | None = None, into: Path | None = None) -> None:
        """The same with files for its input and output, as `<` and `>` of a shell. Raises `Failed`."""
        with ExitStack() as opened:
            given = opened.enter_context(source.open("rb")) if source else subprocess.DEVNULL
            taken = opened.enter_context(into.open("wb")) if into else subprocess.DEVNULL
            command = ["docker", *self._of_ours(words)]
            done = subprocess.run(command, env=self._docker.environment, stdin=given, stdout=taken, stderr=subprocess.PIPE, check=False)
        if done.returncode:
            raise Failed(f"{' '.join(words)} ended with {done.returncode}: {done.stderr.decode(errors='replace')[-1_500:]}")

    def _of_ours(self, words: tuple[str, ...]) -> list[str]:
        files = ["--file", str(ROOT / "docker-compose.yml"), "--file", str(self._folder / "override.yml")]
        place = ["--project-name", NAME, "--project-directory", str(ROOT), "--env-file", str(self._folder / "env")]
        return ["compose", "--ansi", "never", "--progress", "quiet", *place, *files, *words]

    def containers(self, service: str | None = None) -> list[dict[str, Any]]:
        """Those that run, by name; of one service, or all."""
        lines = self.compose("ps", "--format", "json", *([service] if service else [])).splitlines()
        return sorted((json.loads(line) for line in lines if line.strip()), key=lambda one: str(one["Name"]))

    def healthy(self, wanted: Mapping[str, int], within: float) -> float:
        """Wait until so many of each service are healthy. Returns the seconds; raises `Failed`."""
        began = time.monotonic()
        while True:
            count = {
                service: sum(one["Service"] == service and one["Health"] == "healthy" for one in self.containers()) for service in wanted
            }
            if count == dict(wanted):
                return time.monotonic() - began
            if time.monotonic() - began > within:
                raise Failed(f"after {within:.0f} s healthy are {count}, wanted {dict(wanted)}:\n{self.last_words()}")
            time.sleep(_LOOK_SECONDS)

    def kill(self, container: Mapping[str, Any]) -> None:
        """As the kernel would, and wait until it is dead or another: the engine takes a kill by its own command for our wish that it stay
        down."""
        if pid := self._pid(container):
            os.kill(pid, signal.SIGKILL)
        self.until("the killed container is another", lambda: self._pid(container) != pid, 60)

    def _pid(self, container: Mapping[str, Any]) -> int:
        return int(self._docker("inspect", "--format", "{{.State.Pid}}", str(container["ID"])))

    def kabar(self, *words: str) -> str:
        """What Kabar's own command prints, in a container. Raises `Failed` if it ends with anything but 0."""
        return self.compose("run", "--rm", "--no-deps", "--quiet-pull", "kabar", *words)

    def export(self, what: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.kabar("export", what, "--format", "jsonl").splitlines() if line.startswith("{")]

    def until(self, told: str, true: Callable[[], bool], within: float) -> float:
        """Wait for it. Returns the seconds; raises `Failed`."""
        began = time.monotonic()
        while not true():
            if time.monotonic() - began > within:
                raise Failed(f"not within {within:.0f} s: {told}\n{self.last_words()}")
            time.sleep(_LOOK_SECONDS)
        return time.monotonic() - began

    def last_words(self) -> str:
        """The last lines of each container that is not well."""
        ill = {one["Service"] for one in self.containers() if one["Health"] != "healthy"}
        return self.compose("logs", "--tail", "8", "--no-color", *sorted(ill)) if ill else ""

    def up(self, *words: str) -> None:
        """`docker compose up`. Raises `Failed` with the last words of what is not well."""
        try:
            self.compose("up", "--detach", *words)
        except Failed as failed:
            raise Failed(f"{failed}\n{self.last_words()}") from None

    def down(self) -> int:
        """Containers, networks and volumes go. Returns how many are left; raises `Failed` if any is."""
        self.compose("--profile", "*", "down", "--volumes", "--remove-orphans", "--timeout", "40")
        ours = ("--quiet", "--filter", f"label=com.docker.compose.project={NAME}")
        left = [name for kind in (("ps", "--all"), ("network", "ls"), ("volume", "ls")) for name in self._docker(*kind, *ours).split()]
        if left:
            raise Failed(f"still there after down: {', '.join(left)}")
        return len(left)

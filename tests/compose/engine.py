"""A Docker engine with compose: the one that runs here, else one of Debian's, started for as long as it is needed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

COMPOSE = "v2.40.3"
_MODULE = "github.com/docker/compose/v2"
_PACKAGES = {"dockerd": "docker.io", "debootstrap": "debootstrap", "iptables": "iptables"}
_START_SECONDS, _STOP_SECONDS = 60.0, 60.0


class CannotRun(Exception):
    """The sentence that says what is missing here, and what to do."""


class Failed(Exception):
    """A command that should have worked did not."""


class Docker:
    """The `docker` command, with compose beside it."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = {**os.environ, **environment}

    def __call__(self, *words: str, given: bytes | None = None, timeout: float = 600.0) -> str:
        """What it prints. Raises `Failed` with what it complains of."""
        return run(["docker", *words], self.environment, given, timeout)

    def answers(self) -> bool:
        with suppress(Failed, FileNotFoundError, subprocess.TimeoutExpired):
            return bool(self("version", "--format", "{{.Server.Version}}", timeout=20).strip())
        return False

    def has_compose(self) -> bool:
        with suppress(Failed, FileNotFoundError):
            return bool(self("compose", "version", timeout=20))
        return False


def run(command: Sequence[str], environment: Mapping[str, str] | None = None, given: bytes | None = None, timeout: float = 600.0) -> str:
    """What the command prints. Raises `Failed` with the end of what it complains of."""
    done = subprocess.run(command, env=environment, input=given, capture_output=True, timeout=timeout, check=False)
    if done.returncode:
        complaint = "\n".join(said.decode(errors="replace").strip()[-1_500:] for said in (done.stdout, done.stderr) if said)
        raise Failed(f"{' '.join(command[:6])} ended with {done.returncode}: {complaint}")
    return done.stdout.decode(errors="replace")


@contextmanager
def engine(cache: Path) -> Iterator[Docker]:
    """Docker with compose. What we start is ended with the block; what we download stays in `cache`. Raises `CannotRun`."""
    docker = Docker({"DOCKER_CONFIG": str(cache / "client")})
    if docker.answers():
        _compose(docker, cache)
        yield docker
        return
    _install()
    socket = cache / "docker.sock"
    own = Docker({"DOCKER_CONFIG": str(cache / "client"), "DOCKER_HOST": f"unix://{socket}"})
    with _daemon(cache, socket, own):
        _compose(own, cache)
        yield own


def _install() -> None:
    missing = sorted(package for program, package in _PACKAGES.items() if shutil.which(program) is None)
    if not missing:
        return
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise CannotRun("There is no Docker engine here, and to install Debian's needs root and apt-get: start a Docker engine first.")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    run(["apt-get", "update", "-qq"], environment)
    run(["apt-get", "install", "--yes", "-qq", "--no-install-recommends", *missing], environment)


@contextmanager
def _daemon(cache: Path, socket: Path, docker: Docker) -> Iterator[None]:
    """A daemon of our own, with its data in the cache."""
    if os.geteuid() != 0:
        raise CannotRun("There is no Docker engine here, and to start one needs root: start a Docker engine first.")
    places = ["--data-root", str(cache / "data"), "--exec-root", str(cache / "exec"), "--pidfile", str(cache / "docker.pid")]
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "dockerd.log").open("wb") as log:
        child = subprocess.Popen(
            ["dockerd", *places, "--host", f"unix://{socket}"], stdout=log, stderr=log, start_new_session=True
        )  # fmt: skip
    try:
        _until_it_answers(child, docker, cache / "dockerd.log")
        yield
    finally:
        child.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            child.wait(_STOP_SECONDS)


def _until_it_answers(child: subprocess.Popen[bytes], docker: Docker, log: Path) -> None:
    until = time.monotonic() + _START_SECONDS
    while not docker.answers():
        if child.poll() is not None or time.monotonic() > until:
            last = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-3:]
            raise CannotRun("The Docker engine does not start here: " + " / ".join(last))
        time.sleep(0.5)


def _compose(docker: Docker, cache: Path) -> None:
    """The plugin, built from its Go module where it is not there."""
    if docker.has_compose():
        return
    if shutil.which("go") is None:
        raise CannotRun("docker compose is not here, and to build it needs Go: install the docker-compose-plugin or Go first.")
    plugin, source = cache / "client" / "cli-plugins" / "docker-compose", cache / "compose"
    plugin.parent.mkdir(parents=True, exist_ok=True)
    source.mkdir(parents=True, exist_ok=True)
    if not (source / "go.mod").exists():
        run(["go", "-C", str(source), "mod", "init", "compose"])
    run(["go", "-C", str(source), "get", f"{_MODULE}/cmd@{COMPOSE}"])
    flags = f"-s -w -X {_MODULE}/internal.Version={COMPOSE}"
    run(["go", "-C", str(source), "build", "-ldflags", flags, "-o", str(plugin), f"{_MODULE}/cmd"], timeout=1_200)

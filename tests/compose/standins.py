"""The images that docker-compose.yml and the Dockerfile begin with: pulled where that works, else stood in for by what Debian, Maven and
PyPI have. Nothing of this is in either file: the stand-ins bear the names that are asked for."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from deploy.local.java import find_maven
from tests.compose.engine import CannotRun, Docker, Failed, run

FOLDER = Path(__file__).with_name("standins")
PYTHON, KAFKA, MONGO, PROMETHEUS = "python:3.11-slim-bookworm", "apache/kafka:4.4.0", "mongo:8", "prom/prometheus:v3.5.0"
_DEBIAN, _JAVA = "kabar-standin/debian", "kabar-standin/java"
_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
_PULL_SECONDS = 20.0
# What nobody reads in a container, and apt's own caches.
_USELESS = ("usr/share/doc", "usr/share/man", "usr/share/locale", "var/cache/apt", "var/lib/apt/lists", "var/log")

Say = Callable[[str], None]


def base_images(docker: Docker, cache: Path, say: Say) -> dict[str, str]:
    """See that all are there. By name, whether it is `real` or a `stand-in`."""
    makers = {PYTHON: _python, KAFKA: _kafka, MONGO: _mongo, PROMETHEUS: _prometheus}
    return {name: _made_sure(docker, cache, name, make, say) for name, make in makers.items()}


def _made_sure(docker: Docker, cache: Path, name: str, make: Callable[[Docker, Path], None], say: Say) -> str:
    if not _has(docker, name):
        with suppress(Failed, subprocess.TimeoutExpired):
            docker("pull", "--quiet", name, timeout=_PULL_SECONDS)
            return "real"
        say(f"{name} cannot be pulled here: making one that stands in for it …")
        make(docker, cache)
    return (
        "stand-in" if docker("image", "inspect", "--format", '{{index .Config.Labels "kabar.standin"}}', name).strip() == "yes" else "real"
    )


def _has(docker: Docker, name: str) -> bool:
    with suppress(Failed):
        return bool(docker("image", "inspect", "--format", "{{.Id}}", name))
    return False


def _python(docker: Docker, cache: Path) -> None:
    _debian(docker, cache)
    with TemporaryDirectory() as context:
        shutil.copytree(FOLDER / "python", context, dirs_exist_ok=True)
        shutil.copy(_CERTIFICATES, Path(context, "certificates.crt"))
        _build(docker, PYTHON, Path(context))


def _kafka(docker: Docker, cache: Path) -> None:
    _debian(docker, cache)
    if not _has(docker, _JAVA):
        # Its installer wants a folder for manuals.
        install = "apt-get install --yes --no-install-recommends openjdk-17-jre-headless"
        recipe = f"FROM {_DEBIAN}\nRUN mkdir --parents /usr/share/man/man1 && apt-get update && {install} && apt-get clean\n"
        docker("build", "--tag", _JAVA, "-", given=recipe.encode(), timeout=900)
    with TemporaryDirectory() as context:
        shutil.copytree(FOLDER / "kafka", context, dirs_exist_ok=True)
        goal = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
        jars = [f"-DoutputDirectory={context}/jars", "-DincludeScope=runtime"]
        run([str(find_maven()), "-q", "-B", "-f", str(FOLDER / "kafka" / "pom.xml"), goal, *jars])
        _build(docker, KAFKA, Path(context))


def _mongo(docker: Docker, cache: Path) -> None:
    del cache
    _build(docker, MONGO, FOLDER / "mongo")


def _prometheus(docker: Docker, cache: Path) -> None:
    _debian(docker, cache)
    _build(docker, PROMETHEUS, FOLDER / "prometheus")


def _build(docker: Docker, name: str, context: Path) -> None:
    docker("build", "--label", "kabar.standin=yes", "--tag", name, str(context), timeout=900)


def _debian(docker: Docker, cache: Path) -> None:
    """A small Debian 12 with its Python."""
    if _has(docker, _DEBIAN):
        return
    if shutil.which("debootstrap") is None:
        raise CannotRun("The base images cannot be pulled here, and to stand in for them needs debootstrap (apt-get install debootstrap).")
    with TemporaryDirectory(dir=cache) as folder:
        root = Path(folder, "root")
        packages = "python3,python3-venv,ca-certificates"
        run(["debootstrap", "--variant=minbase", f"--include={packages}", "bookworm", str(root)], timeout=900)
        for useless in _USELESS:
            shutil.rmtree(root / useless, ignore_errors=True)
            (root / useless).mkdir(parents=True)
        (root / "var/cache/apt/archives/partial").mkdir(parents=True)
        (root / "var/lib/apt/lists/partial").mkdir(parents=True)
        archive = Path(folder, "debian.tar")
        run(["tar", "--create", "--numeric-owner", "--file", str(archive), "--directory", str(root), "."])
        docker("import", "--change", 'CMD ["bash"]', str(archive), _DEBIAN, timeout=300)

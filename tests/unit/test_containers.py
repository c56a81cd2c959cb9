"""What docker-compose.yml and the Dockerfile promise, as far as it shows without running a container."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest
import yaml

from shared.settings import Settings
from shared.topics import DEAD

ROOT = Path(__file__).resolve().parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {"crawler", "extractor", "store"}
IMAGES = OURS | {"cli"}
ONCE = {"topics", "kabar"}
SCREENS = {"prometheus", "grafana"}
# What the lock of one image has no business to hold.
STRANGERS = {
    "crawler": {"trafilatura", "htmldate", "typer", "secantusdb"},
    "extractor": {"httpx", "aiohttp", "pymongo", "typer", "secantusdb"},
    "store": {"httpx", "aiohttp", "trafilatura", "lxml", "typer", "secantusdb"},
    "cli": {"pytest", "mypy", "secantusdb", "hatchling", "opentelemetry-sdk"},
}
HOUSE = {"cli", "demo", "deploy", "services", "shared"}
each_service = pytest.mark.parametrize("name", sorted(SERVICES))


def stage(name: str) -> str:
    """The lines of one stage of the Dockerfile."""
    found = re.search(rf"^FROM \S+ AS {name}\n(.*?)(?=^FROM |\Z)", DOCKERFILE, re.MULTILINE | re.DOTALL)
    assert found, f"no stage {name}"
    return found[1]


def locked(extra: str) -> set[str]:
    return set(re.findall(r"^([a-z0-9.-]+)==", (ROOT / "locks" / f"{extra}.txt").read_text(), re.MULTILINE))


def imported(folder: Path) -> set[str]:
    """What the modules below a folder import, by the first part of its name."""
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in folder.rglob("*.py"))
    nodes = [node for tree in trees for node in ast.walk(tree)]
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}
    return {name.split(".")[0] for name in names}


def third_party(folder: Path) -> set[str]:
    """Distributions that the modules below a folder import."""
    tops = imported(folder) - sys.stdlib_module_names - HOUSE
    where = packages_distributions()
    return {re.sub(r"[-_.]+", "-", where.get(top, [f"{top} (not installed)"])[0]).lower() for top in tops}


@each_service
def test_a_container_can_do_no_more_than_it_must(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["mem_limit"]
    assert service["cpus"]
    assert service["pids_limit"]
    assert "privileged" not in service
    assert "network_mode" not in service


@each_service
def test_nothing_is_published_beyond_this_machine(name: str) -> None:
    assert [port for port in SERVICES[name].get("ports", []) if not str(port).startswith("127.0.0.1:")] == []


@each_service
def test_what_fails_is_started_again(name: str) -> None:
    assert SERVICES[name]["restart"] == {"topics": "on-failure", "kabar": "no"}.get(name, "unless-stopped")


@each_service
def test_secrets_come_from_the_environment(name: str) -> None:
    for variable, value in SERVICES[name]["environment"].items():
        if "PASSWORD" in variable:
            # Compose wants what has a "?" also where nobody wants its service, so a profile asks for it at its start.
            asks = "profiles" in SERVICES[name]
            assert re.fullmatch(r"\$\{KABAR_[A-Z_]+:(-|\?[^}]+)\}", value), variable
            assert value.endswith(":-}") == asks
            assert not asks or f'test -n "$${variable}" ||' in SERVICES[name]["entrypoint"][-1]
        assert not re.search(r"://[^:/]+:[^$][^@]*@", str(value)), variable


@each_service
def test_what_it_waits_for_is_able_to_answer(name: str) -> None:
    for other, how in SERVICES[name].get("depends_on", {}).items():
        if how["condition"] == "service_healthy":
            assert "healthcheck" in SERVICES[other]
        else:
            assert (how["condition"], other) == ("service_completed_successfully", "topics")


@pytest.mark.parametrize("name", sorted(OURS))
def test_a_service_starts_after_kafka_and_its_topics(name: str) -> None:
    waits = SERVICES[name]["depends_on"]
    assert waits["kafka"] == {"condition": "service_healthy"}
    assert waits["topics"] == {"condition": "service_completed_successfully"}
    assert "mongo" in waits or name == "extractor"
    assert "/health/ready" in SERVICES[name]["healthcheck"]["test"][-1]


def test_only_the_crawler_reaches_the_web() -> None:
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    elsewhere = {name: service["networks"] for name, service in SERVICES.items() if service["networks"] != ["inside"]}
    assert elsewhere == {"crawler": ["inside", "web"]} | {key: ["inside", "screens"] for key in SCREENS}
    # A port can be published from there, and nothing that is sent out is answered.
    assert COMPOSE["networks"]["screens"] == {"driver_opts": {"com.docker.network.bridge.enable_ip_masquerade": "false"}}


@pytest.mark.parametrize("name", sorted(SCREENS))
def test_who_watches_is_asked_for_pinned_and_no_root(name: str) -> None:
    service = SERVICES[name]
    assert service["profiles"] == ["monitoring"]
    assert re.search(r":v?\d+\.\d+\.\d+$", service["image"])
    assert not service["user"].startswith("0")
    assert service["ports"]
    assert "healthcheck" in service


@pytest.mark.parametrize("name", sorted(SCREENS))
def test_files_given_to_a_container_are_there(name: str) -> None:
    given = [volume.split(":") for volume in SERVICES[name]["volumes"]]
    ours = [(source, rest) for source, *rest in given if source.startswith("./")]
    assert ours
    for source, rest in ours:
        assert (ROOT / source).exists(), source
        assert rest[-1] == "ro"
    assert {source for source, *_ in given if not source.startswith("./")} <= set(COMPOSE["volumes"])


def test_prometheus_asks_every_service_where_it_listens() -> None:
    config = yaml.safe_load((ROOT / "deploy/monitoring/prometheus.yml").read_text(encoding="utf-8"))
    asked = {job["job_name"]: (job["dns_sd_configs"][0]["names"], job["dns_sd_configs"][0]["port"]) for job in config["scrape_configs"]}
    port = int(re.search(r"KABAR_HTTP_PORT=(\d+)", DOCKERFILE)[1])  # type: ignore[index]
    assert asked == {name: ([name], port) for name in OURS}


@each_service
def test_settings_given_to_a_container_exist(name: str) -> None:
    known = {f"KABAR_{field.upper()}" for field in Settings.model_fields}
    assert {variable for variable in SERVICES[name]["environment"] if variable.startswith("KABAR_")} <= known


def test_the_command_knows_the_sites_that_are_read() -> None:
    crawler, command = SERVICES["crawler"], SERVICES["kabar"]
    assert command["environment"]["KABAR_SITES"] == crawler["environment"]["KABAR_SITES"]
    assert set(crawler["volumes"]) <= set(command["volumes"])


def test_a_service_has_time_to_finish_its_work() -> None:
    longest = Settings.model_fields["stop_seconds"].default
    assert {int(SERVICES[name]["stop_grace_period"].removesuffix("s")) > longest for name in OURS} == {True}


def test_kafka_takes_the_largest_dead_letter() -> None:
    assert SERVICES["kafka"]["environment"]["KAFKA_MESSAGE_MAX_BYTES"] > DEAD.max_bytes


def test_kafka_is_the_version_of_the_local_stack() -> None:
    version = SERVICES["kafka"]["image"].removeprefix("apache/kafka:")
    pom = (ROOT / "deploy/local/pom.xml").read_text(encoding="utf-8")
    assert re.search(rf"<artifactId>kafka_2\.13</artifactId>\s*<version>{re.escape(version)}</version>", pom)


@pytest.mark.parametrize("name", sorted(OURS | ONCE))
def test_image_is_a_target_of_the_dockerfile(name: str) -> None:
    assert stage(SERVICES[name]["build"]["target"])


@pytest.mark.parametrize("image", sorted(IMAGES))
def test_image_runs_as_nobody_with_only_its_own_packages(image: str) -> None:
    assert re.search(rf"^FROM base AS {image}$", DOCKERFILE, re.MULTILINE)
    assert re.findall(r"^(?:USER|RUN) .*", stage(image), re.MULTILINE)[-1] == "USER 10001:10001"
    assert re.findall(r"COPY --from=(\S+)", stage(image)) == [f"{image}-packages"]
    assert f"--require-hashes /locks/{image}.txt" in stage(f"{image}-packages")
    assert not locked(image) & STRANGERS[image]


def test_no_tools_that_build_are_installed_but_where_packages_are_made() -> None:
    images = "".join(stage(name) for name in ("base", *sorted(IMAGES)))
    assert not re.search(r"\b(apt|apt-get|gcc|build-essential|curl|wget)\b", images)
    assert re.findall(r"apt-get install .*", DOCKERFILE) == ["apt-get install --yes --no-install-recommends binutils \\"]


@pytest.mark.parametrize("image", sorted(OURS))
def test_image_has_the_packages_its_code_imports(image: str) -> None:
    wanted = third_party(ROOT / "services" / image) | third_party(ROOT / "shared")
    assert "opentelemetry-exporter-otlp-proto-http" in wanted
    assert wanted - locked(image) == set()


def test_what_is_copied_is_there_and_reaches_the_builder() -> None:
    sources = re.findall(r"^COPY (?!--from)(\S+) ", DOCKERFILE, re.MULTILINE)
    sent = [line[1:].rstrip("/") for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    assert [source for source in sources if not (ROOT / source).exists() or source.split("/")[0] not in sent] == []


def test_docker_compose_accepts_the_file() -> None:
    docker = shutil.which("docker")
    if not docker or subprocess.run([docker, "compose", "version"], capture_output=True, timeout=30, check=False).returncode:
        pytest.skip("docker compose is not installed here")
    env = {**os.environ, "KABAR_MONGO_PASSWORD": "for-this-test"}
    run = subprocess.run(
        [docker, "compose", "config", "--quiet"], cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=False
    )
    assert run.returncode == 0, run.stderr


def copied(image: str) -> list[str]:
    """The folders of the house in an image."""
    return re.findall(r"^COPY ([a-z][a-z/]*)/ \S+$", stage("base") + stage(image), re.MULTILINE)


@pytest.mark.parametrize("image", sorted(IMAGES))
def test_an_image_has_bytecode_of_all_of_the_house_it_has(image: str) -> None:
    (packages,) = re.findall(r"compile_imports\.py (.*)$", stage(image), re.MULTILINE)
    assert set(packages.split()) == {folder.split("/")[0] for folder in copied(image)}


def test_what_is_imported_is_compiled_and_no_more(tmp_path: Path) -> None:
    for name, code in {
        "house/__init__": "",
        "house/door": "import bench\nimport json\n",
        "house/__main__": "raise SystemExit(3)\n",
    }.items():
        path = tmp_path / f"{name}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(code, encoding="utf-8")
    for name in ("bench", "idle"):
        (tmp_path / f"{name}.py").touch()
    (tmp_path / "house" / "lamp.py").write_text("import no_such_lamp\n", encoding="utf-8")
    command = [sys.executable, str(ROOT / "deploy" / "compile_imports.py"), "house"]
    env = {"PYTHONPATH": ".", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "Left as it is: house.lamp, for which this image has no no_such_lamp.\n"
    assert sorted(path.name.split(".")[0] for path in tmp_path.rglob("*.pyc")) == ["__init__", "bench", "door"]


@pytest.mark.parametrize("image", sorted(IMAGES))
def test_an_image_has_all_of_the_house_that_its_code_imports(image: str) -> None:
    wanted = {name for folder in copied(image) for name in imported(ROOT / folder) if name in HOUSE}
    assert wanted <= {folder.split("/")[0] for folder in copied(image)}


@pytest.mark.parametrize("image", sorted(IMAGES))
def test_what_an_image_starts_is_there(image: str, tmp_path: Path) -> None:
    """`python -m cli` was no module, and the job that makes the topics never ended well."""
    for folder in copied(image):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "services" / "__init__.py").touch()
    (started,) = re.findall(r'^(?:CMD|ENTRYPOINT) \["python", "-m", "([a-z_.]+)"\]$', stage(image), re.MULTILINE)
    command = [sys.executable, "-m", started, *(["--help"] if image == "cli" else [])]
    env = {"PATH": os.environ["PATH"], "KABAR_LOG_LEVEL": "no such level"}
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=60, check=False)
    # The command says how it is used; a service gets as far as its settings.
    assert "Usage" in done.stdout if image == "cli" else "KABAR_LOG_LEVEL" in done.stderr, done.stderr[-500:]

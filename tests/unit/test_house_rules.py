"""The rules of the house: that import-linter's contracts can fail, and the rules that imports between our modules do not show."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINT = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]

# One line that breaks each contract of pyproject.toml, and the file it is added to.
BREAKS = {
    "services never import one another": ("services/store/merge.py", "import services.extractor.content"),
    "imports run one way": ("shared/topics.py", "import cli"),
    "nothing imports an app, but the module that starts it": ("services/store/router.py", "import services.store.app"),
    "no circles": ("shared/outcomes.py", "import shared.broker"),
    "the contract stands on pydantic and courlan alone": ("shared/documents.py", "import orjson"),
    "one door to the web": ("services/crawler/crawl.py", "import httpx"),
    "one door to HTTP/2": ("services/crawler/crawl.py", "import h2.connection"),
    "one door to the document store, for each who uses it": ("services/store/revisions.py", "from pymongo import errors"),
    "one door to WARC": ("services/store/archive/scan.py", "import warcio.utils"),
    "one door to trafilatura": ("services/extractor/read.py", "import trafilatura.settings"),
    "one door to OpenTelemetry": ("shared/tracing.py", "import opentelemetry.trace"),
    "one door to Kafka's messages": ("services/store/app.py", "from faststream.kafka import KafkaBroker"),
    "one door to Kafka itself": ("services/crawler/app.py", "import aiokafka"),
}

CONTRACT = ("shared/documents.py", "shared/messages.py", "shared/outcomes.py", "shared/urls.py", "shared/vocabularies.py")
MAY_USE = {"pydantic", "courlan"} | {path.removesuffix(".py").replace("/", ".") for path in CONTRACT}

# Where a service touches the world. Every other module of a service is pure, and so are these of shared/.
EDGES = {
    "__main__.py", "app.py", "router.py",
    "crawl.py", "deliver.py", "fetch.py", "frontier.py", "guard.py", "http1.py", "http2.py", "http2_connection.py", "tools.py", "turns.py",
    "visit.py",
    "build.py", "content.py", "pool.py", "worker.py",
    "reader.py", "repository.py", "settle.py",
    "keeper.py", "recover.py", "warc_files.py",
}  # fmt: skip
PURE_SHARED = {
    "backoff.py",
    "dead.py",
    "documents.py",
    "envelope.py",
    "log_schema.py",
    "messages.py",
    "outcomes.py",
    "topics.py",
    "traceparent.py",
    "urls.py",
}
IMPURE = {
    "aiohappyeyeballs",
    "aiohttp",
    "asyncio",
    "http",
    "httpx",
    "logging",
    "os",
    "random",
    "secrets",
    "socket",
    "structlog",
    "subprocess",
    "time",
    "urllib.request",
    "uuid",
}
CLOCKS = {"now", "today", "utcnow"}


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    tool = Path(sys.executable).with_name("lint-imports")
    env = {**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "200"}
    return subprocess.run([tool, "--no-cache"], cwd=folder, env=env, capture_output=True, text=True, timeout=60, check=False)


def test_every_contract_breaks_when_its_rule_is_broken(tmp_path: Path) -> None:
    for package in LINT["root_packages"]:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for file, line in BREAKS.values():
        with (tmp_path / file).open("a", encoding="utf-8") as source:
            source.write(f"\n{line}\n")
    run = lint_imports(tmp_path)
    said = {line.removesuffix(" BROKEN") for line in run.stdout.splitlines() if line.endswith(" BROKEN")}
    assert said == BREAKS.keys(), run.stdout + run.stderr
    assert run.returncode == 1


def test_every_contract_has_a_line_that_breaks_it() -> None:
    assert {contract["name"] for contract in LINT["contracts"]} == BREAKS.keys()


def imported(tree: ast.AST) -> Iterator[str]:
    """The modules a source imports, `from a import b` as `a` and as `a.b`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or "."
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def impurities(source: str) -> list[str]:
    """What in a module reaches for the clock, the environment, the network, randomness or the log."""
    tree = ast.parse(source)
    modules = {name for name in imported(tree) if name in IMPURE or name.split(".")[0] in IMPURE}
    clocks = {
        f"{ast.unparse(node)}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in CLOCKS and ast.unparse(node.value).split(".")[-1] in {"date", "datetime"}
    }
    calls = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id in {"input", "print"}}
    return sorted(modules | clocks | calls)


def pure_modules() -> list[str]:
    services = (path for path in (ROOT / "services").rglob("*.py") if path.name not in EDGES)
    shared = (ROOT / "shared" / name for name in PURE_SHARED)
    return sorted(str(path.relative_to(ROOT)) for path in (*services, *shared))


@pytest.mark.parametrize("path", pure_modules())
def test_behind_the_doors_everything_is_pure(path: str) -> None:
    assert impurities((ROOT / path).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import os", ["os"]),
        ("import os.path as p", ["os.path"]),
        ("from os import environ", ["os", "os.environ"]),
        ("from datetime import datetime\nx = datetime.now()", ["datetime.now"]),
        ("import datetime\nx = datetime.datetime.utcnow()", ["datetime.datetime.utcnow"]),
        ("from datetime import date\nf = date.today", ["date.today"]),
        ("def f():\n    import random", ["random"]),
        ("from urllib import request", ["urllib.request"]),
        ("print(1)", ["print"]),
        ("from urllib.parse import urlsplit\nfrom datetime import datetime\nd = datetime(2024, 2, 14)", []),
        ("def f(clock):\n    return clock.now()", []),
    ],
)
def test_impurities_are_seen(source: str, found: list[str]) -> None:
    assert impurities(source) == found


@pytest.mark.parametrize("path", CONTRACT)
def test_contract_uses_only_the_standard_library_pydantic_and_courlan(path: str) -> None:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    froms = {node.module or "." for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    plain = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    used = {name if name.startswith("shared") else name.split(".")[0] for name in froms | plain}
    assert used - MAY_USE - sys.stdlib_module_names == set()

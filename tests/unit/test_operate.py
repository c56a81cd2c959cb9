"""docs/operate.md names what there is: its commands are whole, and every service, volume, variable and command of Kabar in it exists."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path

import pytest
import yaml

from shared.settings import Settings
from tests.unit.cli.conftest import Kabar, kabar

__all__ = ["kabar"]

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/operate.md").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
BLOCKS = re.findall(r"^```sh\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
LINES = [re.sub(r"\s+# .*", "", line) for block in BLOCKS for line in block.replace("\\\n", " ").splitlines()]
# What a service is told beside KABAR_…, and what is asked of an operator's shell.
OTHER_VARIABLES = {"KABAR_GRAFANA_PASSWORD", "KABAR_MONGO_PASSWORD"}
WITH_VALUE = {"--scale", "--entrypoint", "-e"}


def services_named(line: str) -> set[str]:
    """The services a line of `docker compose` is about: of `run` and `exec` the first word, of others all; and those of `--scale`."""
    words = iter(shlex.split(re.split(r" [|<>] ", line.replace("--profile monitoring ", ""))[0])[2:])
    verb, scaled, names = next(words), set[str](), list[str]()
    for word in words:
        if word in WITH_VALUE:
            value = next(words)
            scaled |= {value.partition("=")[0]} if word == "--scale" else set()
        elif not word.startswith("-"):
            names.append(word)
    return {*scaled, *(names[:1] if verb in ("run", "exec") else names)}


@pytest.mark.parametrize("block", BLOCKS)
def test_a_block_is_whole(block: str) -> None:
    run = subprocess.run(["sh", "-n"], input=block, capture_output=True, text=True, timeout=30, check=False)
    assert (run.returncode, run.stderr) == (0, "")


def test_services_exist() -> None:
    named = {name for line in LINES if line.startswith("docker compose") and "'" not in line for name in services_named(line)}
    assert named >= {"crawler", "extractor", "store", "kafka", "mongo", "kabar"}
    assert named <= COMPOSE["services"].keys()
    assert set(re.findall(r"volume `([\w-]+)`", PAGE)) <= COMPOSE["volumes"].keys()


def test_variables_exist() -> None:
    known = {f"KABAR_{field.upper()}" for field in Settings.model_fields} | OTHER_VARIABLES
    assert set(re.findall(r"KABAR_[A-Z_]+[A-Z]", PAGE)) - known == set()


@pytest.mark.parametrize("words", sorted(set(re.findall(r"(?:run --rm(?: --no-deps)? |`)kabar ((?:pages |sites |dead )?[a-z]+)", PAGE))))
def test_commands_exist(words: str, kabar: Kabar) -> None:
    code, _, err = kabar(*words.split(), "--help")
    assert (code, err) == (0, "")


def test_options_exist(kabar: Kabar) -> None:
    asked = {
        (words, option)
        for words, rest in re.findall(r"kabar ([a-z]+)((?: --[a-z-]+[^`\n#]*)?)", PAGE)
        for option in re.findall(r"--[a-z-]+", rest)
    }
    assert ("replay", "--for-good") in asked
    for words, option in asked:
        assert option in kabar(words, "--help")[1]

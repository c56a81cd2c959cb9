"""What the project's images are like inside."""

from __future__ import annotations

from tests.compose.engine import Docker, Failed
from tests.compose.standins import PYTHON

UNDER_MEGABYTES = {"kabar-cli": 200, "kabar-crawler": 200, "kabar-extractor": 350, "kabar-store": 200}
# The size of the real python:3.11-slim-bookworm; a stand-in's own size says nothing of ours.
_BASE_MEGABYTES = 130
_TOOLS = ("apt-get", "cc", "gcc", "make", "pip", "pip3", "uv")
_COMPILED = "/opt/kabar/shared/__pycache__/broker.*.pyc"
_OF_THE_BASE = ("apt-get",)


def look_into(docker: Docker) -> dict[str, int]:
    """Megabytes of each image, on the real base. Raises `Failed` for one that is too big, runs as root, has tools to build with, or would
    compile its code at every start."""
    base = _bytes(docker, PYTHON)
    sizes = {name: _BASE_MEGABYTES + (_bytes(docker, name) - base) // 1_000_000 for name in UNDER_MEGABYTES}
    wrong = [f"{name} has {sizes[name]} MB, not under {most}" for name, most in UNDER_MEGABYTES.items() if sizes[name] >= most]
    wrong += [complaint for name in UNDER_MEGABYTES for complaint in _inside(docker, name)]
    if wrong:
        raise Failed("; ".join(wrong))
    return sizes


def _inside(docker: Docker, name: str) -> list[str]:
    script = f"id -u; for tool in {' '.join(_TOOLS)}; do command -v $tool; done; touch /opt/kabar/x 2>/dev/null && echo writes; "
    script += f"ls {_COMPILED} >/dev/null || echo uncompiled-code"
    said = docker("run", "--rm", "--read-only", "--network", "none", "--entrypoint", "sh", name, "-c", script).split()
    user, *found = said
    tools = [tool for tool in found if tool.rpartition("/")[2] not in _OF_THE_BASE]
    return [f"{name} runs as root"] * (user == "0") + [f"{name} has {tool}" for tool in tools]


def _bytes(docker: Docker, name: str) -> int:
    return int(docker("image", "inspect", "--format", "{{.Size}}", name))

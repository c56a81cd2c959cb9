"""How the service starts, as a process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize(
    ("variable", "value"),
    [("KABAR_MONGO_URI", "mongodb://kabar:geheim@host:port"), ("KABAR_DELIVER_ATTEMPTS", "0")],
)
def test_a_setting_that_cannot_be_used_is_one_sentence_and_exit_2(variable: str, value: str) -> None:
    env = {**os.environ, variable: value}
    run = subprocess.run(
        [sys.executable, "-m", "services.store"], cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=False
    )
    said = run.stderr.splitlines()[-1]
    assert run.returncode == 2
    assert said.startswith(f"{variable}: ")
    assert "geheim" not in run.stderr
    assert "Traceback" not in run.stderr

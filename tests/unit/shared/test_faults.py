"""The named points at which a service ends itself."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from shared.faults import fault_point, no_fault
from shared.settings import SettingsError, load_settings


def test_nothing_is_set_unless_a_test_sets_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KABAR_FAULT", raising=False)
    assert fault_point("store", load_settings().fault) is no_fault


def test_the_named_point_of_the_named_service_ends_it_once(tmp_path: Path) -> None:
    ends: list[str] = []
    fault = f"store.written@{tmp_path / 'marker'}"
    assert fault_point("extractor", fault, lambda: ends.append("extractor")) is no_fault
    for life in ("first", "second"):
        reached = fault_point("store", fault, lambda life=life: ends.append(life))  # type: ignore[misc]
        for point in ("published", "written", "written"):
            reached(point)
    assert ends == ["first"]


def test_it_ends_by_sigkill(tmp_path: Path) -> None:
    code = f"from shared.faults import fault_point; fault_point('store', 'store.written@{tmp_path / 'marker'}')('written')"
    ended = [subprocess.run([sys.executable, "-c", code], check=False, timeout=30).returncode for _ in range(2)]
    assert ended == [-signal.SIGKILL, 0]


@pytest.mark.parametrize("fault", ["store.written", "store@/tmp/marker", "written@/tmp/marker", "store.written@"])
def test_a_fault_without_a_service_a_point_or_a_marker_is_refused(monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    monkeypatch.setenv("KABAR_FAULT", fault)
    with pytest.raises(SettingsError, match="KABAR_FAULT"):
        load_settings()

"""The clock a service lives by."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import structlog

from shared.lifecycle import Runtime, _tell_of_the_process, steady, utc_now
from shared.settings import Settings
from shared.telemetry import Metrics
from tests.unit.shared.samples import samples

START = datetime(2026, 11, 25, 8, tzinfo=UTC)


@pytest.mark.parametrize("step", [timedelta(hours=2), timedelta(hours=-2), timedelta(0)])
def test_a_step_of_the_wall_clock_changes_nothing(step: timedelta) -> None:
    wall, seconds = [START], [100.0]
    now = steady(lambda: wall[0], lambda: seconds[0])
    assert now() == START
    wall[0], seconds[0] = START + step, 130.0
    assert now() == START + timedelta(seconds=30)


def test_a_clock_that_was_moved_is_told_and_when_the_service_started() -> None:
    behind = timedelta(hours=2)
    run = Runtime("store", Settings(), structlog.stdlib.get_logger(), Metrics("store"), now=lambda: utc_now() - behind)
    began = run.now().timestamp()
    _tell_of_the_process(run)
    assert samples(run.metrics, "kabar_clock_step_seconds")[()] == pytest.approx(7_200, abs=5)
    assert samples(run.metrics, "kabar_started_timestamp_seconds")[()] == pytest.approx(began, abs=5)
    assert samples(run.metrics, "kabar_memory_resident_bytes")[()] > 10_000_000

"""The clock a service lives by."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from shared.lifecycle import steady

START = datetime(2026, 11, 25, 8, tzinfo=UTC)


@pytest.mark.parametrize("step", [timedelta(hours=2), timedelta(hours=-2), timedelta(0)])
def test_a_step_of_the_wall_clock_changes_nothing(step: timedelta) -> None:
    wall, seconds = [START], [100.0]
    now = steady(lambda: wall[0], lambda: seconds[0])
    assert now() == START
    wall[0], seconds[0] = START + step, 130.0
    assert now() == START + timedelta(seconds=30)

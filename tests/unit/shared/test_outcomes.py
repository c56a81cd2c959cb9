from __future__ import annotations

import pytest

from shared.outcomes import Outage, Reject, Retry

BAD_REASONS = ["", "ab", "Bad_Json", "1_page", "_page", "has space", "has-dash", "line\nbreak", "trailing\n", "a" * 49, "jalan_mérdeka"]


@pytest.mark.parametrize("outcome", [Reject, Retry, Outage])
@pytest.mark.parametrize("reason", BAD_REASONS)
def test_a_reason_is_a_metric_label(outcome: type[Reject | Retry], reason: str) -> None:
    with pytest.raises(ValueError, match="snake_case"):
        outcome(reason)


@pytest.mark.parametrize("reason", ["bad", "too_big_2", "a" * 48])
def test_a_reason_stands_in_the_text(reason: str) -> None:
    assert (str(Reject(reason)), str(Reject(reason, "12 MB"))) == (reason, f"{reason}: 12 MB")
    assert str(Retry(reason, detail="slow")) == f"{reason}: slow"


def test_an_outage_is_a_retry_and_a_reject_is_not() -> None:
    assert isinstance(Outage("kafka_away"), Retry)
    assert not issubclass(Reject, Retry)
    assert (Retry("slow_host").after, Outage("kafka_away", after=7).after) == (1.0, 7)

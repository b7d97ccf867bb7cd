"""The hour that a run is for, and what is reported about the run."""

import json
import logging
from datetime import UTC, datetime, timedelta

import pytest

from collector.handler import find_scheduled_time, is_too_late
from collector.metrics import format_metrics
from collector.patience import Patience

NOW = datetime(2026, 11, 23, 22, 0, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-23T22:00:00Z", "2026-11-23T22:00:00+00:00"),
        ("2026-11-24T07:00:00+09:00", "2026-11-23T22:00:00+00:00"),
        ("2026-11-23T22:05:03Z", "2026-11-23T22:05:03+00:00"),
    ],
)
def test_the_scheduled_time_comes_from_the_event(text: str, expected: str) -> None:
    """A retry at 12:04 is still for the run of 12:00."""
    assert find_scheduled_time({"scheduled_time": text}, NOW).isoformat() == expected


@pytest.mark.parametrize(
    "event",
    [
        {"scheduled_time": "<aws.scheduler.scheduled-time>"},
        {"scheduled_time": "2026-11-23T22:00:00"},
        {"scheduled_time": "2026-11-23T22:05:04Z"},
        {"scheduled_time": "9999-12-31T23:59:59-09:00"},
        {"scheduled_time": 1795471200},
        {"scheduled_time": None},
        {},
        None,
        [],
    ],
)
def test_without_a_usable_time_the_present_one_is_taken_with_a_warning(
    event: object, caplog: pytest.LogCaptureFixture
) -> None:
    """Unreplaced, without a zone, in the future, of another type or missing."""
    assert find_scheduled_time(event, NOW) == NOW
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert "scheduled_time" in caplog.text


@pytest.mark.parametrize(
    ("scheduled", "now", "late"),
    [
        ("22:00:00", "22:50:00", False),
        ("22:00:00", "22:50:01", True),
        ("22:00:00", "21:59:58", False),
        ("22:15:00", "22:59:59", False),
        ("22:15:00", "23:00:00", True),
        ("22:55:00", "22:55:00", False),
    ],
)
def test_a_run_is_too_late_after_50_minutes_or_in_the_next_hour(
    scheduled: str, now: str, late: bool
) -> None:
    """Its count would be a false value for the hour."""
    day = "2026-11-23T"
    times = [datetime.fromisoformat(f"{day}{text}+00:00") for text in (scheduled, now)]
    assert is_too_late(*times) is late


def test_the_metrics_are_one_line_in_the_embedded_format() -> None:
    """What an alarm watches is a metric with its value; the rest is told beside it."""
    line = format_metrics("collector", NOW, {"HourStored": 1, "Count": 1234567})
    assert line.count("\n") == 1
    document = json.loads(line)
    directive = document["_aws"]["CloudWatchMetrics"][0]
    assert directive["Namespace"] == "NyanpassCount"
    assert directive["Dimensions"] == [["Function"]]
    assert document["Function"] == "collector"
    values = {
        metric["Name"]: document[metric["Name"]] for metric in directive["Metrics"]
    }
    assert values == {"HourStored": 1}
    assert document["Count"] == 1234567
    at = timedelta(milliseconds=document["_aws"]["Timestamp"])
    assert datetime.fromtimestamp(0, UTC) + at == NOW


def test_pauses_have_full_jitter_up_to_a_bound_that_doubles() -> None:
    """From nothing to 1, 2, 4, 8 and never more than 8 seconds."""
    drawn: list[tuple[float, float]] = []

    def uniform(low: float, high: float) -> float:
        drawn.append((low, high))
        return high

    patience = Patience(lambda: 0.0, lambda _: None, uniform)
    assert [patience.pause_s(n) for n in range(1, 6)] == [1, 2, 4, 8, 8]
    assert {low for low, _ in drawn} == {0.0}

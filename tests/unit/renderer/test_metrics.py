"""What a run of the renderer is counted by."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from renderer.metrics import format_metrics, make_metrics
from renderer.pipeline import describe_history
from renderer.readings.history import History
from tests.unit.renderer.histories import FIRST, HOUR, history, settle

NOW = datetime(2026, 11, 23, 22, 0, 9, tzinfo=UTC)
RESULT: dict[str, Any] = {
    "outcome": "published",
    "readings": 9,
    "newest": "2026-11-23T22:00:00Z",
    "broken": ["readings/x"],
}


@pytest.mark.parametrize(
    ("outcome", "published"),
    [("published", 1), ("unchanged", 1), ("overtaken", 0), ("empty", 0)],
)
def test_published_counts_the_runs_that_left_the_site_up_to_date(
    outcome: str, published: int
) -> None:
    """An overtaken run does not know whether the other one comes through."""
    result = {**RESULT, "outcome": outcome}
    values = make_metrics(result, NOW, retried=False, tmp_free_mb=900)
    assert values["Published"] == published


def test_the_other_metrics_say_how_it_went() -> None:
    """Age is from the newest reading's hour to now."""
    assert make_metrics(RESULT, NOW, retried=True, tmp_free_mb=900) == {
        "Published": 1,
        "Readings": 9,
        "BrokenReadings": 1,
        "DrawingRetried": 1,
        "TmpFreeMB": 900,
        "AgeSeconds": 9,
    }


def test_the_age_is_reckoned_from_what_a_run_says_of_its_history() -> None:
    """The newest reading's hour, written in UTC."""
    told = describe_history(History(settle(history([5, 6])), "etag", "fingerprint", []))
    assert told == {"readings": 2, "newest": "2026-01-01T01:00:00Z", "broken": []}
    result = {"outcome": "published", **told}
    now = FIRST + HOUR + timedelta(seconds=90)
    assert make_metrics(result, now, retried=False, tmp_free_mb=1)["AgeSeconds"] == 90


def test_without_a_reading_there_is_no_age() -> None:
    """No value is made up."""
    result = {**RESULT, "outcome": "empty", "readings": 0, "newest": None}
    values = make_metrics(result, NOW, retried=False, tmp_free_mb=900)
    assert "AgeSeconds" not in values


def test_the_line_is_in_the_embedded_format() -> None:
    """Only what an alarm watches is named; the other values are in the line alone."""
    values = {"Published": 1, "Readings": 9, "BrokenReadings": 0, "AgeSeconds": 9}
    document = json.loads(format_metrics("stack-renderer", NOW, values))
    [directive] = document["_aws"]["CloudWatchMetrics"]
    assert directive == {
        "Namespace": "NyanpassCount",
        "Dimensions": [["Function"]],
        "Metrics": [
            {"Name": "Published", "Unit": "Count"},
            {"Name": "BrokenReadings", "Unit": "Count"},
        ],
    }
    assert document["Function"] == "stack-renderer"
    assert {name: document[name] for name in values} == values
    assert document["_aws"]["Timestamp"] == int(NOW.timestamp() * 1000)

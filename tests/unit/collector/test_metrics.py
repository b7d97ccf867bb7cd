"""The line that CloudWatch counts by."""

import json
from datetime import UTC, datetime

from collector.metrics import format_metrics


def test_counts_are_one_line_of_the_embedded_metric_format() -> None:
    """Only what an alarm watches is named; the other values are in the line alone."""
    at = datetime(2026, 11, 23, 22, 0, 3, tzinfo=UTC)
    line = format_metrics("collector", at, {"HourStored": 1, "Count": 7})
    assert line.count("\n") == 1
    assert line.endswith("\n")
    assert json.loads(line) == {
        "_aws": {
            "Timestamp": 1_795_471_203_000,
            "CloudWatchMetrics": [
                {
                    "Namespace": "NyanpassCount",
                    "Dimensions": [["Function"]],
                    "Metrics": [{"Name": "HourStored", "Unit": "Count"}],
                }
            ],
        },
        "Function": "collector",
        "HourStored": 1,
        "Count": 7,
    }

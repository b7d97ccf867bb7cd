"""What CloudWatch shall count, as one line in its Embedded Metric Format.

The collector has the like of it; the two images share no code.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

NAMESPACE = "NyanpassCount"
UNITS = {"AgeSeconds": "Seconds", "TmpFreeMB": "Megabytes"}


def count_metrics(
    result: Mapping[str, Any], now: datetime, *, retried: bool, tmp_free_mb: int
) -> dict[str, int]:
    """Return what one run is counted by.

    `Published` is 1 when the site is known to be up to date. A run that another
    one has overtaken counts nothing: that other one counts itself.
    """
    values = {
        "Published": int(result["outcome"] in {"published", "unchanged"}),
        "Readings": result["readings"],
        "BrokenReadings": len(result["broken"]),
        "DrawingRetried": int(retried),
        "TmpFreeMB": tmp_free_mb,
    }
    if newest := result["newest"]:
        age = now - datetime.fromisoformat(newest)
        values["AgeSeconds"] = int(age.total_seconds())
    return values


def format_metrics(function: str, at: datetime, values: Mapping[str, int]) -> str:
    """Write metrics of a function, for the log that Lambda keeps of stdout."""
    directive = {
        "Namespace": NAMESPACE,
        "Dimensions": [["Function"]],
        "Metrics": [
            {"Name": name, "Unit": UNITS.get(name, "Count")} for name in values
        ],
    }
    head = {"Timestamp": int(at.timestamp() * 1000), "CloudWatchMetrics": [directive]}
    return json.dumps({"_aws": head, "Function": function, **values}) + "\n"

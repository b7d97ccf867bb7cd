"""Counts of a run, as one line in CloudWatch's Embedded Metric Format; pure.

The collector has a module like this one; the two images share no code.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

NAMESPACE = "NyanpassCount"
# What an alarm watches. Each metric costs money beyond ten, so the other counts are
# only written in the line, where CloudWatch Logs Insights finds them.
METRICS = ("Published", "BrokenReadings")


def make_metrics(
    result: Mapping[str, Any], now: datetime, *, retried: bool, tmp_free_mb: int
) -> dict[str, int]:
    """Return the counts of a run by their names.

    `result` is what `run_pipeline` returns, `tmp_free_mb` how many megabytes are free
    where the browser writes. `Published` is 1 if the site is known to be up to date,
    so 0 for a run that another one has overtaken: that one counts itself.
    `AgeSeconds` is how old the newest reading's hour is, if there is a reading.
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
    """Return the line that, printed by a Lambda function, becomes its METRICS."""
    directive = {
        "Namespace": NAMESPACE,
        "Dimensions": [["Function"]],
        "Metrics": [
            {"Name": name, "Unit": "Count"} for name in METRICS if name in values
        ],
    }
    head = {"Timestamp": int(at.timestamp() * 1000), "CloudWatchMetrics": [directive]}
    return json.dumps({"_aws": head, "Function": function, **values}) + "\n"

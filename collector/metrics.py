"""Counts of a run, as one line in CloudWatch's Embedded Metric Format.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

import json
from collections.abc import Mapping
from datetime import datetime

NAMESPACE = "NyanpassCount"
# What an alarm watches. Each metric costs money beyond ten, so the other counts are
# only written in the line, where CloudWatch Logs Insights finds them.
METRICS = ("HourStored",)


def format_metrics(function: str, at: datetime, values: Mapping[str, int]) -> str:
    """Write a function's counts (name -> value) as a line for its log."""
    directive = {
        "Namespace": NAMESPACE,
        "Dimensions": [["Function"]],
        "Metrics": [
            {"Name": name, "Unit": "Count"} for name in METRICS if name in values
        ],
    }
    head = {"Timestamp": int(at.timestamp() * 1000), "CloudWatchMetrics": [directive]}
    return json.dumps({"_aws": head, "Function": function, **values}) + "\n"

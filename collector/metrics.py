"""Counts for CloudWatch, as one line in its Embedded Metric Format.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

import json
from collections.abc import Mapping
from datetime import datetime

NAMESPACE = "NyanpassCount"


def format_metrics(function: str, at: datetime, values: Mapping[str, int]) -> str:
    """Write a function's counts (name -> value) as a line for its log."""
    directive = {
        "Namespace": NAMESPACE,
        "Dimensions": [["Function"]],
        "Metrics": [{"Name": name, "Unit": "Count"} for name in values],
    }
    head = {"Timestamp": int(at.timestamp() * 1000), "CloudWatchMetrics": [directive]}
    return json.dumps({"_aws": head, "Function": function, **values}) + "\n"

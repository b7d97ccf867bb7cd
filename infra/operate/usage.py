"""How long the functions take, as Lambda or its emulator has measured it."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from infra.local.functions import COLLECTOR, RENDERER
from infra.local.state import LOG
from infra.operate.cost import Usage
from infra.operate.stack import Stack

DAYS = 30
MEMORY_MB = {each.name: each.memory_mb for each in (COLLECTOR, RENDERER)}
_REPORT = re.compile(r"^(\w+) REPORT RequestId.*Billed Duration: (\d+) ms")


def measure_usages(stack: Stack) -> list[Usage]:
    """Return the mean duration of each function that has run."""
    found = measure_locally(stack) if stack.folder else measure_on_aws(stack)
    return list(found)


def measure_on_aws(stack: Stack) -> Iterator[Usage]:
    """Ask CloudWatch for the means of the last 30 days."""
    now = datetime.now(UTC)
    for function in (stack.collector, stack.renderer):
        points = stack.client("cloudwatch").get_metric_statistics(
            Namespace="AWS/Lambda",
            MetricName="Duration",
            Dimensions=[{"Name": "FunctionName", "Value": function}],
            StartTime=now - timedelta(days=DAYS),
            EndTime=now,
            Period=86_400,
            Statistics=["Sum", "SampleCount"],
        )["Datapoints"]
        runs = sum(point["SampleCount"] for point in points)
        if runs:
            mean_s = sum(point["Sum"] for point in points) / runs / 1000
            settings = stack.client("lambda").get_function_configuration(
                FunctionName=function
            )
            yield Usage(function, settings["MemorySize"], mean_s)


def measure_locally(stack: Stack) -> Iterator[Usage]:
    """Read the emulator's reports; it limits no memory, so that is the template's."""
    assert stack.folder is not None
    path = stack.folder / LOG
    lines = path.read_text("utf-8", errors="replace") if path.exists() else ""
    durations: dict[str, list[float]] = {}
    for match in map(_REPORT.match, lines.splitlines()):
        if match:
            durations.setdefault(match[1], []).append(float(match[2]) / 1000)
    for name, seconds in durations.items():
        yield Usage(name, MEMORY_MB[name], sum(seconds) / len(seconds))

"""What the functions' runs take, as Lambda or its emulator reports each of them."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from infra.local.functions import COLLECTOR, RENDERER
from infra.local.state import FUNCTIONS_LOG
from infra.operate.cost import Usage
from infra.operate.stack import Stack

DAYS = 30
MEMORY_MB = {each.name: each.memory_mb for each in (COLLECTOR, RENDERER)}
# The metric Duration leaves out a cold start, which is billed, and of which each
# hourly run has one. The report's Billed Duration has it in.
# https://aws.amazon.com/blogs/compute/aws-lambda-standardizes-billing-for-init-phase/
_BILLED = re.compile(r"Billed Duration: (\d+) ms")
_MEMORY = re.compile(r"Memory Size: (\d+) MB")
_LOCAL = re.compile(r"^(\w+) (REPORT RequestId.*)")


def measure_usages(stack: Stack) -> list[Usage]:
    """Return what a run of each function takes that has run."""
    if stack.folder:
        return list(measure_locally(stack))
    functions = (stack.collector, stack.renderer)
    return [usage for name in functions for usage in measure_on_aws(stack, name)]


def measure_on_aws(stack: Stack, function: str) -> Iterator[Usage]:
    """Read the reports of the last 30 days; the newest tells the memory."""
    start = datetime.now(UTC) - timedelta(days=DAYS)
    pages = stack.client("logs").get_paginator("filter_log_events")
    reports = [
        event["message"]
        for page in pages.paginate(
            logGroupName=f"/aws/lambda/{function}",
            startTime=int(start.timestamp() * 1000),
            filterPattern='"REPORT RequestId"',
        )
        for event in page["events"]
    ]
    memory = _MEMORY.search(reports[-1]) if reports else None
    if memory and (mean_s := take_mean_s(reports)):
        yield Usage(function, int(memory[1]), mean_s)


def measure_locally(stack: Stack) -> Iterator[Usage]:
    """Read the emulator's reports; it limits no memory, so that is the template's."""
    assert stack.folder is not None
    path = stack.folder / FUNCTIONS_LOG
    lines = path.read_text("utf-8", errors="replace") if path.exists() else ""
    reports: dict[str, list[str]] = {}
    for match in map(_LOCAL.match, lines.splitlines()):
        if match:
            reports.setdefault(match[1], []).append(match[2])
    for name, own in reports.items():
        if mean_s := take_mean_s(own):
            yield Usage(name, MEMORY_MB[name], mean_s)


def take_mean_s(reports: Iterable[str]) -> float:
    """Return the mean of the seconds that are billed by the reports, 0 if by none."""
    billed = [int(match[1]) for match in map(_BILLED.search, reports) if match]
    return sum(billed) / max(1, len(billed)) / 1000

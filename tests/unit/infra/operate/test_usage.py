"""How long the functions take, by the emulator's reports."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import pytest

from infra.local.state import FUNCTIONS_LOG
from infra.operate.cost import Usage
from infra.operate.usage import measure_usages
from tests.unit.infra.operate.stacks import make_local_stack

# https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html
OF_AWS = (
    "REPORT RequestId: 1\tDuration: 100.61 ms\tBilled Duration: {billed_ms} ms\t"
    "Memory Size: {memory_mb} MB\tMax Memory Used: 80 MB\tInit Duration: 350.20 ms\n"
)
REPORT = "{} REPORT RequestId: 1\tInit: 1 ms\tBilled Duration: {} ms\tMemory: 3008 MB\n"


def test_the_mean_of_a_function_s_reports_is_its_duration(tmp_path: Path) -> None:
    """With the template's memory: the emulator reports no other."""
    lines = [REPORT.format("collector", 100), "collector [INFO] said 5 ms\n"]
    lines += [REPORT.format("renderer", ms) for ms in (1000, 2000)]
    (tmp_path / FUNCTIONS_LOG).write_text("".join(lines))
    assert measure_usages(make_local_stack(tmp_path)) == [
        Usage("collector", 256, 0.1),
        Usage("renderer", 2048, 1.5),
    ]


class Logs:
    """Stands for CloudWatch's logs: a paginator of their events."""

    reports: ClassVar = {
        "nyanpass-count-collector": [(256, 400), (256, 600)],
        "nyanpass-count-renderer": [(2048, 3000), (3008, 2000)],
    }

    def get_paginator(self, name: str) -> "Logs":
        """Answer for one call only."""
        assert name == "filter_log_events"
        return self

    def paginate(self, **asked: Any) -> Iterator[dict[str, Any]]:
        """Yield a page for each report."""
        assert asked["filterPattern"] == '"REPORT RequestId"'
        month_ms = (time.time() - 30 * 86_400) * 1000
        assert asked["startTime"] == pytest.approx(month_ms, abs=60_000)
        for memory_mb, billed_ms in self.reports[asked["logGroupName"].split("/")[3]]:
            message = OF_AWS.format(memory_mb=memory_mb, billed_ms=billed_ms)
            yield {"events": [{"message": message}]}
        yield {"events": []}


def test_on_aws_a_run_takes_what_its_report_bills(tmp_path: Path) -> None:
    """With the cold start, and at the memory of today."""
    stack = replace(
        make_local_stack(tmp_path),
        folder=None,
        collector="nyanpass-count-collector",
        renderer="nyanpass-count-renderer",
        client=lambda service: {"logs": Logs()}[service],
    )
    assert measure_usages(stack) == [
        Usage("nyanpass-count-collector", 256, 0.5),
        Usage("nyanpass-count-renderer", 3008, 2.5),
    ]


def test_nothing_is_measured_before_something_has_run(tmp_path: Path) -> None:
    """A function without a report is left out, or with one that is cut short."""
    assert measure_usages(make_local_stack(tmp_path)) == []
    (tmp_path / FUNCTIONS_LOG).write_text(REPORT.format("renderer", 1)[:40])
    assert measure_usages(make_local_stack(tmp_path)) == []

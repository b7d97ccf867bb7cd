"""The estimate of a month's cost."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import collector.metrics
import renderer.metrics
from infra.operate.cost import (
    ALARMS,
    EXAMPLE,
    METRICS,
    Item,
    Usage,
    estimate_month,
    format_table,
    sum_up,
)
from tests.resolved import of_type


def find_item(items: list[Item], name: str) -> Item:
    """Find an item by its name."""
    [found] = [item for item in items if item.name == name]
    return found


def test_the_cost_follows_the_billed_time_and_the_memory() -> None:
    """Twice the time, or the memory, is twice the price by the list."""
    one, two, more = (
        find_item(
            estimate_month([Usage("renderer", memory_mb, seconds)]),
            "Lambda, memory x time",
        )
        for memory_mb, seconds in ((2048, 2.0), (2048, 4.0), (4096, 2.0))
    )
    assert one.amount == 730 * 2 * 2.0
    assert two.listed == more.listed == pytest.approx(2 * one.listed)
    assert 0.01 < one.listed < 0.1


def test_what_is_within_a_free_tier_costs_nothing_and_the_rest_its_price() -> None:
    """The free amount is subtracted, not a threshold."""
    assert Item("a", 10, "alarms", 0.1, free=10).to_pay == 0
    twelve = Item("a", 12, "alarms", 0.1, free=10)
    assert (twelve.listed, twelve.to_pay) == pytest.approx((1.2, 0.2))
    assert Item("a", 3, "GB", 0.1).to_pay == pytest.approx(0.3)


def test_only_storage_and_its_requests_cost_anything() -> None:
    """S3's free tier ends after a year, and ECR's too; all others are for ever."""
    paid = [item for item in estimate_month(EXAMPLE) if item.to_pay]
    assert {item.name.partition(",")[0] for item in paid} == {"S3", "ECR"}
    listed, to_pay = sum_up(paid)
    assert listed == to_pay == pytest.approx(sum_up(estimate_month(EXAMPLE))[1])


def test_the_cost_counts_what_the_template_makes() -> None:
    """The alarms, the metrics that they watch, and a dashboard on request."""
    assert len(of_type("AWS::CloudWatch::Alarm")) == ALARMS
    assert len({*collector.metrics.METRICS, *renderer.metrics.METRICS}) == METRICS
    plain, with_one = (estimate_month(EXAMPLE, dashboards=n) for n in (0, 1))
    assert sum_up(with_one)[0] - sum_up(plain)[0] == pytest.approx(3)
    assert sum_up(with_one)[1] == sum_up(plain)[1]


def test_the_table_has_each_item_and_the_sums() -> None:
    """Amounts with their units, dollars to a tenth of a cent."""
    items = [
        Item("S3, puts", 27010, "requests", 0.0047 / 1000),
        Item("CloudWatch, alarms", 10, "alarms", 0.10, free=10),
        Item("ECR", 0.25, "GB", 0.10),
    ]
    assert list(format_table(items))[2:] == [
        "| S3, puts | 27,010 requests | $0.127 | $0.127 |",
        "| CloudWatch, alarms | 10 alarms | $1.000 | $0.000 |",
        "| ECR | 0.25 GB | $0.025 | $0.025 |",
        "| **All** | | **$1.15** | **$0.15** |",
    ]


def test_a_table_that_cannot_be_written_is_one_line() -> None:
    """As from every other command."""
    command = [sys.executable, "-m", "infra.operate.cost"]
    # What Python keeps for later must not fail once more at its end.
    env = {n: value for n, value in os.environ.items() if n != "PYTHONUNBUFFERED"}
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            command, env=env, stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert done.stderr == b"make cost: [Errno 28] No space left on device\n"
    assert done.returncode == 2

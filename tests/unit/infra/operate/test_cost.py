"""The estimate of a month's cost."""

import pytest

import collector.metrics
import renderer.metrics
from infra.operate.cost import ALARMS, METRICS, Usage, estimate_month
from tests.resolved import of_type


def test_the_cost_follows_the_measured_durations() -> None:
    """Twice the time is twice the price of the function."""
    one = estimate_month([Usage("renderer", 2048, 2.0)])
    two = estimate_month([Usage("renderer", 2048, 4.0)])
    assert two["renderer"] == pytest.approx(2 * one["renderer"], rel=0.01)
    assert 0.01 < one["renderer"] < 0.1
    assert sum(one.values()) < 1.0


def test_the_cost_counts_what_the_template_makes() -> None:
    """The alarms, and the metrics that they watch."""
    assert len(of_type("AWS::CloudWatch::Alarm")) == ALARMS
    assert len({*collector.metrics.METRICS, *renderer.metrics.METRICS}) == METRICS

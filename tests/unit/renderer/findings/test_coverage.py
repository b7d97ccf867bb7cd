"""Coverage: which hours were due, and which are there."""

from zoneinfo import ZoneInfo

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from renderer.findings.coverage import MONTHS_LISTED, measure_coverage
from tests.unit.renderer.histories import (
    HOUR,
    TOKYO,
    UTC_ZONE,
    ZONES,
    any_history,
    at,
    history,
    history_at,
)


def test_both_the_first_and_the_last_hour_were_due() -> None:
    """Three readings in five hours."""
    found = measure_coverage(history([0, None, 1, None, 2]), UTC_ZONE)
    assert found == {
        "hours_present": 3,
        "hours_due": 5,
        "ratio": 0.6,
        "months": [{"month": "2026-01", "hours_present": 3, "hours_due": 5}],
    }


def test_months_are_those_of_the_zone() -> None:
    """Three hours before a midnight in Tokyo and two from it on, one missing each."""
    readings = history([0, None, 1, 2, None], at("2026-02-28T21:00", TOKYO))
    late = pl.concat([readings, history([5], at("2026-03-01T02:00", TOKYO))])
    assert measure_coverage(late, TOKYO)["months"] == [
        {"month": "2026-02", "hours_present": 2, "hours_due": 3},
        {"month": "2026-03", "hours_present": 2, "hours_due": 3},
    ]


def test_a_month_without_a_reading_is_in_the_list() -> None:
    """All of it was due."""
    readings = history_at([(at("2026-01-31T23:00"), 1), (at("2026-03-01"), 2)])
    assert measure_coverage(readings, UTC_ZONE)["months"] == [
        {"month": "2026-01", "hours_present": 1, "hours_due": 1},
        {"month": "2026-02", "hours_present": 0, "hours_due": 28 * 24},
        {"month": "2026-03", "hours_present": 1, "hours_due": 1},
    ]


def test_a_month_is_as_long_as_the_clocks_make_it() -> None:
    """March lost an hour in New York, November won one."""
    zone = ZoneInfo("America/New_York")
    first, last = at("2026-02-01", zone), at("2026-12-31", zone)
    readings = history(range((last - first) // HOUR), first)
    due = {row["month"]: row for row in measure_coverage(readings, zone)["months"]}
    assert due["2026-03"]["hours_due"] == 31 * 24 - 1
    assert due["2026-11"]["hours_due"] == 30 * 24 + 1
    assert all(row["hours_present"] == row["hours_due"] for row in due.values())


def test_the_newest_months_are_listed_the_oldest_first() -> None:
    """Two years of them."""
    readings = history_at([(at("2020-05-10"), 1), (at("2026-02-01"), 2)])
    months = [row["month"] for row in measure_coverage(readings, UTC_ZONE)["months"]]
    assert len(months) == MONTHS_LISTED
    assert (months[0], months[-1]) == ("2024-03", "2026-02")
    assert months == sorted(months)


@settings(max_examples=60, deadline=None)
@given(any_history(), st.sampled_from(ZONES))
def test_the_months_of_any_history_are_those_of_a_slow_look(
    readings: pl.DataFrame, zone: ZoneInfo
) -> None:
    """Each hour that was due is in one of them."""
    first, last = readings["scheduled_at"][0], readings["scheduled_at"][-1]
    found = measure_coverage(readings, zone)
    present: dict[str, int] = {}
    for hour in readings["scheduled_at"]:
        month = f"{hour.astimezone(zone):%Y-%m}"
        present[month] = present.get(month, 0) + 1
    for row in found["months"]:
        assert row["hours_present"] == present.get(row["month"], 0)
        assert 0 <= row["hours_present"] <= row["hours_due"] <= 31 * 24 + 1
    if len(found["months"]) < MONTHS_LISTED:
        assert sum(r["hours_present"] for r in found["months"]) == readings.height
        assert sum(r["hours_due"] for r in found["months"]) == found["hours_due"]
    assert found["months"][-1]["month"] == f"{last.astimezone(zone):%Y-%m}"
    assert found["hours_due"] == (last - first) // HOUR + 1

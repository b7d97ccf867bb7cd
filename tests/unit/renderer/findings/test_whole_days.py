"""Whole days: what is told once a day is what was known at the last midnight."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from renderer.findings.clocks import find_midnight
from renderer.findings.frames import make_frames
from renderer.findings.whole_days import WholeDays, find_whole_days
from tests.unit.renderer.histories import HOUR, TOKYO, ZONES, any_history, at, history

MIDNIGHT = at("2026-03-01", TOKYO)


def whole_days(readings: pl.DataFrame, zone: ZoneInfo = TOKYO) -> WholeDays:
    """Give what is told of whole days."""
    return find_whole_days(make_frames(readings, zone))


@settings(max_examples=60, deadline=None)
@given(any_history(), st.sampled_from(ZONES))
def test_it_is_what_would_be_known_without_the_readings_since(
    readings: pl.DataFrame, zone: ZoneInfo
) -> None:
    """The last whole day ends at the last midnight; a young history has no need of it.

    Only what is set aside may be found out later.
    """
    frames = make_frames(readings, zone)
    whole, hours = find_whole_days(frames), readings["scheduled_at"]
    young = hours[-1] - hours[0] <= timedelta(days=8)
    assert whole.end == (hours[-1] if young else find_midnight(hours[-1], zone))
    until = readings.filter(pl.col("scheduled_at") <= whole.end)
    known = make_frames(until, zone)
    assert_frame_equal(whole.readings.drop("set_aside"), until)
    assert not whole.kept.is_empty()
    if whole.readings.equals(known.readings):
        assert whole.increments.equals(known.increments)
        assert whole.monthly.equals(known.monthly)
        days = known.daily.height
        assert whole.daily.head(days).equals(known.daily)
        # That nothing is known of the others is learnt when there is a reading again.
        assert whole.daily.slice(days)["increment"].count() == 0


@pytest.mark.parametrize("later", [0, 1, 23])
def test_nothing_changes_until_the_next_midnight(later: int) -> None:
    """Row for row; and the month that has begun has its days."""
    first = MIDNIGHT - 24 * 50 * HOUR
    before = whole_days(history(range(24 * 50 + 1), first))
    after = whole_days(history(range(24 * 50 + 1 + later), first))
    for name in ("readings", "kept", "increments", "daily", "monthly"):
        assert getattr(before, name).equals(getattr(after, name))
    assert after.end == MIDNIGHT
    assert after.last_day is not None
    assert after.last_week is not None
    assert (after.last_day.increment, after.last_week.increment) == (24, 168)
    next_day = whole_days(history(range(24 * 51 + 1), first))
    assert next_day.end == MIDNIGHT + 24 * HOUR
    assert next_day.monthly.height == after.monthly.height + 1


def test_a_young_history_is_told_up_to_its_last_reading() -> None:
    """Else there would be nothing to see on its first day."""
    young = whole_days(history([5]))
    assert (young.kept["count"].to_list(), young.last_day) == ([5], None)
    assert whole_days(history(range(24 * 8 + 1))).kept.height == 24 * 8 + 1
    assert whole_days(history(range(24 * 8 + 2))).kept.height < 24 * 8

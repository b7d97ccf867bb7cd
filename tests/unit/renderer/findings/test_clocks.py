"""Clocks: when a day begins, and what clocks show, where they change as well."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renderer.findings.clocks import (
    find_day_start,
    find_instant,
    find_midnight,
    find_wall_time,
)
from tests.unit.renderer.histories import HOUR, TOKYO, ZONES

SECONDS = 40 * 8766 * 3600
seconds = st.one_of(
    st.integers(0, SECONDS // 3600).map(lambda hours: hours * 3600),
    st.integers(0, SECONDS),
)
instants = seconds.map(lambda n: datetime(2000, 1, 1, tzinfo=UTC) + n * HOUR / 3600)


def evaluate(expression: pl.Expr) -> datetime:
    """Give the one value of an expression of literals."""
    found: datetime = pl.select(expression).item()
    return found


def show(wall_time: str, zone: ZoneInfo) -> str:
    """Give the instant at which a zone's clocks show a time, as text in UTC."""
    naive = datetime.fromisoformat(wall_time)
    return f"{evaluate(find_instant(pl.lit(naive), zone.key)):%Y-%m-%dT%H:%M}"


@settings(max_examples=200, deadline=None)
@given(instants, st.sampled_from(ZONES))
def test_a_day_begins_at_its_first_instant(now: datetime, zone: ZoneInfo) -> None:
    """It has the same date as now, and the hour before it has another."""
    start = find_midnight(now, zone)
    today = now.astimezone(zone).date()
    assert start.tzinfo is UTC
    assert start <= now < start + 25 * HOUR
    assert start.astimezone(zone).date() == today
    assert (start - HOUR).astimezone(zone).date() < today
    assert find_day_start(today, zone) == start


@pytest.mark.parametrize(
    ("day", "zone", "start"),
    [
        ("2026-11-23", "Asia/Tokyo", "2026-11-22T15:00"),
        ("2026-11-23", "America/New_York", "2026-11-23T05:00"),
        # From 23:59 to 1:00: the day begins at one.
        ("2026-09-06", "America/Santiago", "2026-09-06T04:00"),
        # From 0:59 back to 0:00: the day begins with the first midnight.
        ("2026-10-25", "Atlantic/Azores", "2026-10-25T00:00"),
        # From the 29th to the 31st: what never was begins where it would have ended.
        ("2011-12-30", "Pacific/Apia", "2011-12-30T10:00"),
        ("2011-12-31", "Pacific/Apia", "2011-12-30T10:00"),
    ],
)
def test_a_day_of_the_calendar_begins_once(day: str, zone: str, start: str) -> None:
    """Whether its midnight is skipped, comes twice, or the whole day never was."""
    found = find_day_start(date.fromisoformat(day), ZoneInfo(zone))
    assert f"{found:%Y-%m-%dT%H:%M}" == start
    assert show(day, ZoneInfo(zone)) == start


@settings(max_examples=200, deadline=None)
@given(st.dates(date(2000, 1, 1), date(2040, 1, 1)), st.sampled_from(ZONES))
def test_both_ways_to_find_midnight_agree(day: date, zone: ZoneInfo) -> None:
    """The one of a date and the one of a column of times."""
    midnight = pl.lit(datetime(day.year, day.month, day.day))
    assert evaluate(find_instant(midnight, zone.key)) == find_day_start(day, zone)


@settings(max_examples=200, deadline=None)
@given(instants, st.sampled_from(ZONES))
def test_what_clocks_show_leads_back_to_the_first_instant_that_they_show_it(
    now: datetime, zone: ZoneInfo
) -> None:
    """To now, or to an hour before where the clocks went back in between."""
    shown = find_wall_time(pl.lit(now), zone.key)
    assert evaluate(shown) == now.astimezone(zone).replace(tzinfo=None)
    first = evaluate(find_instant(shown, zone.key))
    again = now.astimezone(zone).fold
    assert now - first == again * HOUR


@pytest.mark.parametrize(
    ("wall_time", "zone", "instant"),
    [
        ("2026-03-08T02:30", "America/New_York", "2026-03-08T07:30"),
        ("2011-12-30T12:00", "Pacific/Apia", "2011-12-30T22:00"),
    ],
)
def test_a_time_that_clocks_skip_is_found_after_the_change(
    wall_time: str, zone: str, instant: str
) -> None:
    """An hour, or in Samoa's December 2011 a day."""
    assert show(wall_time, ZoneInfo(zone)) == instant
    # The clocks then show as much later as they were put forward.
    later = datetime.fromisoformat(instant).replace(tzinfo=UTC).astimezone(
        ZoneInfo(zone)
    ).replace(tzinfo=None) - datetime.fromisoformat(wall_time)
    assert later in (timedelta(hours=1), timedelta(days=1))


def test_a_midnight_is_found_from_any_second_of_its_day() -> None:
    """Not only from a whole hour."""
    now = datetime(2026, 11, 23, 22, 59, 58, 7, tzinfo=UTC)
    assert find_midnight(now, TOKYO) == datetime(2026, 11, 23, 15, tzinfo=UTC)

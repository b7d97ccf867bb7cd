"""Clocks: when a day begins, and what clocks show, where they change as well."""

from datetime import UTC, date, datetime, timedelta
from importlib import resources
from zoneinfo import ZoneInfo, available_timezones

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renderer.findings.clocks import (
    find_day_start,
    find_instants,
    find_midnight,
    find_offsets,
    find_wall_times,
)
from tests.unit.renderer.histories import HOUR, TOKYO, ZONES

SECONDS = 40 * 8766 * 3600
seconds = st.one_of(
    st.integers(0, SECONDS // 3600).map(lambda hours: hours * 3600),
    st.integers(0, SECONDS),
)
instants = seconds.map(lambda n: datetime(2000, 1, 1, tzinfo=UTC) + n * HOUR / 3600)


def instant_of(wall: datetime, zone: ZoneInfo) -> datetime:
    """Give the instant at which a zone's clocks show a time."""
    found: datetime = find_instants(pl.Series([wall]), zone).item()
    return found


def wall_of(instant: datetime, zone: ZoneInfo) -> datetime:
    """Give what a zone's clocks show at an instant."""
    found: datetime = find_wall_times(pl.Series([instant]), zone).item()
    return found


def show(wall_time: str, zone: ZoneInfo) -> str:
    """Give the instant at which a zone's clocks show a time, as text in UTC."""
    return f"{instant_of(datetime.fromisoformat(wall_time), zone):%Y-%m-%dT%H:%M}"


@settings(max_examples=80, deadline=None)
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


@settings(max_examples=80, deadline=None)
@given(st.dates(date(2000, 1, 1), date(2040, 1, 1)), st.sampled_from(ZONES))
def test_both_ways_to_find_midnight_agree(day: date, zone: ZoneInfo) -> None:
    """The one of a date and the one of a column of times."""
    midnight = datetime(day.year, day.month, day.day)
    assert instant_of(midnight, zone) == find_day_start(day, zone)


@settings(max_examples=80, deadline=None)
@given(instants, st.sampled_from(ZONES))
def test_what_clocks_show_leads_back_to_the_first_instant_that_they_show_it(
    now: datetime, zone: ZoneInfo
) -> None:
    """To now, or to an hour before where the clocks went back in between."""
    shown = wall_of(now, zone)
    assert shown == now.astimezone(zone).replace(tzinfo=None, fold=0)
    first = instant_of(shown, zone)
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


def test_no_change_is_missed_though_another_follows_within_a_week() -> None:
    """Brazil's north put the clocks forward, and back after seven days."""
    zone = ZoneInfo("America/Boa_Vista")
    hours = [datetime(2000, 10, 1, tzinfo=UTC) + n * HOUR for n in range(24 * 20)]
    expected = [hour.astimezone(zone).replace(tzinfo=None) for hour in hours]
    assert {
        hour - wall.replace(tzinfo=UTC)
        for hour, wall in zip(hours, expected, strict=True)
    } == {3 * HOUR, 4 * HOUR}
    assert find_wall_times(pl.Series(hours), zone).to_list() == expected


def test_a_midnight_is_found_from_any_second_of_its_day() -> None:
    """Not only from a whole hour."""
    now = datetime(2026, 11, 23, 22, 59, 58, 7, tzinfo=UTC)
    assert find_midnight(now, TOKYO) == datetime(2026, 11, 23, 15, tzinfo=UTC)


YEARS_AROUND = (datetime(2023, 12, 30, tzinfo=UTC), datetime(2029, 1, 3, tzinfo=UTC))


def list_different_zones() -> list[str]:
    """Give each zone once, for many are but other names of others."""
    files = resources.files("tzdata").joinpath("zoneinfo")
    names = sorted(available_timezones())
    return list({files.joinpath(name).read_bytes(): name for name in names}.values())


def test_columns_and_single_times_agree_in_every_zone() -> None:
    """Around now, hours and midnights, as zoneinfo alone has them.

    That is the database that is shipped; polars' own says otherwise of some zones.
    """
    # Of all hours of the day by turns, and every hour of the days of a change.
    some = pl.datetime_range(*YEARS_AROUND, "37h", eager=True)
    for name in list_different_zones():
        zone = ZoneInfo(name)
        changes = find_offsets(some.dt.replace_time_zone(None), zone).since.to_list()
        near = [change + n * HOUR for change in changes for n in range(-30, 30)]
        hours = pl.concat(
            [some, pl.Series(near, dtype=pl.Datetime("us")).dt.replace_time_zone("UTC")]
        )
        walls = find_wall_times(hours, zone)
        expected = [hour.astimezone(zone).replace(tzinfo=None) for hour in hours]
        assert walls.to_list() == expected, name
        days = walls.dt.date().unique()
        starts = find_instants(days.cast(pl.Datetime("us")), zone)
        assert starts.to_list() == [find_day_start(day, zone) for day in days], name

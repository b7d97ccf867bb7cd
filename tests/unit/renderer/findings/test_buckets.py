"""Buckets: an increment is in the one in which it lies, and in no other."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renderer.findings.buckets import find_last_counts, sum_buckets
from renderer.findings.increments import derive_increments
from tests.unit.renderer.histories import (
    FIRST,
    HOUR,
    MAX,
    TOKYO,
    UTC_ZONE,
    ZONES,
    any_history,
    at,
    history,
    history_at,
)

NEW_YORK = ZoneInfo("America/New_York")
EVERY = ["1h", "1d", "1w", "1mo", "1q", "1y"]
Rows = list[dict[str, Any]]


def buckets(readings: pl.DataFrame, every: str, zone: ZoneInfo = UTC_ZONE) -> Rows:
    """Give the buckets of readings, their bounds as instants in UTC."""
    frame = sum_buckets(derive_increments(readings), every, zone)
    assert frame.schema["bucket"] == pl.Datetime("us", "UTC")
    walls = [time.astimezone(zone).replace(tzinfo=None) for time in frame["bucket"]]
    assert frame["wall"].to_list() == walls
    return frame.drop("wall").to_dicts()


# The same again, slowly and without polars -------------------------------------


def label(day: date, every: str, step: int) -> date:
    """Give the first day of the bucket of a day, or of the `step`th one after it."""
    if every == "1d":
        return day + timedelta(days=step)
    if every == "1w":
        return day + timedelta(weeks=step, days=-day.weekday())
    months = {"1mo": 1, "1q": 3, "1y": 12}[every]
    number = (day.year * 12 + day.month - 1) // months + step
    return date(number * months // 12, number * months % 12 + 1, 1)


def bounds(time: datetime, every: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Give the bounds of the bucket in which an instant lies."""
    if every == "1h":
        start = time.replace(minute=0, second=0, microsecond=0)
        return start, start + HOUR
    day = time.astimezone(zone).date()
    # A midnight that the clocks skip is the instant at which they do: for Python,
    # a time in such a gap has the offset from before it (PEP 495).
    start, end = (
        datetime.combine(label(day, every, step), datetime.min.time(), zone)
        for step in (0, 1)
    )
    return start.astimezone(UTC), end.astimezone(UTC)


def expected(readings: pl.DataFrame, every: str, zone: ZoneInfo) -> Rows:
    """Give the buckets by walking from one to the next and asking every increment."""
    rows, found = readings.to_dicts(), []
    pairs = list(pairwise(rows))
    time, end = rows[0]["scheduled_at"], rows[-1]["scheduled_at"]
    while time < end:
        start, until = bounds(time, every, zone)
        inside = [
            (after["count"] - before["count"], after["scheduled_at"], before)
            for before, after in pairs
            if start <= before["scheduled_at"] and after["scheduled_at"] <= until
        ]
        known = [rise for rise, _, _ in inside if rise >= 0]
        covered = sum(
            (last - before["scheduled_at"]) // HOUR
            for rise, last, before in inside
            if rise >= 0
        )
        due = (until - start) // HOUR
        found.append(
            {
                "bucket": start,
                "until": until,
                "increment": sum(known) if known else None,
                "hours_covered": covered,
                "hours_due": due,
                "complete": covered == due,
            }
        )
        time = until
    return found


@settings(max_examples=100, deadline=None)
@given(any_history(), st.sampled_from(EVERY), st.sampled_from(ZONES))
def test_buckets_are_those_of_a_slow_and_simple_implementation(
    readings: pl.DataFrame, every: str, zone: ZoneInfo
) -> None:
    """In every zone, over every change of its clocks, with gaps and resets."""
    if every == "1h":  # An hour a row: keep the slow one from walking for ever.
        last = readings.item(0, "scheduled_at") + timedelta(days=20)
        readings = readings.filter(pl.col("scheduled_at") <= last)
    assert buckets(readings, every, zone) == expected(readings, every, zone)


@settings(max_examples=60, deadline=None)
@given(any_history(), st.sampled_from(EVERY[1:]), st.sampled_from(ZONES))
def test_no_increment_is_lost_or_invented(
    readings: pl.DataFrame, every: str, zone: ZoneInfo
) -> None:
    """What the buckets hold, what straddles them and what fell make up the total."""
    increments = derive_increments(readings).to_dicts()
    rows = buckets(readings, every, zone)
    starts = [row["bucket"] for row in rows]
    within = sum(row["increment"] or 0 for row in rows)
    straddling = sum(
        row["increment"] or 0
        for row in increments
        if any(row["start"] < bound < row["end"] for bound in starts)
    )
    fallen = sum(
        row["after"] - row["before"] for row in increments if row["increment"] is None
    )
    total = readings.item(-1, "count") - readings.item(0, "count")
    assert within + straddling + fallen == total


@settings(max_examples=60, deadline=None)
@given(any_history(), st.sampled_from(EVERY[1:]), st.sampled_from(ZONES))
def test_no_hour_is_invented_and_the_buckets_leave_no_room_between_them(
    readings: pl.DataFrame, every: str, zone: ZoneInfo
) -> None:
    """Each bucket ends where the next one begins, and covers no more than it is."""
    rows = buckets(readings, every, zone)
    for row in rows:
        assert 0 <= row["hours_covered"] <= row["hours_due"]
        assert row["hours_due"] == (row["until"] - row["bucket"]) / HOUR > 0
        assert row["complete"] == (row["hours_covered"] == row["hours_due"])
        assert (row["increment"] is None) == (row["hours_covered"] == 0)
    for row, following in pairwise(rows):
        assert row["until"] == following["bucket"]
    if rows:
        assert rows[0]["bucket"] <= readings.item(0, "scheduled_at")
        assert rows[-1]["until"] >= readings.item(-1, "scheduled_at")


# Told one by one ---------------------------------------------------------------


@pytest.mark.parametrize("counts", [[], [7]])
@pytest.mark.parametrize("every", EVERY)
def test_fewer_than_two_readings_have_no_bucket(counts: list[int], every: str) -> None:
    """A first reading is a state, not an increment."""
    assert sum_buckets(derive_increments(history(counts)), every, TOKYO).is_empty()


def test_two_readings_are_one_increment_in_an_incomplete_day() -> None:
    """One hour of 24."""
    [day] = buckets(history([0, MAX]), "1d")
    assert (day["increment"], day["hours_covered"], day["complete"]) == (MAX, 1, False)


def test_a_day_is_complete_when_its_25_readings_are_there() -> None:
    """From midnight to midnight, both included."""
    [day] = buckets(history(range(0, 250, 10)), "1d")
    assert day == {
        "bucket": FIRST,
        "until": FIRST + 24 * HOUR,
        "increment": 240,
        "hours_covered": 24,
        "hours_due": 24,
        "complete": True,
    }


def test_a_gap_within_a_day_costs_it_nothing() -> None:
    """The reading after it knows the whole of what was missed."""
    counts: list[int | None] = list(range(25))
    counts[3:9] = [None] * 6
    [day] = buckets(history(counts), "1d")
    assert (day["increment"], day["complete"]) == (24, True)


def test_a_gap_over_midnight_belongs_to_neither_day() -> None:
    """Nobody knows how much of it fell on which side."""
    counts: list[int | None] = list(range(49))
    counts[24] = None
    days = buckets(history(counts), "1d")
    assert [(d["increment"], d["hours_covered"]) for d in days] == [(23, 23), (23, 23)]
    assert not any(day["complete"] for day in days)


def test_a_day_without_any_reading_has_a_row_and_no_number() -> None:
    """It is unknown, which is not zero."""
    counts = [*range(25), *[None] * 40, 100]
    days = buckets(history(counts), "1d")
    assert [(d["increment"], d["complete"]) for d in days] == [
        (24, True),
        (None, False),
        (None, False),
    ]


def test_a_reset_makes_its_day_incomplete_and_spoils_no_other_hour() -> None:
    """23 hours are known; the one in which the count fell is not."""
    [day] = buckets(history([*range(100, 110), *range(15)]), "1d")
    assert (day["increment"], day["hours_covered"]) == (9 + 14, 23)
    assert not day["complete"]


def test_a_count_that_never_moves_is_zero_and_known() -> None:
    """Zero increments are increments."""
    [day] = buckets(history([0] * 25), "1d")
    assert (day["increment"], day["complete"]) == (0, True)


def test_days_are_those_of_the_zone() -> None:
    """The first and the last one are incomplete wherever readings do not fill them."""
    first = at("2026-03-01T15:00", TOKYO)
    days = buckets(history(range(48), first), "1d", TOKYO)
    assert [(d["increment"], d["hours_covered"], d["complete"]) for d in days] == [
        (9, 9, False),
        (24, 24, True),
        (14, 14, False),
    ]
    assert days[1]["bucket"] == at("2026-03-02", TOKYO)


@pytest.mark.parametrize(
    ("day", "zone", "hours"),
    [
        ("2026-03-08", "America/New_York", 23),
        ("2026-11-01", "America/New_York", 25),
        ("2026-04-24", "Africa/Cairo", 23),
        ("2026-10-29", "Africa/Cairo", 25),
        ("2026-09-06", "America/Santiago", 23),
        ("2026-04-04", "America/Santiago", 25),
        ("2026-03-29", "Atlantic/Azores", 23),
        ("2026-10-25", "Atlantic/Azores", 25),
        ("2026-03-29", "Asia/Beirut", 23),
        ("2018-11-04", "America/Sao_Paulo", 23),
    ],
)
def test_a_day_is_as_long_as_the_clocks_make_it(
    day: str, zone: str, hours: int
) -> None:
    """Also where the very midnight is skipped or comes twice."""
    first = at(day, ZoneInfo(zone)) - 48 * HOUR
    days = buckets(history(range(120), first), "1d", ZoneInfo(zone))
    [changed] = [d for d in days if d["hours_due"] != 24]
    assert changed["hours_due"] == changed["increment"] == hours
    assert changed["complete"]
    assert (changed["bucket"] + HOUR).astimezone(ZoneInfo(zone)).date() == (
        date.fromisoformat(day)
    )
    assert all(d["complete"] for d in days[1:-1])


def test_a_day_that_never_was_has_no_row() -> None:
    """Samoa went from 29 to 31 December 2011."""
    zone = ZoneInfo("Pacific/Apia")
    first = at("2011-12-29", zone)
    days = sum_buckets(derive_increments(history(range(49), first)), "1d", zone)
    assert days["wall"].dt.date().to_list() == [
        date(2011, 12, 29),
        date(2011, 12, 31),
    ]
    assert days["complete"].to_list() == [True, True]


def test_an_hour_that_comes_twice_is_two_hours() -> None:
    """When the clocks go back, two hours of a day bear the same name."""
    first = at("2026-11-01T00:00", NEW_YORK)
    hours = sum_buckets(
        derive_increments(history([0, 1, 3, 7, 15], first)), "1h", NEW_YORK
    )
    assert hours["wall"].dt.hour().to_list() == [0, 1, 1, 2]
    assert hours["increment"].to_list() == [1, 2, 4, 8]
    assert hours["complete"].all()


def test_hours_in_a_gap_are_unknown() -> None:
    """An increment of three hours is not spread over them."""
    hours = buckets(history([0, 5, None, None, 11]), "1h")
    assert [(h["increment"], h["hours_covered"]) for h in hours] == [
        (5, 1),
        (None, 0),
        (None, 0),
        (None, 0),
    ]


@pytest.mark.parametrize(
    ("every", "starts"),
    [
        ("1w", ["2025-12-29", "2026-01-05", "2026-01-12"]),
        ("1mo", ["2025-12-01", "2026-01-01"]),
        ("1q", ["2025-10-01", "2026-01-01"]),
        ("1y", ["2025-01-01", "2026-01-01"]),
    ],
)
def test_longer_buckets_begin_where_people_expect(
    every: str, starts: list[str]
) -> None:
    """Weeks on Monday, all at midnight of the zone."""
    first = at("2025-12-31T12:00", TOKYO)
    rows = buckets(history(range(24 * 14), first), every, TOKYO)
    assert [row["bucket"] for row in rows] == [at(start, TOKYO) for start in starts]
    assert [row["complete"] for row in rows] == [
        every == "1w" and start == "2026-01-05" for start in starts
    ]


def test_sums_of_huge_counts_are_exact() -> None:
    """Resets let increments add up to more than 64 bits hold."""
    [day] = buckets(history([0, MAX] * 12), "1d")
    assert day["increment"] == 12 * MAX


def test_a_century_by_the_year_is_a_hundred_rows() -> None:
    """Leap years and all."""
    years = [at(f"{year}-01-01", TOKYO) for year in range(1970, 2071)]
    rows = buckets(history_at((time, n) for n, time in enumerate(years)), "1y", TOKYO)
    assert [row["increment"] for row in rows] == [1] * 100
    assert {row["hours_due"] for row in rows} == {8760, 8784}
    assert all(row["complete"] for row in rows)


@settings(max_examples=60, deadline=None)
@given(any_history(), st.sampled_from(EVERY), st.sampled_from(ZONES))
def test_the_last_count_of_a_bucket_is_the_one_read_last_until_its_end(
    readings: pl.DataFrame, every: str, zone: ZoneInfo
) -> None:
    """That at its beginning belongs to the bucket before."""
    frame = sum_buckets(derive_increments(readings), every, zone)
    counts = dict(readings.select("scheduled_at", "count").rows())
    expected = [
        next((counts[hour] for hour in reversed(counts) if start < hour <= end), None)
        for start, end in frame.select("bucket", "until").rows()
    ]
    assert find_last_counts(readings, frame).to_list() == expected

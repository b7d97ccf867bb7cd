"""Records: only from complete hours, days, weeks and months, the earliest of equals."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renderer.findings.frames import make_frames
from renderer.findings.records import find_records
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
    read_late,
)

NEW_YORK = ZoneInfo("America/New_York")
MONDAY = at("2026-01-05")


def records(readings: pl.DataFrame, zone: ZoneInfo = UTC_ZONE) -> dict[str, Any]:
    """Give the records of readings."""
    return find_records(make_frames(readings, zone))


def by_day(*increments: int | None) -> list[int | None]:
    """Give the counts of days that rise by so much in their first hour.

    A day of None has no reading but the one that ends the day before.
    """
    counts: list[int | None] = [0]
    highest = 0
    for increment in increments:
        highest += increment or 0
        counts += [None] * 24 if increment is None else [highest] * 24
    return counts


# Hours and days ----------------------------------------------------------------


def test_the_best_hour_is_one_whole_hour() -> None:
    """What came over a gap of many hours is no record of one."""
    found = records(history([0, 5, 7, None, None, 900, 905]))
    assert found["best_hour"] == {"start": FIRST, "increment": 5}


def test_of_equal_hours_the_earliest_is_the_record() -> None:
    """A record has to be broken, not equalled."""
    found = records(history([0, 1, 6, 7, 12, 12, 13]))
    assert found["best_hour"] == {"start": FIRST + HOUR, "increment": 5}


def test_the_best_and_the_quietest_day_are_complete_ones() -> None:
    """A day with a gap over its midnight could have had any increment."""
    found = records(history(by_day(5, 9, 2, None, 0, 7)[:-3]))
    # The fourth day is unknown, its gap reaches into the fifth, the last is cut.
    assert found["best_day"] == {"date": date(2026, 1, 2), "increment": 9}
    assert found["quietest_day"] == {"date": date(2026, 1, 3), "increment": 2}


def test_of_equal_days_the_earliest_is_the_record() -> None:
    """The busiest and the quietest alike."""
    found = records(history(by_day(5, 9, 2, 9, 2)))
    assert found["best_day"] == {"date": date(2026, 1, 2), "increment": 9}
    assert found["quietest_day"] == {"date": date(2026, 1, 3), "increment": 2}


def test_a_day_that_is_not_over_is_no_quiet_one() -> None:
    """It has hardly begun."""
    found = records(history([*by_day(5, 9), 14, 14]))
    assert found["quietest_day"] == {"date": date(2026, 1, 1), "increment": 5}
    assert records(history(range(24)))["quietest_day"] is None


def test_days_are_those_of_the_zone() -> None:
    """From midnight to midnight in Tokyo."""
    found = records(history(range(24 * 5), at("2026-02-10T20:00", TOKYO)), TOKYO)
    assert found["best_day"] == {"date": date(2026, 2, 11), "increment": 24}


def test_a_longer_day_counts_as_the_day_that_it_was() -> None:
    """25 hours when the clocks went back, 23 when they went forward."""
    back = records(history(range(24 * 5), at("2026-10-30T12:00", NEW_YORK)), NEW_YORK)
    assert back["best_day"] == {"date": date(2026, 11, 1), "increment": 25}
    forth = records(history(range(24 * 5), at("2026-03-06T12:00", NEW_YORK)), NEW_YORK)
    assert forth["quietest_day"] == {"date": date(2026, 3, 8), "increment": 23}


def test_a_reset_is_no_record() -> None:
    """Neither the fall nor the day, the week and the month in which it lies."""
    found = records(history([*range(1000, 1005), *range(24 * 60)], MONDAY))
    assert found["best_day"] == {"date": date(2026, 1, 6), "increment": 24}
    assert found["best_hour"] == {"start": MONDAY, "increment": 1}
    assert found["best_week"] == {"date": date(2026, 1, 12), "increment": 168}
    assert found["best_month"] == {"month": "2026-02", "increment": 28 * 24}


# Weeks and months --------------------------------------------------------------


def test_the_best_week_begins_on_a_monday() -> None:
    """The days before the first Monday and after the last are no week."""
    first = at("2026-01-03", TOKYO)
    days = [100, 100, *[1] * 7, *[2] * 7, *[1] * 7, 100]
    found = records(history(by_day(*days), first), TOKYO)
    assert found["best_week"] == {"date": date(2026, 1, 12), "increment": 14}


def test_of_equal_weeks_the_earliest_is_the_record() -> None:
    """A record has to be broken, not equalled."""
    found = records(history(by_day(*[3] * 21), MONDAY))
    assert found["best_week"] == {"date": date(2026, 1, 5), "increment": 21}


def test_a_gap_within_a_week_costs_the_week_nothing() -> None:
    """But the days at whose midnight it lies: both its readings are in the week."""
    counts = by_day(*[3] * 7)
    counts[24 * 3 - 2 : 24 * 3 + 2] = [None] * 4
    found = records(history(counts, MONDAY))
    assert found["best_week"] == {"date": date(2026, 1, 5), "increment": 21}


def test_the_best_month_is_one_of_the_zone() -> None:
    """Complete from its first midnight to its last."""
    first = at("2026-01-31T12:00", TOKYO)
    found = records(history(range(24 * 50), first), TOKYO)
    assert found["best_month"] == {"month": "2026-02", "increment": 28 * 24}
    assert records(history(range(24 * 27)))["best_month"] is None


def test_sums_of_huge_counts_are_exact() -> None:
    """A reset that a gap hides is none: here each day rises by nearly all there is."""
    found = records(history(by_day(MAX - 1, 1)))
    assert found["best_day"] == {"date": FIRST.date(), "increment": MAX - 1}


# The longest -------------------------------------------------------------------


def test_the_longest_gap_is_the_earliest_of_equals() -> None:
    """From the first hour that is missing to the last."""
    found = records(history([0, None, 1, None, None, 2, None, None, 3]))
    assert found["longest_gap"] == {
        "first": FIRST + 3 * HOUR,
        "last": FIRST + 4 * HOUR,
        "hours": 2,
    }
    assert records(history(range(9)))["longest_gap"] is None


def test_the_longest_recording_misses_no_hour() -> None:
    """From its first reading to its last; a reset does not end it."""
    found = records(history([0, 1, None, 5, 3, 4, None, 6, 7, 8]))
    assert found["longest_recording"] == {
        "first": FIRST + 3 * HOUR,
        "last": FIRST + 5 * HOUR,
        "hours": 3,
    }


@pytest.mark.parametrize(
    ("counts", "hours"), [([5], (0, 0)), ([5, None, 6], (0, 0)), ([5, 6], (0, 1))]
)
def test_the_longest_recording_of_few_readings(
    counts: list[int | None], hours: tuple[int, int]
) -> None:
    """A single reading is a recording of one hour."""
    first, last = hours
    assert records(history(counts))["longest_recording"] == {
        "first": FIRST + first * HOUR,
        "last": FIRST + last * HOUR,
        "hours": last - first + 1,
    }


def test_rising_days_have_each_more_than_the_day_before() -> None:
    """The day that the first of them rises above is no part of the run."""
    found = records(history(by_day(9, 3, 4, 7, 7, 8, 1)))
    assert found["rising_days"] == {
        "first": date(2026, 1, 3),
        "last": date(2026, 1, 4),
        "days": 2,
    }


def test_a_day_that_is_not_complete_ends_a_rise_and_begins_none() -> None:
    """Nobody knows whether it had more or less."""
    # The third day is unknown, and the gap reaches into the fourth.
    found = records(history(by_day(1, 2, None, 30, 40, 50, 60)))
    assert found["rising_days"] == {
        "first": date(2026, 1, 6),
        "last": date(2026, 1, 7),
        "days": 2,
    }


def test_of_equal_rises_the_earliest_is_the_record() -> None:
    """Two days each."""
    found = records(history(by_day(1, 2, 3, 1, 2, 3)))
    assert found["rising_days"]["first"] == date(2026, 1, 2)


def test_days_that_never_rise_have_no_run() -> None:
    """Standing still is no rise."""
    assert records(history(by_day(3, 3, 2, 2)))["rising_days"] is None
    assert records(history([5]))["rising_days"] is None


def test_a_single_reading_has_only_a_recording() -> None:
    """All else is unknown, not zero."""
    found = records(history([5]))
    assert [name for name, value in found.items() if value] == ["longest_recording"]


# The same again, slowly and without polars -------------------------------------

Known = dict[date, int | None]


def slow_days(readings: pl.DataFrame, zone: ZoneInfo) -> Known:
    """Give the increment of each day, None unless every hour of it is known.

    Walks from hour to hour and asks which pair of readings it belongs to.
    """
    found: Known = {}
    pairs = pairwise(readings.select("scheduled_at", "count").iter_rows())
    for (start, before), (end, after) in pairs:
        for day, whole in days_between(start, end, zone):
            if whole and after >= before and found.get(day, 0) is not None:
                found[day] = (found.get(day) or 0) + after - before
            else:
                found[day] = None
    first, last = readings["scheduled_at"][0], readings["scheduled_at"][-1]
    for edge, outside in ((first, first - HOUR), (last - HOUR, last)):
        days = [time.astimezone(zone).date() for time in (edge, outside)]
        # A day that was going on before the first reading or after the last.
        if days[0] == days[1] and days[0] in found:
            found[days[0]] = None
    return found


def days_between(start: Any, end: Any, zone: ZoneInfo) -> Iterator[tuple[date, bool]]:
    """Yield the days that a pair of readings touches, and whether it lies in one."""
    first = start.astimezone(zone).date()
    last = (end - HOUR).astimezone(zone).date()
    for n in range((last - first).days + 1):
        yield first + timedelta(days=n), first == last


def earliest(known: Known, best: Callable[..., Any]) -> dict[str, Any] | None:
    """Give the first day with the best increment."""
    complete = {day: value for day, value in known.items() if value is not None}
    if not complete:
        return None
    top = best(complete.values())
    day = next(day for day, value in sorted(complete.items()) if value == top)
    return {"date": day, "increment": top}


@settings(max_examples=60, deadline=None)
@given(any_history(max_size=150), st.sampled_from(ZONES))
def test_the_days_of_any_history_are_those_of_a_slow_look(
    readings: pl.DataFrame, zone: ZoneInfo
) -> None:
    """The best, the quietest, and the longest rise."""
    found = records(readings, zone)
    known = slow_days(make_frames(readings, zone).kept, zone)
    assert found["best_day"] == earliest(known, max)
    assert found["quietest_day"] == earliest(known, min)


dense = st.builds(
    history,
    st.lists(
        st.one_of(*[st.integers(0, 3)] * 30, st.none()), min_size=1, max_size=400
    ).map(lambda steps: list(running(steps))),
    st.integers(0, 24 * 14).map(lambda n: MONDAY + n * HOUR),
)


def running(steps: list[int | None]) -> Iterator[int | None]:
    """Yield counts that rise by these steps, None where a reading is missing."""
    count = 0
    for step in steps:
        count += step or 0
        yield None if step is None else count


@settings(max_examples=30, deadline=None)
@given(dense.filter(lambda readings: not readings.is_empty()), st.sampled_from(ZONES))
def test_the_rises_of_any_days_are_those_of_a_slow_look(
    readings: pl.DataFrame, zone: ZoneInfo
) -> None:
    """Nearly without gaps, so that there are runs of days."""
    found = records(readings, zone)
    known = slow_days(make_frames(readings, zone).kept, zone)
    assert found["best_day"] == earliest(known, max)
    runs: list[list[date]] = [[]]
    for before, day in pairwise(sorted(known)):
        one, other = known[before], known[day]
        if one is not None and other is not None and other > one:
            runs[-1].append(day)
        else:
            runs.append([])
    longest = max(runs, key=len)
    assert found["rising_days"] == (
        {"first": longest[0], "last": longest[-1], "days": len(longest)}
        if longest
        else None
    )


@settings(max_examples=50, deadline=None)
@given(any_history())
def test_the_longest_recording_and_gap_of_any_history(readings: pl.DataFrame) -> None:
    """As a walk from reading to reading finds them."""
    hours = readings["scheduled_at"].to_list()
    runs, gaps = [[hours[0]]], []
    for before, hour in pairwise(hours):
        if hour - before == HOUR:
            runs[-1].append(hour)
        else:
            runs.append([hour])
            gaps.append((before + HOUR, hour - HOUR))
    run = max(runs, key=len)
    gap = max(gaps, key=lambda gap: gap[1] - gap[0], default=None)
    found = records(readings)
    assert found["longest_recording"] == {
        "first": run[0],
        "last": run[-1],
        "hours": len(run),
    }
    assert found["longest_gap"] == (
        gap
        and {"first": gap[0], "last": gap[1], "hours": (gap[1] - gap[0]) // HOUR + 1}
    )


def test_what_came_in_nearly_two_hours_is_no_record_of_one() -> None:
    """The reading of a stack that was started within the hour."""
    counts = [0, 10, 25, 125, 130, 140]
    late = read_late(history(counts), FIRST + 3 * HOUR, timedelta(minutes=55))
    assert records(history(counts))["best_hour"]["increment"] == 100
    best = {"start": FIRST + HOUR, "increment": 15}
    assert records(late)["best_hour"] == best
    # A quarter of an hour is what retries may take.
    late = read_late(history(counts), FIRST + 3 * HOUR, timedelta(minutes=14))
    assert records(late)["best_hour"]["increment"] == 100

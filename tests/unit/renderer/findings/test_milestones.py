"""Milestones: round numbers, each passed once, between two readings."""

from datetime import timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renderer.findings.increments import derive_increments
from renderer.findings.milestones import (
    LISTED,
    ROUND_NUMBERS,
    estimate_next,
    find_milestones,
    summarise_milestones,
)
from renderer.findings.pace import Pace, make_span
from tests.unit.renderer.histories import FIRST, HOUR, MAX, any_history, history

HUGE = 990_000_000_000_000_000
SECOND = timedelta(seconds=1)
CENTURY_HOURS = 36525 * 24


def milestones(readings: pl.DataFrame) -> list[tuple[Any, ...]]:
    """Give the milestones of readings, their times as hours since the first."""
    return [
        (count, (after - FIRST) // HOUR, (by - FIRST) // HOUR)
        for count, after, by in find_milestones(readings).iter_rows()
    ]


def told(readings: pl.DataFrame) -> dict[str, Any]:
    """Give what the summary tells of the milestones."""
    return summarise_milestones(
        find_milestones(readings), readings, derive_increments(readings)
    )


def pace(increment: int, elapsed_s: int = 3600) -> Pace:
    """Give the pace of an hour that took so many seconds."""
    return Pace(make_span(FIRST, 1), increment, elapsed_s, 1)


def paced(*increments: int) -> list[Pace | None]:
    """Give paces of so many an hour."""
    return [pace(increment) for increment in increments]


# The numbers -------------------------------------------------------------------


def test_milestones_have_at_most_two_digits_before_their_zeros() -> None:
    """From 10 on, as far as a count can go."""
    assert ROUND_NUMBERS[:11] == [*range(10, 100, 10), 100, 110]
    some = [90, 100, 980, 990, 1000, 1100, 9900, 10_000, 11_000, 1_200_000, HUGE]
    assert set(some) <= set(ROUND_NUMBERS)
    assert not {0, 1, 5, 15, 101, 1050, 1_210_000} & set(ROUND_NUMBERS)
    assert ROUND_NUMBERS[-2:] == [HUGE, 10**18]


def test_the_milestones_are_all_such_numbers_in_order() -> None:
    """As a slow look at the digits has it."""
    assert sorted(set(ROUND_NUMBERS)) == ROUND_NUMBERS
    assert all(str(n)[2:].strip("0") == "" and n % 10 == 0 for n in ROUND_NUMBERS)
    small = [n for n in range(10, 20_001, 10) if str(n)[2:].strip("0") == ""]
    assert [n for n in ROUND_NUMBERS if n <= 20_000] == small
    assert len(ROUND_NUMBERS) == 9 + 16 * 90 + 1


# Passed ------------------------------------------------------------------------


def test_a_milestone_lies_between_two_readings() -> None:
    """After the last one below it, by the first at or above it."""
    assert milestones(history([95, 99, 101, 109, 110, 111])) == [
        (100, 1, 2),
        (110, 3, 4),
    ]


def test_a_jump_over_many_gives_them_the_same_bracket() -> None:
    """Nobody knows which came when."""
    assert milestones(history([75, 130])) == [
        (number, 0, 1) for number in (80, 90, 100, 110, 120, 130)
    ]


def test_a_gap_is_the_bracket_of_what_was_passed_in_it() -> None:
    """However long it was."""
    assert milestones(history([98, None, None, None, 105])) == [(100, 0, 4)]


def test_nobody_saw_what_lay_below_the_first_reading() -> None:
    """Nor the number that the first reading has."""
    assert milestones(history([100])) == []
    assert milestones(history([100, 100, 105])) == []
    assert milestones(history([0, 0, 9])) == []


def test_a_milestone_is_passed_once() -> None:
    """After a reset only what is higher than ever before is new."""
    counts = [85, 105, 3, 95, 104, 109, 112]
    assert milestones(history(counts)) == [(90, 0, 1), (100, 0, 1), (110, 5, 6)]


def test_a_fall_from_the_first_reading_passes_nothing() -> None:
    """Below it all was there before."""
    assert milestones(history([500, 10, 20, 499, 500, 510])) == [(510, 4, 5)]


def test_the_largest_count_has_passed_all() -> None:
    """From 0 to 10^18 - 1 in an hour, exactly."""
    found = milestones(history([0, MAX]))
    assert found == [(number, 0, 1) for number in ROUND_NUMBERS[:-1]]
    assert milestones(history([HUGE - 1, HUGE, MAX])) == [(HUGE, 0, 1)]


def slow_milestones(readings: pl.DataFrame) -> list[tuple[Any, ...]]:
    """Give the milestones by going from reading to reading."""
    found = []
    rows = list(readings.select("count", "scheduled_at").iter_rows())
    (highest, before), *rest = rows
    for count, hour in rest:
        found += [(n, before, hour) for n in ROUND_NUMBERS if highest < n <= count]
        highest, before = max(highest, count), hour
    return found


@settings(max_examples=60, deadline=None)
@given(any_history())
def test_any_history_has_the_milestones_of_a_slow_look(
    readings: pl.DataFrame,
) -> None:
    """Between neighbours, in order, each at most once."""
    found = find_milestones(readings)
    assert found.rows() == slow_milestones(readings)
    assert found.schema == {
        "count": pl.Int64,
        "after": readings.schema["scheduled_at"],
        "by": readings.schema["scheduled_at"],
    }


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 12), min_size=1, max_size=200), st.integers(0, 2000))
def test_a_count_that_creeps_passes_them_one_by_one(
    steps: list[int], first: int
) -> None:
    """Where a step is small, no two below 100 share a bracket by chance."""
    counts = [first]
    for step in steps:
        counts.append(counts[-1] + step)
    readings = history(counts)
    found = find_milestones(readings)
    assert found.rows() == slow_milestones(readings)
    assert found["count"].to_list() == [
        n for n in ROUND_NUMBERS if first < n <= counts[-1]
    ]


# The next ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "previous", "number", "progress"),
    [
        (0, 0, 10, 0.0),
        (9, 0, 10, 0.9),
        (10, 10, 20, 0.0),
        (99, 90, 100, 0.9),
        (100, 100, 110, 0.0),
        (12_345, 12_000, 13_000, 0.345),
        (1_999_999, 1_900_000, 2_000_000, 0.9999),
        (HUGE - 1, HUGE - 10**16, HUGE, 0.9999),
        (MAX, HUGE, 10**18, 0.9999),
    ],
)
def test_the_next_milestone_is_above_the_count(
    count: int, previous: int, number: int, progress: float
) -> None:
    """With the way from the one before, which is never told as done."""
    found = estimate_next(count, FIRST, [])
    assert found == {
        "count": number,
        "previous": previous,
        "remaining": number - count,
        "progress": progress,
        "earliest": None,
        "latest": None,
    }


def test_the_next_comes_between_the_fastest_and_the_slowest_pace() -> None:
    """100 more at 50, 25 and 40 an hour."""
    found = estimate_next(1000, FIRST, paced(50, 25, 40))
    assert (found["earliest"], found["latest"]) == (FIRST + 2 * HOUR, FIRST + 4 * HOUR)


def test_a_pace_of_zero_never_comes_there() -> None:
    """Perhaps soon, perhaps never."""
    found = estimate_next(1000, FIRST, paced(50, 0))
    assert (found["earliest"], found["latest"]) == (FIRST + 2 * HOUR, None)
    found = estimate_next(1000, FIRST, paced(0, 0))
    assert (found["earliest"], found["latest"]) == (None, None)


def test_an_unknown_pace_says_nothing() -> None:
    """It is no pace of zero."""
    found = estimate_next(1000, FIRST, [None, *paced(50), None])
    assert found["earliest"] == found["latest"] == FIRST + 2 * HOUR


def test_what_is_more_than_a_century_away_is_not_in_sight() -> None:
    """To the second."""
    century = CENTURY_HOURS * 3600
    [near, far] = [
        estimate_next(1000, FIRST, [pace(1, seconds)])
        for seconds in (century // 100, century // 100 + 1)
    ]
    assert near["earliest"] == near["latest"] == FIRST + timedelta(days=36525)
    assert (far["earliest"], far["latest"]) == (None, None)


def test_a_part_of_a_second_is_rounded_up() -> None:
    """It is not there before it is."""
    found = estimate_next(9, FIRST, paced(3600 * 2))
    assert found["earliest"] == FIRST + SECOND


# In the summary ----------------------------------------------------------------


def test_the_newest_milestones_are_listed_newest_first() -> None:
    """All are counted, and the last is the first of the list."""
    found = told(history(range(0, 400, 5)))
    assert found["number"] == 9 + 30
    assert len(found["newest"]) == LISTED
    assert (
        found["newest"][0]
        == found["last"]
        == {
            "count": 390,
            "after": FIRST + 77 * HOUR,
            "by": FIRST + 78 * HOUR,
        }
    )
    assert [row["count"] for row in found["newest"]] == list(range(390, 190, -10))


def test_a_young_history_has_no_last_milestone() -> None:
    """But a next one."""
    found = told(history([3]))
    assert (found["number"], found["newest"], found["last"]) == (0, [], None)
    assert found["next"]["count"] == 10


def test_the_date_of_the_next_follows_from_a_day_a_week_and_four() -> None:
    """Ten an hour for weeks, but 30 on the last day; 100 are left."""
    steps = [10] * (24 * 40) + [30] * 24
    counts = [1_000_000 - 100 - sum(steps)]
    for step in steps:
        counts.append(counts[-1] + step)
    readings = history(counts)
    seen = readings["observed_at"][-1]
    found = told(readings)["next"]
    assert (found["count"], found["remaining"]) == (1_000_000, 100)
    assert found["earliest"] == seen + timedelta(seconds=100 * 3600 / 30)
    # Of 672 hours 24 were at 30, the others at 10.
    whole = 648 * 10 + 24 * 30
    assert found["latest"] == seen + timedelta(seconds=-(-100 * 672 * 3600 // whole))


def test_after_a_reset_the_next_is_above_the_present_count() -> None:
    """Though it was passed once before."""
    found = told(history([85, 105, 3]))
    assert (found["last"]["count"], found["next"]["count"]) == (100, 10)


@settings(max_examples=50, deadline=None)
@given(any_history())
def test_the_next_of_any_history_lies_ahead(readings: pl.DataFrame) -> None:
    """The earliest is not later than the latest, and progress is a part of one."""
    found = told(readings)["next"]
    count, seen = readings["count"][-1], readings["observed_at"][-1]
    assert found["previous"] <= count < found["count"]
    assert found["remaining"] == found["count"] - count
    assert 0 <= found["progress"] < 1
    if found["latest"]:
        assert seen < found["earliest"] <= found["latest"]

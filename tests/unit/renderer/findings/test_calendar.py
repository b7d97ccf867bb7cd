"""The calendar: the increment of each day, and nothing where nobody knows."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renderer.findings.buckets import sum_buckets
from renderer.findings.calendar import (
    CALENDAR_WEEKS,
    Calendar,
    find_best_day,
    group_months,
    shade_calendar,
)
from renderer.findings.frames import make_frames
from renderer.findings.increments import derive_increments
from renderer.findings.shading import Cell
from tests.unit.renderer.histories import (
    FIRST,
    UTC_ZONE,
    ZONES,
    any_history,
    at,
    history,
)

MONDAY = at("2026-01-05")


def calendar_of(readings: pl.DataFrame, zone: ZoneInfo = UTC_ZONE) -> Calendar:
    """Give the weeks of the calendar."""
    return shade_calendar(sum_buckets(derive_increments(readings), "1d", zone))


def on(day: int, value: int, *, complete: bool = True) -> Cell:
    """Give the cell of a day of January."""
    return Cell(value, 1, date(2026, 1, day), complete)


def test_the_calendar_has_whole_weeks_from_monday_to_sunday() -> None:
    """Thursday to the Tuesday after: none before, none after."""
    counts = range(24 * 5 + 6)
    first, second = calendar_of(history(counts))
    assert FIRST.date() == date(2026, 1, 1)
    assert first == [
        None,
        None,
        None,
        *[Cell(24, 6, date(2026, 1, n), complete=True) for n in (1, 2, 3, 4)],
    ]
    assert second == [
        Cell(24, 6, date(2026, 1, 5), complete=True),
        Cell(5, 1, date(2026, 1, 6), complete=False),
        *[None] * 5,
    ]


def test_an_unknown_day_is_a_cell_without_a_value() -> None:
    """It was within the history."""
    [week] = calendar_of(history([*range(25), *[None] * 40, 100], MONDAY))
    assert week[:3] == [
        Cell(24, 6, MONDAY.date(), complete=True),
        Cell(None, None, MONDAY.date() + timedelta(days=1), complete=False),
        Cell(None, None, MONDAY.date() + timedelta(days=2), complete=False),
    ]


def test_the_levels_are_measured_by_the_complete_days() -> None:
    """However much is known of another; that one is as dark as can be."""
    counts: list[int | None] = [*range(25), *range(1024, 25_000, 1000)]
    counts[30] = None
    counts[-1] = 0
    [week] = calendar_of(history(counts, MONDAY))
    assert [cell and (cell.level, cell.complete) for cell in week][:2] == [
        (6, True),
        (6, False),
    ]


def test_the_levels_of_a_calendar_begin_with_its_quiet_days() -> None:
    """Days of 60 to 120: the palest is that of the quiet ones, not that of zero."""
    pace = [
        n for day in range(60, 121) for n in [day // 24] * 23 + [day - day // 24 * 23]
    ]
    counts = [sum(pace[:n]) for n in range(len(pace) + 1)]
    days = [cell for week in calendar_of(history(counts, MONDAY)) for cell in week]
    levels = [cell.level for cell in days if cell and cell.level is not None]
    assert levels == sorted(levels)
    assert set(levels) == {1, 2, 3, 4, 5, 6}
    assert levels.count(1) < 15


def test_days_that_hardly_differ_look_alike() -> None:
    """From 96 to 100 they are all of the darkest two."""
    pace = [4] * 24 * 30 + [4] * 23 + [8] + [4] * 24 * 30
    counts = [sum(pace[:n]) for n in range(len(pace) + 1)]
    days = [cell for week in calendar_of(history(counts, MONDAY)) for cell in week]
    assert {cell.level for cell in days if cell} <= {5, 6}


def test_a_single_reading_has_no_calendar() -> None:
    """And two of one hour have one day."""
    assert calendar_of(history([5])) == []
    [week] = calendar_of(history([5, 6], MONDAY))
    assert week == [Cell(1, 6, MONDAY.date(), complete=False), *[None] * 6]


@pytest.mark.parametrize(
    ("days", "weeks"), [(7, 1), (8, 2), (53 * 7, 53), (53 * 7 + 1, 53), (800, 53)]
)
def test_the_calendar_is_of_at_most_53_weeks(days: int, weeks: int) -> None:
    """The newest; the oldest comes first."""
    found = calendar_of(history(range(24 * days + 1), MONDAY))
    assert len(found) == weeks
    last = MONDAY.date() + timedelta(days=days - 1)
    shown = [cell.day for week in found for cell in week if cell and cell.day]
    assert shown[-1] == last
    assert shown == [last - timedelta(days=n) for n in range(len(shown))][::-1]


def test_a_day_that_never_was_is_no_cell() -> None:
    """Samoa went from Thursday to Saturday, the 31st of December 2011."""
    zone = ZoneInfo("Pacific/Apia")
    [week] = calendar_of(history(range(49), at("2011-12-29", zone)), zone)
    assert [cell and cell.day for cell in week] == [
        *[None] * 3,
        date(2011, 12, 29),
        None,
        date(2011, 12, 31),
        None,
    ]


@settings(max_examples=50, deadline=None)
@given(any_history(), st.sampled_from(ZONES))
def test_a_calendar_shows_each_of_the_newest_days_once(
    readings: pl.DataFrame, zone: ZoneInfo
) -> None:
    """At its weekday, with the increment of its bucket."""
    daily = sum_buckets(derive_increments(readings), "1d", zone)
    weeks = shade_calendar(daily)
    for week in weeks:
        assert len(week) == 7
        assert all(
            cell is None or (cell.day and cell.day.weekday() == n)
            for n, cell in enumerate(week)
        )
    cells = [cell for week in weeks for cell in week if cell]
    days = daily.select(pl.col("wall").dt.date(), "increment", "complete").rows()[
        -len(cells) or daily.height :
    ]
    assert [(cell.day, cell.value, cell.complete) for cell in cells] == days
    assert len(weeks) <= CALENDAR_WEEKS
    if len(weeks) < CALENDAR_WEEKS:
        assert len(cells) == daily.height


def test_the_best_day_is_complete_and_the_first_of_equals() -> None:
    """A part of a day is no record, and a day without a rise is none either."""
    assert find_best_day([]) is None
    assert find_best_day(
        [[None, on(1, 0), Cell(None, None, date(2026, 1, 2), False)]]
    ) is (None)
    week = [on(5, 3), on(6, 9, complete=False), on(7, 4), on(8, 4)]
    assert find_best_day([[None, *week]]) == week[2]


def test_the_months_cover_the_weeks_of_the_calendar() -> None:
    """A week belongs to the month of its first day; a short month has no name."""
    frames = make_frames(history(range(24 * 70)), UTC_ZONE)
    weeks = shade_calendar(frames.daily)
    months = group_months(weeks)
    assert sum(number for _, number, _ in months) == len(weeks)
    # From 1 January to 11 March.
    assert months == [
        ("2026-01", 5, True),
        ("2026-02", 4, True),
        ("2026-03", 2, True),
    ]
    first = date(2026, 1, 26)
    days: Calendar = [[Cell(1, 1, first + timedelta(weeks=n), True)] for n in range(2)]
    assert group_months(days) == [("2026-01", 1, False), ("2026-02", 1, False)]

"""The calendar: the increment of each day, and nothing where nobody knows."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from renderer.findings.buckets import sum_buckets
from renderer.findings.calendar import (
    MOST_YEARS,
    NO_DAY,
    CalendarYear,
    HalfYear,
    find_best_day,
    find_day_bounds,
    list_days,
    shade_calendar,
)
from renderer.findings.increments import derive_increments
from renderer.findings.shading import Cell
from tests.unit.renderer.histories import (
    FIRST,
    UTC_ZONE,
    ZONES,
    any_history,
    at,
    history,
    history_at,
)

MONDAY = at("2026-01-05")


def calendar_of(
    readings: pl.DataFrame, zone: ZoneInfo = UTC_ZONE
) -> list[CalendarYear]:
    """Give the years of the calendar."""
    daily = sum_buckets(derive_increments(readings), "1d", zone)
    return shade_calendar(daily, find_day_bounds(daily))


def cells_of(readings: pl.DataFrame, zone: ZoneInfo = UTC_ZONE) -> dict[date, Cell]:
    """Give the days that the calendar shows, the newest year first."""
    years = calendar_of(readings, zone)
    return {cell.day: cell for cell in list_days(years) if cell.day}


def on(day: int, value: int, *, complete: bool = True) -> Cell:
    """Give the cell of a day of January."""
    return Cell(value, 1, date(2026, 1, day), complete)


def year_of(*days: Cell | None) -> CalendarYear:
    """Give a calendar with one week."""
    return CalendarYear(2026, [HalfYear([[*days]], [])])


def test_a_year_has_two_halves_of_whole_weeks_from_monday_to_sunday() -> None:
    """The days of the other half have no place, those not recorded an empty one."""
    assert FIRST.date() == date(2026, 1, 1)
    [(year, (first, second))] = calendar_of(history(range(24 * 5 + 6)))
    assert year == 2026
    assert first.weeks[0] == [
        *[None] * 3,
        *[Cell(24, 6, date(2026, 1, n), complete=True) for n in (1, 2, 3, 4)],
    ]
    assert first.weeks[1] == [
        Cell(24, 6, date(2026, 1, 5), complete=True),
        Cell(5, 1, date(2026, 1, 6), complete=False),
        *[NO_DAY] * 5,
    ]
    # 30 June is a Tuesday.
    assert first.weeks[-1] == [NO_DAY, NO_DAY, *[None] * 5]
    assert second.weeks[0] == [None, None, *[NO_DAY] * 5]
    assert second.weeks[-1] == [*[NO_DAY] * 4, *[None] * 3]
    assert first.known
    assert not second.known
    for half in (first, second):
        assert all(len(week) == 7 for week in half.weeks)


def test_a_young_history_begins_with_its_first_month() -> None:
    """No month and no half year before that; a week is as wide as in any other year."""
    [year] = calendar_of(history(range(24 * 5), at("2026-11-20")))
    [half] = year.halves
    assert half.months == [("2026-11", 6), ("2026-12", 4)]
    # 1 November is a Sunday.
    assert half.weeks[0] == [*[None] * 6, NO_DAY]
    assert half.weeks[2][3:5] == [NO_DAY, half.weeks[2][4]]
    assert half.weeks[9] == [*[NO_DAY] * 4, *[None] * 3]
    assert half.weeks[10:] == [[None] * 7] * 16
    [year] = calendar_of(history(range(24 * 200), at("2026-03-20")))
    assert [len(half.months) for half in year.halves] == [4, 6]
    assert [len(half.weeks) for half in year.halves] == [26, 27]


def test_an_unknown_day_is_a_cell_without_a_value() -> None:
    """It was within the history."""
    found = cells_of(history([*range(25), *[None] * 40, 100], MONDAY))
    assert [*found.values()] == [
        Cell(24, 6, MONDAY.date(), complete=True),
        Cell(None, None, MONDAY.date() + timedelta(days=1), complete=False),
        Cell(None, None, MONDAY.date() + timedelta(days=2), complete=False),
    ]


def test_the_levels_are_measured_by_the_complete_days() -> None:
    """However much is known of another; that one is as dark as can be."""
    counts: list[int | None] = [*range(25), *range(1024, 25_000, 1000)]
    counts[30] = None
    counts[-1] = 0
    cells = [*cells_of(history(counts, MONDAY)).values()]
    assert [(cell.level, cell.complete) for cell in cells][:2] == [
        (6, True),
        (6, False),
    ]


def test_each_colour_has_as_many_days() -> None:
    """Days of 60 to 119, which differ by half: nearly all were of two colours once."""
    pace = [
        n for day in range(60, 120) for n in [day // 24] * 23 + [day - day // 24 * 23]
    ]
    counts = [sum(pace[:n]) for n in range(len(pace) + 1)]
    levels = [cell.level for cell in cells_of(history(counts, MONDAY)).values()]
    assert [levels.count(level) for level in range(1, 7)] == [10] * 6


def test_a_counter_that_has_grown_still_has_all_colours_this_year() -> None:
    """The levels are those of the last 53 weeks, for the years before as well."""
    paces = [100 * (1 + year) + day % 60 for year in range(3) for day in range(365)]
    rises = (rise for pace in paces for rise in [0] * 23 + [pace])
    counts = [0, *accumulate(rises)]
    cells = cells_of(history(counts, at("2023-01-01")))
    levels = {
        year: {cell.level for day, cell in cells.items() if day.year == year}
        for year in (2023, 2024, 2025)
    }
    assert levels[2025] == {1, 2, 3, 4, 5, 6}
    assert levels[2023] == levels[2024] == {1}


def test_a_single_reading_has_no_calendar() -> None:
    """And two of one hour have one day."""
    assert calendar_of(history([5])) == []
    [only] = cells_of(history([5, 6], MONDAY)).values()
    assert only == Cell(1, 6, MONDAY.date(), complete=False)


def test_the_newest_years_come_first_and_the_oldest_are_left_out() -> None:
    """Ten of them, each whole."""
    readings = history_at((at(f"{year}-03-01"), year) for year in range(2001, 2027))
    years = [year.year for year in calendar_of(readings)]
    assert years == [*range(2026, 2016, -1)]
    shown = [*cells_of(readings)]
    assert min(shown) == date(2017, 1, 1)


def test_a_day_that_never_was_is_no_cell() -> None:
    """Samoa went from Thursday to Saturday, the 31st of December 2011."""
    zone = ZoneInfo("Pacific/Apia")
    [year] = calendar_of(history(range(49), at("2011-12-29", zone)), zone)
    [half] = year.halves
    week = half.weeks[4]
    assert not any(any(week) for week in half.weeks[5:])
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
    """At its weekday, in its year and half, with the increment of its bucket."""
    daily = sum_buckets(derive_increments(readings), "1d", zone)
    years = shade_calendar(daily, find_day_bounds(daily))
    cells = []
    for year in reversed(years):
        for number, half in enumerate(year.halves, 2 - len(year.halves)):
            for week in half.weeks:
                assert len(week) == 7
                for weekday, cell in enumerate(week):
                    if cell and cell.day:
                        cells.append(cell)
                        assert cell.day.weekday() == weekday
                        assert cell.day.year == year.year
                        assert (cell.day.month > 6) == number
    days = daily.select(pl.col("wall").dt.date(), "increment", "complete").rows()
    assert [(cell.day, cell.value, cell.complete) for cell in cells] == days[
        -len(cells) or daily.height :
    ]
    assert len(years) <= MOST_YEARS
    if len(years) < MOST_YEARS:
        assert len(cells) == daily.height


def test_the_best_day_is_complete_and_the_first_of_equals() -> None:
    """A part of a day is no record, and a day without a rise is none either."""
    assert find_best_day([]) is None
    assert find_best_day(
        [year_of(None, NO_DAY, on(1, 0), Cell(None, None, date(2026, 1, 2), False))]
    ) is (None)
    week = [on(5, 3), on(6, 9, complete=False), on(7, 4), on(8, 4)]
    # The newest year comes first, and within it the oldest day.
    earlier = replace(week[2], day=date(2025, 1, 7))
    assert find_best_day([year_of(None, *week)]) == week[2]
    assert find_best_day([year_of(*week), year_of(earlier)]) == earlier


def test_the_months_cover_the_weeks_of_each_half() -> None:
    """A week belongs to the month of its first day; each has room for its name."""
    for first in ("2017-01-01", "2024-01-01", "2028-01-01", "2029-01-01"):
        [year] = calendar_of(history(range(25), at(first)))
        for number, half in enumerate(year.halves):
            assert sum(month.weeks for month in half.months) == len(half.weeks)
            assert [month.month for month in half.months] == [
                f"{first[:4]}-{6 * number + n:02}" for n in range(1, 7)
            ]
            assert min(month.weeks for month in half.months) >= 3
            # So both fill the same width with cells as wide.
            assert 26 <= len(half.weeks) <= 28

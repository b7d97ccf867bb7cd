"""The calendar: how much the count rose on each day, as a heatmap a year; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import NamedTuple

import polars as pl

from renderer.findings.shading import Cell, choose_level, find_bounds

# The cell of a day of the first month before the first reading, or after the last one.
NO_DAY = Cell(None, None, None, complete=False)
# A list a week, of seven days from Monday on; None for the days of another half year.
Weeks = list[list[Cell | None]]
# So many of the newest years are shown.
MOST_YEARS = 10
# The levels are those of so many days: of 53 weeks.
LEVEL_DAYS = 53 * 7
# A year is cut in two, so that on a telephone one half can lie below the other. Each
# begins with the first day of one of these months.
HALVES = 1, 7
# So many weeks a half has at least; one that begins late is filled up with empty ones,
# so that a day is as large in each.
HALF_WEEKS = 26


class NamedMonth(NamedTuple):
    """A month above the calendar: `2026-11`, and over how many weeks its name is."""

    month: str
    weeks: int


class HalfYear(NamedTuple):
    """The weeks of half a year, the days of other halves left out, and its months.

    Behind the last of the months there may be empty weeks.
    """

    weeks: Weeks
    months: list[NamedMonth]

    @property
    def known(self) -> bool:
        """Whether the history has any day of it."""
        return any(cell and cell.day for week in self.weeks for cell in week)


class CalendarYear(NamedTuple):
    """A year of the calendar, in its halves; the first may have the second one only."""

    year: int
    halves: list[HalfYear]


def find_day_bounds(daily: pl.DataFrame) -> list[float]:
    """Return the bounds of the levels, which are those of the newest complete days.

    Takes the days as `sum_buckets` returns them. Among the days of all years those of
    a counter that has grown would be of one colour.
    """
    newest = daily.tail(LEVEL_DAYS).filter("complete")
    return find_bounds(newest["increment"].to_list())


def shade_calendar(daily: pl.DataFrame, bounds: list[float]) -> list[CalendarYear]:
    """Return the newest years, the newest first.

    Takes the days as `sum_buckets` returns them, and the bounds of their levels. The
    first year begins with the month of the first reading. Days of it before that, days
    after the last reading, and those that the zone's calendar skipped are `NO_DAY`.
    """
    year = pl.col("wall").dt.year()
    shown = daily.filter(year > year.max() - MOST_YEARS)
    days = shown.select(pl.col("wall").dt.date(), "increment", "complete")
    cells = {
        day: Cell(increment, choose_level(increment, bounds), day, complete)
        for day, increment, complete in days.iter_rows()
    }
    since = min(cells, default=date.max).replace(day=1)
    return [
        CalendarYear(
            year,
            [
                make_half(cells, half)
                for month in HALVES
                if (half := list_half(year, month, since))
            ],
        )
        for year in sorted({day.year for day in cells}, reverse=True)
    ]


def list_half(year: int, month: int, since: date) -> list[date]:
    """Return the days since a first one of the half year that begins with a month.

    >>> days = list_half(2026, 7, date(2026, 11, 1))
    >>> str(days[0]), str(days[-1]), len(days)
    ('2026-11-01', '2026-12-31', 61)
    >>> list_half(2026, 1, date(2026, 11, 1))
    []
    """
    first = max(date(year, month, 1), since)
    end = date(year + (month == HALVES[-1]), HALVES[0] + HALVES[-1] - month, 1)
    return [first + timedelta(days=n) for n in range((end - first).days)]


def make_half(cells: Mapping[date, Cell], days: Sequence[date]) -> HalfYear:
    """Return the half of a year that has these days."""
    before: list[Cell | None] = [None] * days[0].weekday()
    shown = before + [cells.get(day, NO_DAY) for day in days]
    shown += [None] * (-len(shown) % 7)
    weeks = [shown[n : n + 7] for n in range(0, len(shown), 7)]
    mondays = [days[max(0, 7 * n - len(before))] for n in range(len(weeks))]
    runs = groupby(f"{day:%Y-%m}" for day in mondays)
    weeks += [[None] * 7] * (HALF_WEEKS - len(weeks))
    return HalfYear(weeks, [NamedMonth(name, len(list(run))) for name, run in runs])


def find_best_day(years: Iterable[CalendarYear]) -> Cell | None:
    """Return the complete day with the largest increment, the first of equals.

    None if the count is not known to have risen on any.
    """
    return max(
        (day for day in list_days(years) if day.complete and day.value),
        key=lambda day: (day.value or 0, date.max - (day.day or date.max)),
        default=None,
    )


def list_days(years: Iterable[CalendarYear]) -> Iterator[Cell]:
    """Yield all days that the history has, year by year."""
    for year in years:
        for half in year.halves:
            for week in half.weeks:
                yield from (cell for cell in week if cell and cell.day)

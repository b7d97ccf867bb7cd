"""The calendar: how much the count rose on each day, as a heatmap; pure."""

from __future__ import annotations

from datetime import timedelta
from itertools import groupby
from typing import NamedTuple

import polars as pl

from renderer.findings.shading import LOW, Cell, choose_level, find_quantile, find_top

# A list a week, of seven days from Monday on; None where the history has no such day.
Calendar = list[list[Cell | None]]
# It shows so many weeks: a year, and the part of a week by which that is longer.
CALENDAR_WEEKS = 53
# Over fewer weeks than these, a month's name would not fit.
NAMED_WEEKS = 2


class NamedMonth(NamedTuple):
    """A month above the calendar: `2026-11`, how many weeks, whether its name fits."""

    month: str
    weeks: int
    named: bool


def shade_calendar(daily: pl.DataFrame) -> Calendar:
    """Return the newest 53 weeks, or as many as there are, the oldest first.

    Takes the days as `sum_buckets` returns them. None stands for a day before the
    first reading, after the last, or that the zone's calendar skipped.

    The levels are in proportion among the complete days, from the quietest
    twentieth on: days differ far less than hours do. But they begin at no more than
    half of the top, so that days that hardly differ look alike.
    """
    days = daily.tail(CALENDAR_WEEKS * 7).select(
        pl.col("wall").dt.date(), "increment", "complete"
    )
    if days.is_empty():
        return []
    whole = days.filter("complete")["increment"].to_list()
    top = find_top(whole)
    low = min(find_quantile(whole, LOW), top / 2)
    cells = {
        day: Cell(increment, choose_level(increment, top, low), day, complete)
        for day, increment, complete in days.iter_rows()
    }
    first, last = (
        day - timedelta(days=day.weekday()) for day in (min(cells), max(cells))
    )
    weeks = min((last - first).days // 7 + 1, CALENDAR_WEEKS)
    first = last - timedelta(weeks=weeks - 1)
    return [
        [cells.get(first + timedelta(weeks=week, days=day)) for day in range(7)]
        for week in range(weeks)
    ]


def find_best_day(calendar: Calendar) -> Cell | None:
    """Return the complete day with the largest increment, the first of equals.

    None if the count is not known to have risen on any.
    """
    days = [day for week in calendar for day in week if day and day.complete]
    return max(
        (day for day in days if day.value),
        key=lambda day: day.value or 0,
        default=None,
    )


def group_months(calendar: Calendar) -> list[NamedMonth]:
    """Return the months of a calendar in their order, each with its number of weeks.

    A week belongs to the month of the first of its days that the history has.
    """
    months = (
        next((f"{cell.day:%Y-%m}" for cell in week if cell), "") for week in calendar
    )
    runs = [(month, len(list(weeks))) for month, weeks in groupby(months)]
    return [NamedMonth(month, weeks, weeks >= NAMED_WEEKS) for month, weeks in runs]

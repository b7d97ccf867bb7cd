"""The week: how much the count rises in each of its hours, as a heatmap; pure."""

from __future__ import annotations

from datetime import timedelta
from itertools import chain
from typing import NamedTuple
from zoneinfo import ZoneInfo

import polars as pl

from renderer.findings.clocks import find_day_start, find_midnight, find_wall_times
from renderer.findings.increments import IS_SCHEDULED_HOUR
from renderer.findings.shading import Cell, choose_level, find_bounds

# Seven lists, from Monday on, each of 24 hours.
Week = list[list[Cell]]
# The means are over so many weeks.
MEAN_WEEKS = 12


class BusiestHour(NamedTuple):
    """An hour of the week, its weekday (Monday is 0), and its mean increment."""

    weekday: int
    hour: int
    mean: float


def shade_week(increments: pl.DataFrame, zone: ZoneInfo) -> Week:
    """Return the mean increment of each hour of the week, by the clocks of a zone.

    The mean is over the 12 weeks before the last midnight of the zone, or as many as
    there are, and over the increments of one hour only: nobody knows how those of
    several hours were spread. An hour is complete if it is known in each week. Takes
    increments as `derive_increments` returns them.
    """
    hours = dict.fromkeys(range(7 * 24), (0, 0, 0)) | sum_hours(increments, zone)
    means = [total / known if known else None for total, known, _ in hours.values()]
    bounds = find_bounds([mean for mean in means if mean is not None])
    cells = [
        Cell(mean, choose_level(mean, bounds), None, 0 < known == due)
        for mean, (_, known, due) in zip(means, hours.values(), strict=True)
    ]
    return [cells[day * 24 : day * 24 + 24] for day in range(7)]


def find_hour_bounds(week: Week) -> list[float]:
    """Return the bounds of the levels of a week, which are those of its means."""
    return find_bounds([cell.value for cell in chain(*week) if cell.value is not None])


def sum_hours(
    increments: pl.DataFrame, zone: ZoneInfo
) -> dict[int, tuple[int, int, int]]:
    """Return the sum of the increments of each hour of the week, by its number.

    Monday's first hour is 0, Sunday's last is 167. Beside the sum stands of how many
    hours the increment is known, and how many there were since the first reading;
    hours of the week that did not occur are left out.
    """
    if increments.is_empty():
        return {}
    last = increments.item(-1, "end")
    first_day = last.astimezone(zone).date() - timedelta(weeks=MEAN_WEEKS)
    since = max(find_day_start(first_day, zone), increments.item(0, "start"))
    until = find_midnight(last, zone)
    due = pl.datetime_range(since, until, "1h", closed="left", eager=True)
    # No more increments than hours can lie between then and now.
    known = increments.tail(due.len() + 25).filter(
        IS_SCHEDULED_HOUR, pl.col("increment").is_not_null()
    )
    due = due.cast(known.schema["start"])
    wall = find_wall_times(due, zone).dt
    hour = (wall.weekday().cast(pl.Int32) - 1) * 24 + wall.hour()
    sums = (
        pl.DataFrame({"start": due, "hour": hour})
        .join(known, on="start", how="left")
        .group_by("hour")
        .agg(pl.col("increment").sum(), known=pl.col("increment").count(), due=pl.len())
    )
    return {hour: (total, known, due) for hour, total, known, due in sums.iter_rows()}


def find_busiest_hour(week: Week) -> BusiestHour | None:
    """Return the hour with the highest mean, the first of equals.

    None if the count is not known to have risen in any.
    """
    cells = [
        (cell.value, -day, -hour)
        for day, hours in enumerate(week)
        for hour, cell in enumerate(hours)
        if cell.value
    ]
    if not cells:
        return None
    value, day, hour = max(cells)
    return BusiestHour(-day, -hour, value)

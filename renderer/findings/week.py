"""The week: how much the count rises in each of its hours; pure."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import polars as pl

from renderer.findings.clocks import find_day_start, find_midnight, find_wall_time
from renderer.findings.shading import Cell, choose_level, find_top

# A list a day from Monday on, of its 24 hours.
Week = list[list[Cell]]
WEEKS = 12


class BusiestHour(NamedTuple):
    """An hour of the week (Monday is 0) and its mean increment."""

    weekday: int
    hour: int
    mean: float


def shade_week(increments: pl.DataFrame, zone: ZoneInfo) -> Week:
    """Return Monday to Sunday, each with the mean increment of its 24 hours.

    It is that of the known single hours of the last 12 weeks before the last
    midnight; an hour is complete if each of them is known.
    """
    slots = dict.fromkeys(range(7 * 24), (0, 0, 0)) | sum_slots(increments, zone)
    means = [total / known if known else None for total, known, _ in slots.values()]
    top = find_top([mean for mean in means if mean is not None])
    cells = [
        Cell(mean, choose_level(mean, top), None, 0 < known == due)
        for mean, (_, known, due) in zip(means, slots.values(), strict=True)
    ]
    return [cells[day * 24 : day * 24 + 24] for day in range(7)]


def sum_slots(
    increments: pl.DataFrame, zone: ZoneInfo
) -> dict[int, tuple[int, int, int]]:
    """Return the increment of each hour of the week, how often it is known and due.

    Monday's first hour is 0. Only hours since the first reading are due.
    """
    if increments.is_empty():
        return {}
    last = increments.item(-1, "end")
    first_day = last.astimezone(zone).date() - timedelta(weeks=WEEKS)
    since = max(find_day_start(first_day, zone), increments.item(0, "start"))
    until = find_midnight(last, zone)
    due = pl.datetime_range(since, until, "1h", closed="left", eager=True)
    # No more pairs than hours can lie between the midnight before and now.
    known = increments.tail(due.len() + 25).filter(
        pl.col("hours") == 1, pl.col("increment").is_not_null()
    )
    wall = find_wall_time(pl.col("start"), zone.key)
    slots = (
        pl.DataFrame({"start": due}, schema={"start": known.schema["start"]})
        .join(known, on="start", how="left")
        .group_by(slot=(wall.dt.weekday().cast(pl.Int32) - 1) * 24 + wall.dt.hour())
        .agg(pl.col("increment").sum(), known=pl.col("increment").count(), due=pl.len())
    )
    return {slot: (total, known, due) for slot, total, known, due in slots.iter_rows()}


def find_busiest_hour(week: Week) -> BusiestHour | None:
    """Return the hour with the highest mean, the first of equals, None if none rose."""
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

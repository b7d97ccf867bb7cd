"""The heatmaps: when in the week, and on which days, the count rises; all pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from renderer.findings.increments import midnight_of, wall_clock

WEEKS = 12
CALENDAR_WEEKS = 53
LEVELS = 6
# The top twentieth share the darkest level, or one feast would pale all the rest, and
# the lowest twentieth of the days the palest.
TOP, LOW = 0.95, 0.05


@dataclass(frozen=True)
class Cell:
    """One cell: an increment or a mean of some, and how dark it is.

    `value` and `level` (0 for zero, else 1 to 6) are None where nothing is known.
    `complete` says that nothing is missing of what the cell stands for, which is
    the `day` in a calendar.
    """

    value: float | int | None
    level: int | None
    day: date | None
    complete: bool


def weekly(increments: pl.DataFrame, zone: ZoneInfo) -> list[list[Cell]]:
    """Return Monday to Sunday, each with the mean increment of its 24 hours.

    It is that of the known single hours of the last 12 weeks before the last
    midnight; an hour is complete if each of them is known.
    """
    slots = dict.fromkeys(range(7 * 24), (0, 0, 0)) | slots_of(increments, zone)
    means = [total / known if known else None for total, known, _ in slots.values()]
    top = top_of([mean for mean in means if mean is not None])
    cells = [
        Cell(mean, level_of(mean, top), None, 0 < known == due)
        for mean, (_, known, due) in zip(means, slots.values(), strict=True)
    ]
    return [cells[day * 24 : day * 24 + 24] for day in range(7)]


def slots_of(
    increments: pl.DataFrame, zone: ZoneInfo
) -> dict[int, tuple[int, int, int]]:
    """Return the increment of each hour of the week, how often it is known and due.

    Monday's first hour is 0. Only hours since the first reading are due.
    """
    if increments.is_empty():
        return {}
    until = midnight_of(increments.item(-1, "end"), zone)
    # The last midnight may be one that the clocks skipped.
    since = midnight_of(until.astimezone(zone) - timedelta(weeks=WEEKS), zone)
    since = max(since, increments.item(0, "start"))
    due = pl.datetime_range(since, until, "1h", closed="left", eager=True)
    # No more pairs than hours can lie between the midnight before and now.
    known = increments.tail(due.len() + 25).filter(
        pl.col("hours") == 1, pl.col("increment").is_not_null()
    )
    wall = wall_clock(pl.col("start"), zone.key)
    slots = (
        pl.DataFrame({"start": due}, schema={"start": known.schema["start"]})
        .join(known, on="start", how="left")
        .group_by(slot=(wall.dt.weekday().cast(pl.Int32) - 1) * 24 + wall.dt.hour())
        .agg(pl.col("increment").sum(), known=pl.col("increment").count(), due=pl.len())
    )
    return {slot: (total, known, due) for slot, total, known, due in slots.iter_rows()}


def calendar(daily: pl.DataFrame) -> list[list[Cell | None]]:
    """Return the newest weeks, the oldest first, each from Monday to Sunday.

    None stands for a day before the first reading, after the last, or that never
    was. The levels are measured by the complete days, and begin with the quiet ones:
    days differ far less than hours do. They begin at no more than half of the top,
    so that days that hardly differ look alike.
    """
    days = daily.tail(CALENDAR_WEEKS * 7).select(
        pl.col("bucket").dt.date(), "increment", "complete"
    )
    if days.is_empty():
        return []
    whole = days.filter("complete")["increment"].to_list()
    top = top_of(whole)
    low = min(rank_of(whole, LOW), top / 2)
    cells = {
        day: Cell(increment, level_of(increment, top, low), day, complete)
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


def top_of(values: list[Any]) -> float:
    """Return the value from which on a cell is darkest, 0 if there is none."""
    # With many zeros the rank may be one of them.
    return rank_of(values, TOP) or max(values, default=0)


def rank_of(values: list[Any], part: float) -> float:
    """Return the nearest-rank quantile, 0 if there are no values."""
    return sorted(values)[ceil(len(values) * part) - 1] if values else 0


def level_of(value: float | None, top: float, low: float = 0) -> int | None:
    """Return how dark a value is: in proportion from `low` up to `top`."""
    if value is None:
        return None
    if value <= 0:
        return 0
    if value >= top:
        return LEVELS
    return max(1, ceil((value - low) * LEVELS / (top - low)))

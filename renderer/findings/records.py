"""The records: the best and the longest, from complete hours, days, weeks, months.

Of equals, the earliest is the record: one has to be broken, not equalled. So polars'
`arg_max` is of no use, which gives the last one where it knows the values as sorted.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl

from renderer.findings.clocks import HOUR
from renderer.findings.frames import Frames
from renderer.findings.increments import find_gaps

DATE = pl.col("bucket").dt.date().alias("date")
MONTH = pl.col("bucket").dt.strftime("%Y-%m").alias("month")


def find_records(frames: Frames) -> dict[str, dict[str, Any] | None]:
    """Return the records by their names, None for each that there is not yet."""
    gaps = find_gaps(frames.increments)
    days, weeks, months = (
        frame.filter("complete")
        for frame in (frames.daily, frames.weekly, frames.monthly)
    )
    hours = frames.increments.filter(
        pl.col("hours") == 1, pl.col("increment").is_not_null()
    )
    return {
        "best_hour": find_best(hours, pl.max, "start"),
        "best_day": find_best(days, pl.max, DATE),
        "quietest_day": find_best(days, pl.min, DATE),
        "best_week": find_best(weeks, pl.max, DATE),
        "best_month": find_best(months, pl.max, MONTH),
        "longest_gap": find_longest(gaps, "hours"),
        "longest_recording": find_longest_recording(frames.readings, gaps),
        "rising_days": find_rising_days(frames.daily),
    }


def find_best(
    frame: pl.DataFrame, best: Callable[[str], pl.Expr], name: str | pl.Expr
) -> dict[str, Any] | None:
    """Return the first row with the best increment, by a name."""
    rows = frame.filter(pl.col("increment") == best("increment")).head(1)
    return take_first_row(rows.select(name, "increment"))


def find_longest(runs: pl.DataFrame, column: str) -> dict[str, Any] | None:
    """Return the first row with the largest number in a column."""
    return take_first_row(runs.filter(pl.col(column) == pl.max(column)))


def take_first_row(frame: pl.DataFrame) -> dict[str, Any] | None:
    """Return the first row, None if there is none."""
    return None if frame.is_empty() else frame.row(0, named=True)


def find_longest_recording(
    readings: pl.DataFrame, gaps: pl.DataFrame
) -> dict[str, Any] | None:
    """Return the longest run of readings without a missing hour between them."""
    hours = readings["scheduled_at"]
    runs = pl.DataFrame(
        {
            "first": pl.concat([hours.head(1), gaps["last"] + HOUR]),
            "last": pl.concat([gaps["first"] - HOUR, hours.tail(1)]),
        }
    )
    length = (pl.col("last") - pl.col("first")).dt.total_hours() + 1
    return find_longest(runs.with_columns(hours=length), "hours")


def find_rising_days(daily: pl.DataFrame) -> dict[str, Any] | None:
    """Return the longest run of complete days, each with more than the day before.

    The day before the first of them is no part of the run, but is complete too.
    """
    both = pl.col("complete") & pl.col("complete").shift(1)
    rises = both & (pl.col("increment") > pl.col("increment").shift(1))
    runs = (
        daily.select(day=pl.col("bucket").dt.date(), rises=rises.fill_null(False))
        .with_columns(run=pl.col("rises").rle_id())
        .filter("rises")
        .group_by("run", maintain_order=True)
        .agg(first=pl.col("day").first(), last=pl.col("day").last(), days=pl.len())
        .drop("run")
    )
    return find_longest(runs, "days")

"""Records: the best and quietest of complete hours, days, weeks and months; pure.

Of equals the earliest is the record, since a record has to be broken, not equalled.
polars' `arg_max` is of no use for that: of values that it knows to be sorted it gives
the last.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import polars as pl

from renderer.findings.buckets import sum_buckets
from renderer.findings.clocks import HOUR
from renderer.findings.frames import Frames
from renderer.findings.increments import IS_HOUR

DATE = pl.col("wall").dt.date().alias("date")
MONTH = pl.col("wall").dt.strftime("%Y-%m").alias("month")
# Nobody would call the best of fewer buckets a record, among the bars of a graph.
FEWEST_FOR_RECORD = 7


def find_records(frames: Frames) -> dict[str, dict[str, Any] | None]:
    """Return each record by its name; one that there is not yet is None.

    `best_hour` has the `start` (UTC) and the `increment`; `best_day`,
    `quietest_day` and `best_week` have a `date` (a week's is its Monday) and
    `best_month` a `month` (`2026-11`) instead of the start. `longest_gap` and
    `longest_recording` have the `first` and the `last` scheduled hour (UTC) and the
    number of `hours`, `rising_days` the `first` and the `last` date and the number
    of `days`.
    """
    days, weeks, months = (
        frame.filter("complete")
        for frame in (frames.daily, frames.weekly, frames.monthly)
    )
    hours = select_known_hours(frames.increments)
    return {
        "best_hour": find_extreme(hours, pl.max, "start"),
        "best_day": find_extreme(days, pl.max, DATE),
        "quietest_day": find_extreme(days, pl.min, DATE),
        "best_week": find_extreme(weeks, pl.max, DATE),
        "best_month": find_extreme(months, pl.max, MONTH),
        "longest_gap": find_longest(frames.gaps, "hours"),
        "longest_recording": find_longest_recording(frames.readings, frames.gaps),
        "rising_days": find_rising_days(frames.daily),
    }


def select_known_hours(increments: pl.DataFrame) -> pl.DataFrame:
    """Return the increments of a single hour that are known."""
    return increments.filter(IS_HOUR, pl.col("increment").is_not_null())


def find_extreme(
    buckets: pl.DataFrame, extreme: Callable[[str], pl.Expr], name: str | pl.Expr
) -> dict[str, Any] | None:
    """Return name and increment of the first bucket with an extreme increment.

    `extreme` is `pl.max` or `pl.min`, `name` the column that names the bucket.
    """
    rows = buckets.filter(pl.col("increment") == extreme("increment")).head(1)
    return take_first_row(rows.select(name, "increment"))


def find_longest(runs: pl.DataFrame, column: str) -> dict[str, Any] | None:
    """Return the first row with the largest number in a column, None without rows."""
    return take_first_row(runs.filter(pl.col(column) == pl.max(column)))


def take_first_row(frame: pl.DataFrame) -> dict[str, Any] | None:
    """Return the first row by its columns' names, None if there is none."""
    return None if frame.is_empty() else frame.row(0, named=True)


def find_longest_recording(
    readings: pl.DataFrame, gaps: pl.DataFrame
) -> dict[str, Any] | None:
    """Return the longest run of hours that all have a reading.

    That is `first` and `last` (scheduled hours, UTC) and the number of `hours`. The
    gaps are those of the readings, as `find_gaps` returns them.
    """
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
    """Return the longest run of days that each rose by more than the day before.

    That is the `first` and the `last` date and the number of `days`. All of them
    are complete, and so is the day before the first, which is no part of the run.
    """
    both = pl.col("complete") & pl.col("complete").shift(1)
    rises = both & (pl.col("increment") > pl.col("increment").shift(1))
    runs = (
        daily.select(day=pl.col("wall").dt.date(), rises=rises.fill_null(False))
        .with_columns(run=pl.col("rises").rle_id())
        .filter("rises")
        .group_by("run", maintain_order=True)
        .agg(first=pl.col("day").first(), last=pl.col("day").last(), days=pl.len())
        .drop("run")
    )
    return find_longest(runs, "days")


def find_best_bucket(frames: Frames, every: str) -> datetime | None:
    """Return when the complete bucket with the largest increment begins (UTC).

    Of equals it is the first. None if there are few buckets, or all are equal.
    """
    buckets = select_complete_buckets(frames, every)
    increments = buckets["increment"]
    if len(increments) < FEWEST_FOR_RECORD or increments.n_unique() == 1:
        return None
    best = increments.index_of(increments.max())
    bucket: datetime = buckets.item(best, "bucket")
    return bucket


def select_complete_buckets(frames: Frames, every: str) -> pl.DataFrame:
    """Return the complete buckets of the whole history: `bucket` and `increment`."""
    if every == "1h":
        return select_known_hours(frames.increments).rename({"start": "bucket"})
    known = {"1d": frames.daily, "1w": frames.weekly, "1mo": frames.monthly}
    buckets = known.get(every)
    if buckets is None:
        buckets = sum_buckets(frames.increments, every, frames.zone)
    return buckets.filter("complete")

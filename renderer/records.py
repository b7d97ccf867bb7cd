"""The records: the best and the longest, from complete hours, days, weeks, months.

Of equals, the earliest is the record: one has to be broken, not equalled.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import polars as pl

from renderer.aggregate import gaps_of
from renderer.frames import Frames

HOUR = timedelta(hours=1)


def records_of(frames: Frames) -> dict[str, dict[str, Any] | None]:
    """Return the records by their names, None for each that there is not yet."""
    gaps = gaps_of(frames.increments)
    days, weeks, months = (
        frame.filter("complete")
        for frame in (frames.daily, frames.weekly, frames.monthly)
    )
    hours = frames.increments.filter(
        pl.col("hours") == 1, pl.col("increment").is_not_null()
    )
    return {
        "best_hour": named(hours, hours["increment"].arg_max(), "start"),
        "best_day": dated(days, days["increment"].arg_max()),
        "quietest_day": dated(days, days["increment"].arg_min()),
        "best_week": dated(weeks, weeks["increment"].arg_max()),
        "best_month": best_month(months),
        "longest_gap": row_of(gaps, gaps["hours"].arg_max()),
        "longest_recording": longest_recording(frames.readings, gaps),
        "rising_days": rising_days(frames.daily),
    }


def row_of(frame: pl.DataFrame, row: int | None) -> dict[str, Any] | None:
    """Return a row that may not be there."""
    return None if row is None else frame.row(row, named=True)


def named(frame: pl.DataFrame, row: int | None, *columns: str) -> dict[str, Any] | None:
    """Return a row's increment after some more of its columns."""
    return row_of(frame.select(*columns, "increment"), row)


def dated(buckets: pl.DataFrame, row: int | None) -> dict[str, Any] | None:
    """Return a bucket's increment and the date on which it begins."""
    dates = buckets.with_columns(date=pl.col("bucket").dt.date())
    return named(dates, row, "date")


def best_month(months: pl.DataFrame) -> dict[str, Any] | None:
    """Return the month with the largest increment."""
    texts = months.with_columns(month=pl.col("bucket").dt.strftime("%Y-%m"))
    return named(texts, months["increment"].arg_max(), "month")


def longest_recording(readings: pl.DataFrame, gaps: pl.DataFrame) -> dict[str, Any]:
    """Return the longest run of readings without a missing hour between them."""
    hours = readings["scheduled_at"]
    runs = pl.DataFrame(
        {
            "first": pl.concat([hours.head(1), gaps["last"] + HOUR]),
            "last": pl.concat([gaps["first"] - HOUR, hours.tail(1)]),
        }
    ).with_columns(hours=(pl.col("last") - pl.col("first")).dt.total_hours() + 1)
    return runs.row(runs["hours"].arg_max() or 0, named=True)


def rising_days(daily: pl.DataFrame) -> dict[str, Any] | None:
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
    return row_of(runs, runs["days"].arg_max())

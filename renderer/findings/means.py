"""The mean increment of a day, over seven of them; pure."""

from __future__ import annotations

import polars as pl

from renderer.findings.buckets import sum_within

# A week has each weekday once.
MEAN_DAYS = 7
# Means below this have a decimal, as the page writes them.
FINE = 100


def average_weeks(increments: pl.DataFrame, daily: pl.DataFrame) -> pl.DataFrame:
    """Return for each day from the seventh on the mean of the seven that end with it.

    Takes increments as `derive_increments` returns them and their days. Columns:
    `bucket` and `wall` of the day, and `mean`, null unless all hours of the seven days
    are covered. An increment across a gap counts if both its readings lie within them.
    """
    since, last = daily["bucket"].head(-MEAN_DAYS + 1), daily.slice(MEAN_DAYS - 1)
    if last.is_empty():
        return last.select("bucket", "wall", mean=pl.lit(None, pl.Float64))
    sums = sum_within(increments, since, last["until"], "increment", "hours")
    mean = sums["increment"] / MEAN_DAYS
    due = (last["until"] - since).dt.total_hours()
    return last.select(
        "bucket",
        "wall",
        mean=pl.when(sums["hours"] == due).then(
            pl.when(mean < FINE).then(mean.round(1)).otherwise(mean.round())
        ),
    )

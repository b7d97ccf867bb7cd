"""The buckets of a range as rows of a table; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import polars as pl


@dataclass(frozen=True, slots=True)
class Row:
    """One bucket as the data table tells it; `count` is the last one read in it."""

    bucket: datetime
    increment: int | None
    hours_covered: int
    hours_due: int
    complete: bool
    count: int | None


def make_rows(bars: pl.DataFrame, readings: pl.DataFrame) -> list[Row]:
    """Return the buckets as rows, newest first, each with the last count in it."""
    # A reading belongs to the bucket that it closes, as its increment does.
    counts = readings.select(
        "count", at="scheduled_at", last=pl.col("scheduled_at").dt.offset_by("-1us")
    )
    shown = bars.sort("bucket").with_columns(
        bucket_at=pl.col("bucket").dt.convert_time_zone("UTC"),
        last=pl.col("until").dt.convert_time_zone("UTC").dt.offset_by("-1us"),
    )
    found = shown.join_asof(counts, on="last", strategy="backward")
    inside = pl.col("at") > pl.col("bucket_at")
    columns = found.select(
        *("bucket", "increment", "hours_covered", "hours_due", "complete"),
        count=pl.when(inside).then("count"),
    )
    return [Row(*row) for row in columns.reverse().rows()]

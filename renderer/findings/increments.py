"""From readings to increments, buckets, gaps and resets; all pure.

An increment belongs to the time between two readings that follow each other. It
is never spread over hours that nobody read: a bucket takes it only if both
readings lie within the bucket, and says how many of its hours it covers.
"""

from __future__ import annotations

import polars as pl


def derive_increments(readings: pl.DataFrame) -> pl.DataFrame:
    """Return one row for each pair of readings that follow each other.

    Columns: `start`, `end` (the scheduled hours, UTC), `hours` (between them),
    `elapsed_s` (between the two observations), `before`, `after` (the counts) and
    `increment`, which is null where the count fell: nobody knows what a reset hid.
    """
    rise = pl.col("count") - pl.col("count").shift(1)
    return readings.select(
        start=pl.col("scheduled_at").shift(1),
        end="scheduled_at",
        hours=pl.col("scheduled_at").diff().dt.total_hours(),
        elapsed_s=pl.col("observed_at").diff().dt.total_seconds(),
        before=pl.col("count").shift(1),
        after="count",
        # Resets let increments add up to more than 64 bits hold.
        increment=pl.when(rise >= 0).then(rise).cast(pl.Int128),
    ).slice(1)


def find_gaps(increments: pl.DataFrame) -> pl.DataFrame:
    """Return the gaps: `first` and `last` missing hour, and their number `hours`."""
    return increments.filter(pl.col("hours") > 1).select(
        first=pl.col("start").dt.offset_by("1h"),
        last=pl.col("end").dt.offset_by("-1h"),
        hours=pl.col("hours") - 1,
    )


def find_resets(increments: pl.DataFrame) -> pl.DataFrame:
    """Return the resets: the hours and the counts before and after each."""
    return increments.filter(pl.col("increment").is_null()).select(
        "start", "end", "before", "after"
    )

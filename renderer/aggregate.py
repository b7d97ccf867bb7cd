"""From readings to increments, buckets, gaps and resets; all pure.

An increment belongs to the time between two readings that follow each other. It
is never spread over hours that nobody read: a bucket takes it only if both
readings lie within the bucket, and says how many of its hours it covers.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

import polars as pl

HOUR_US = 3_600_000_000


def increments_of(readings: pl.DataFrame) -> pl.DataFrame:
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
        increment=pl.when(rise >= 0).then(rise),
    ).slice(1)


def gaps_of(increments: pl.DataFrame) -> pl.DataFrame:
    """Return the gaps: `first` and `last` missing hour, and their number `hours`."""
    return increments.filter(pl.col("hours") > 1).select(
        first=pl.col("start").dt.offset_by("1h"),
        last=pl.col("end").dt.offset_by("-1h"),
        hours=pl.col("hours") - 1,
    )


def resets_of(increments: pl.DataFrame) -> pl.DataFrame:
    """Return the resets: the hours and the counts before and after each."""
    return increments.filter(pl.col("increment").is_null()).select(
        "start", "end", "before", "after"
    )


def buckets_of(increments: pl.DataFrame, every: str, zone: ZoneInfo) -> pl.DataFrame:
    """Return the increments of each hour, day, week or month of a time zone.

    Columns: `bucket` and `until` (its bounds, in the zone), `increment` (null
    where nothing is known), `hours_covered`, `hours_due` and `complete`. Every
    bucket from the first reading to the last has a row.
    """
    local = increments.with_columns(
        bucket=truncated("start", every, zone),
        # The end belongs to the bucket that it closes.
        last=truncated(pl.col("end").dt.offset_by("-1us"), every, zone),
    )
    known = (
        local.filter(
            pl.col("bucket") == pl.col("last"), pl.col("increment").is_not_null()
        )
        .group_by("bucket")
        .agg(pl.col("increment").sum(), hours_covered=pl.col("hours").sum())
    )
    if local.is_empty():
        grid = local.select("bucket")
    else:
        first, last = local.item(0, "bucket"), local.item(-1, "last")
        grid = pl.DataFrame(
            {"bucket": pl.datetime_range(first, last, every, eager=True)}
        )
    until = pl.col("bucket").dt.offset_by(every)
    due = (until - pl.col("bucket")).dt.total_hours()
    return (
        grid.join(known, on="bucket", how="left", maintain_order="left")
        .with_columns(
            until=until,
            hours_due=due,
            hours_covered=pl.col("hours_covered").fill_null(0),
        )
        .with_columns(complete=pl.col("hours_covered") == pl.col("hours_due"))
        .select(
            "bucket", "until", "increment", "hours_covered", "hours_due", "complete"
        )
    )


def truncated(time: str | pl.Expr, every: str, zone: ZoneInfo) -> pl.Expr:
    """Return the start of the bucket of the zone in which an instant lies."""
    column = pl.col(time) if isinstance(time, str) else time
    return column.dt.convert_time_zone(zone.key).dt.truncate(every)

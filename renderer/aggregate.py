"""From readings to increments, buckets, gaps and resets; all pure.

An increment belongs to the time between two readings that follow each other. It
is never spread over hours that nobody read: a bucket takes it only if both
readings lie within the bucket, and says how many of its hours it covers.
"""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import polars as pl


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
        # Resets let increments add up to more than 64 bits hold.
        increment=pl.when(rise >= 0).then(rise).cast(pl.Int128),
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
    # Where the clocks go back an hour has the name of the one before it, so hours
    # are those of UTC; the zone is whole hours away from it.
    clock = "UTC" if every == "1h" else zone.key
    walls = increments.with_columns(
        wall=wall_clock(pl.col("start"), clock).dt.truncate(every),
        # The end belongs to the bucket that it closes.
        last=wall_clock(pl.col("end").dt.offset_by("-1us"), clock).dt.truncate(every),
    )
    inside = pl.col("wall") == pl.col("last"), pl.col("increment").is_not_null()
    known = (
        walls.filter(*inside)
        .group_by("wall")
        .agg(pl.col("increment").sum(), hours_covered=pl.col("hours").sum())
    )
    bounds = pl.datetime_range(pl.col("wall").first(), pl.col("last").last(), every)
    grid = walls.select(bounds) if len(walls) else walls.select("wall")
    return (
        grid.join(known, on="wall", how="left", maintain_order="left")
        .select(
            "increment",
            bucket=instant(pl.col("wall"), clock).dt.convert_time_zone(zone.key),
            until=instant(
                pl.col("wall").dt.offset_by(every), clock
            ).dt.convert_time_zone(zone.key),
            hours_covered=pl.col("hours_covered").fill_null(0),
        )
        .with_columns(hours_due=(pl.col("until") - pl.col("bucket")).dt.total_hours())
        # A day that the calendar skips, as Samoa's 30 December 2011, is no day.
        .filter(pl.col("hours_due") > 0)
        .with_columns(complete=pl.col("hours_covered") == pl.col("hours_due"))
        .select(
            "bucket", "until", "increment", "hours_covered", "hours_due", "complete"
        )
    )


def wall_clock(time: pl.Expr, zone: str) -> pl.Expr:
    """Return what the clocks of a zone show at an instant, a time without zone."""
    return time.dt.convert_time_zone(zone).dt.replace_time_zone(None)


def instant(wall: pl.Expr, zone: str) -> pl.Expr:
    """Return the first instant at which the clocks of a zone show a time or pass it.

    Some zones put their clocks forward at midnight, so that a day begins at one;
    polars' own `truncate` and `datetime_range` are wrong or fail in those.
    """
    shown = (
        wall.dt.offset_by(later).dt.replace_time_zone(
            zone, ambiguous="earliest", non_existent="null"
        )
        for later in ("0h", "1h", "1d")
    )
    return pl.coalesce(*shown)


def midnight_of(time: datetime, zone: ZoneInfo) -> datetime:
    """Return the instant (UTC) at which the day of an instant begins in a zone."""
    # Where midnight comes twice, a day begins with the first.
    start = time.astimezone(zone).replace(hour=0, minute=0, fold=0)
    return start.astimezone(UTC)

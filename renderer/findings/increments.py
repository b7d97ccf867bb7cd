"""From readings to increments, gaps and resets; pure.

An increment belongs to the time between two readings that follow each other, and is
never spread over hours that nobody read.
"""

from __future__ import annotations

import polars as pl

# An hour is read within minutes, but for one that a stack is started in. Where two
# readings are this much more or less than an hour apart, what came between them is
# not the increment of an hour.
TOLERANCE_S = 15 * 60
# Of increments: whether they are of an hour by the schedule, and by the clock as well.
IS_SCHEDULED_HOUR = pl.col("hours") == 1
IS_HOUR = IS_SCHEDULED_HOUR & ((pl.col("elapsed_s") - 3600).abs() <= TOLERANCE_S)


def derive_increments(readings: pl.DataFrame) -> pl.DataFrame:
    """Return the increments: a row for each two readings that follow each other.

    Takes readings with the columns of `READINGS_SCHEMA`, sorted by the hour.
    Columns: `start` and `end` (their scheduled hours, UTC), `hours` (from the one to
    the other), `elapsed_s` (seconds from the one observation to the other), `before`
    and `after` (their counts), and `increment`, the difference of the counts; it is
    null where the count fell, since nobody knows what a reset hid.
    """
    difference = pl.col("count") - pl.col("count").shift(1)
    return readings.select(
        start=pl.col("scheduled_at").shift(1),
        end="scheduled_at",
        hours=pl.col("scheduled_at").diff().dt.total_hours(),
        elapsed_s=pl.col("observed_at").diff().dt.total_seconds(),
        before=pl.col("count").shift(1),
        after="count",
        # Resets let increments add up to more than 64 bits hold.
        increment=pl.when(difference >= 0).then(difference).cast(pl.Int128),
    ).slice(1)


def find_gaps(readings: pl.DataFrame) -> pl.DataFrame:
    """Return the gaps between readings, whether these are set aside or not.

    Columns: `first` and `last`, the first and the last scheduled hour (UTC) without
    a reading, and `hours`, how many there are.
    """
    hour = pl.col("scheduled_at")
    return readings.select(
        first=hour.shift(1).dt.offset_by("1h"),
        last=hour.dt.offset_by("-1h"),
        hours=hour.diff().dt.total_hours() - 1,
    ).filter(pl.col("hours") > 0)


def find_resets(increments: pl.DataFrame) -> pl.DataFrame:
    """Return the resets, from increments: where a count is lower than the one before.

    Columns: `start` and `end`, the scheduled hours (UTC) of the two readings, and
    `before` and `after`, their counts.
    """
    return increments.filter(pl.col("increment").is_null()).select(
        "start", "end", "before", "after"
    )


def find_odd_hours(increments: pl.DataFrame, kept: pl.DataFrame) -> pl.DataFrame:
    """Return the scheduled hours whose two readings were not made an hour apart.

    Takes increments as `derive_increments` returns them, and the kept readings, among
    which those of each increment are. Columns: `bucket`, the hour, and `since` and
    `by`, when its readings were made (all UTC).
    """
    odd = increments.filter(IS_SCHEDULED_HOUR & ~IS_HOUR)
    return odd.select(
        bucket="start",
        since=find_observed(kept, odd["start"]),
        by=find_observed(kept, odd["end"]),
    )


def find_observed(kept: pl.DataFrame, hours: pl.Series) -> pl.Series:
    """Return when the readings of some hours (UTC) were made; each hour has one."""
    return kept["observed_at"].gather(
        kept["scheduled_at"].search_sorted(hours, side="left")
    )

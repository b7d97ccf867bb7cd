"""Buckets: the increments of each hour, day, week or month of a time zone; pure."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import polars as pl

from renderer.findings.clocks import find_instants, find_wall_times
from renderer.readings.format import INSTANT

UTC_ZONE = ZoneInfo("UTC")


def sum_buckets(increments: pl.DataFrame, every: str, zone: ZoneInfo) -> pl.DataFrame:
    """Return the increment of each bucket of a time zone, from the first to the last.

    `every` is the length of a bucket: `1h`, `1d`, `1w` (from Monday on), `1mo`, `1q`
    or `1y`. Takes increments as `derive_increments` returns them.

    Columns: `bucket` and `until` (the instants at which it begins and ends, UTC),
    `wall` (what the clocks of the zone show when it begins, without a zone),
    `increment` (the sum of those that lie wholly within the bucket, null if none
    is known), `hours_covered` (how many hours these take), `hours_due` (how many
    hours the bucket has) and `complete` (whether all of them are covered). A bucket
    of which nothing is known has a row as well.
    """
    # Two hours of a day bear the same name where the clocks go back, so hours are
    # those of UTC; the zone is whole hours away from it.
    edges = find_edges(increments, every, UTC_ZONE if every == "1h" else zone)
    bucket, until = edges.head(-1), edges.slice(1)
    sums = sum_within(increments, bucket, until, "increment", "hours")
    buckets = pl.DataFrame(
        {
            "bucket": bucket,
            "until": until,
            "wall": find_wall_times(bucket, zone),
            "increment": sums["increment"],
            "hours_covered": sums["hours"],
            "hours_due": (until - bucket).dt.total_hours(),
        }
    )
    covered = pl.col("hours_covered")
    # A day that the calendar skips, as Samoa's 30 December 2011, is no day.
    return buckets.filter(pl.col("hours_due") > 0).with_columns(
        increment=pl.when(covered > 0).then("increment"),
        complete=covered == pl.col("hours_due"),
    )


def find_last_counts(kept: pl.DataFrame, buckets: pl.DataFrame) -> pl.Series:
    """Return the last count of each bucket, that of its end included.

    Takes the kept readings and the buckets as `sum_buckets` returns them; null where
    nothing was read within a bucket.
    """
    hours = kept["scheduled_at"]
    # A bucket ends after the first reading, so there is always one before its end.
    last = hours.search_sorted(buckets["until"], side="right") - 1
    found = kept.select("scheduled_at", "count")[last]
    within = found["scheduled_at"] > buckets["bucket"]
    return found.select(pl.when(within).then("count"))["count"]


def find_edges(increments: pl.DataFrame, every: str, clock: ZoneInfo) -> pl.Series:
    """Return the instants (UTC) at which the buckets begin, and the end of the last.

    `clock` is the zone in which a bucket begins at midnight, or on the hour.
    """
    if increments.is_empty():
        return increments["start"]
    # The end belongs to the bucket that it closes.
    last = increments.item(-1, "end") - timedelta(microseconds=1)
    ends = pl.Series([increments.item(0, "start"), last], dtype=INSTANT)
    begin, end = find_wall_times(ends, clock).dt.truncate(every)
    edges = pl.datetime_range(begin, pl.lit(end).dt.offset_by(every), every, eager=True)
    return find_instants(edges, clock)


def sum_within(
    increments: pl.DataFrame, since: pl.Series, until: pl.Series, *columns: str
) -> pl.DataFrame:
    """Return the sums of columns of increments, a row for each span of time.

    The nth span is from `since[n]` to `until[n]` (UTC). Its sums are over the
    increments that are known and lie wholly within it, zero if there are none.
    """
    # Increments are sorted, so those within a span are a slice of them, and a sum is
    # the difference of two running ones. In a gap the slice would end before it
    # begins.
    begin = increments["start"].search_sorted(since, side="left")
    end = increments["end"].search_sorted(until, side="right")
    end = end.zip_with(end > begin, begin)
    known = pl.col("increment").is_not_null()
    # What lies before the first span, and after the last, is not summed.
    first, last = begin.min() or 0, end.max() or 0
    running = increments[first:last].select(
        pl.when(known).then(pl.col(columns)).otherwise(0).cum_sum()
    )
    nothing = pl.DataFrame({name: [0] for name in columns}, schema=running.schema)
    running = pl.concat([nothing, running])
    return running.select(pl.all().gather(end - first) - pl.all().gather(begin - first))

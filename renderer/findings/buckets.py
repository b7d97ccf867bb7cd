"""Buckets: the increments of each hour, day, week or month of a time zone; pure."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import polars as pl

from renderer.findings.clocks import find_instant, find_wall_time


def sum_buckets(increments: pl.DataFrame, every: str, zone: ZoneInfo) -> pl.DataFrame:
    """Return the increment of each bucket of a time zone, from the first to the last.

    `every` is the length of a bucket: `1h`, `1d`, `1w` (from Monday on), `1mo`, `1q`
    or `1y`. Takes increments as `derive_increments` returns them.

    Columns: `bucket` and `until` (when it begins and ends, as times of the zone),
    `increment` (the sum of those that lie wholly within the bucket, null if none
    is known), `hours_covered` (how many hours these take), `hours_due` (how many
    hours the bucket has) and `complete` (whether all of them are covered). A bucket
    of which nothing is known has a row as well.
    """
    # Two hours of a day bear the same name where the clocks go back, so hours are
    # those of UTC; the zone is whole hours away from it.
    edges = find_edges(increments, every, "UTC" if every == "1h" else zone.key)
    bucket, until = edges.head(-1), edges.slice(1)
    sums = sum_within(increments, bucket, until, "increment", "hours")
    buckets = pl.DataFrame(
        {
            "bucket": bucket.dt.convert_time_zone(zone.key),
            "until": until.dt.convert_time_zone(zone.key),
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


def find_edges(increments: pl.DataFrame, every: str, clock: str) -> pl.Series:
    """Return the instants (UTC) at which the buckets begin, and the end of the last.

    `clock` is the name of the zone in which a bucket begins at midnight, or on the
    hour.
    """
    first, last = pl.col("start").first(), pl.col("end").last()
    # The end belongs to the bucket that it closes.
    walls = (find_wall_time(time, clock) for time in (first, last.dt.offset_by("-1us")))
    begin, end = (wall.dt.truncate(every) for wall in walls)
    if increments.is_empty():
        return increments["start"]
    edges = pl.datetime_range(begin, end.dt.offset_by(every), every)
    return increments.select(find_instant(edges, clock)).to_series()


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
    running = increments.select(
        pl.when(known).then(pl.col(columns)).otherwise(0).cum_sum()
    )
    running = pl.concat([running.clear(1).fill_null(0), running])
    return running.select(pl.all().gather(end) - pl.all().gather(begin))

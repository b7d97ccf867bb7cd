"""The increments of each hour, day, week or month of a time zone; pure."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import polars as pl

from renderer.findings.clocks import find_instant, find_wall_time


def sum_buckets(increments: pl.DataFrame, every: str, zone: ZoneInfo) -> pl.DataFrame:
    """Return the increments of each hour, day, week or month of a time zone.

    Columns: `bucket` and `until` (its bounds, in the zone), `increment` (null
    where nothing is known), `hours_covered`, `hours_due` and `complete`. Every
    bucket from the first reading to the last has a row.
    """
    # Where the clocks go back an hour has the name of the one before it, so hours
    # are those of UTC; the zone is whole hours away from it.
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
    """Return the instants (UTC) between the buckets, with both ends."""
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
    """Return the sums of columns over the known pairs that lie within each span.

    Takes any number of spans (UTC); one without such a pair has sums of zero.
    """
    # Pairs are sorted, so those within a span are a slice of them, and a sum is the
    # difference of two running ones. In a gap the slice would end before it begins.
    begin = increments["start"].search_sorted(since, side="left")
    end = increments["end"].search_sorted(until, side="right")
    end = end.zip_with(end > begin, begin)
    known = pl.col("increment").is_not_null()
    running = increments.select(
        pl.when(known).then(pl.col(columns)).otherwise(0).cum_sum()
    )
    running = pl.concat([running.clear(1).fill_null(0), running])
    return running.select(pl.all().gather(end) - pl.all().gather(begin))

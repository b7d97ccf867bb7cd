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
    edges = edges_of(increments, every, "UTC" if every == "1h" else zone.key)
    bucket, until = edges.head(-1), edges.slice(1)
    sums = sums_within(increments, bucket, until, "increment", "hours")
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


def edges_of(increments: pl.DataFrame, every: str, clock: str) -> pl.Series:
    """Return the instants (UTC) between the buckets, with both ends."""
    first, last = pl.col("start").first(), pl.col("end").last()
    # The end belongs to the bucket that it closes.
    walls = (wall_clock(time, clock) for time in (first, last.dt.offset_by("-1us")))
    begin, end = (wall.dt.truncate(every) for wall in walls)
    if increments.is_empty():
        return increments["start"]
    edges = pl.datetime_range(begin, end.dt.offset_by(every), every)
    return increments.select(instant(edges, clock)).to_series()


def sums_within(
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
    return pl.coalesce(*shown).dt.convert_time_zone("UTC")


def midnight_of(time: datetime, zone: ZoneInfo) -> datetime:
    """Return the instant (UTC) at which the day of an instant begins in a zone."""
    # Where midnight comes twice, a day begins with the first.
    start = time.astimezone(zone).replace(hour=0, minute=0, fold=0)
    return start.astimezone(UTC)

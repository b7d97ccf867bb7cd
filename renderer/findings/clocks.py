"""Instants, and what the clocks of a time zone show at them; pure.

Whatever depends on a zone's clocks, and on the nights when they change, is found
here and nowhere else, in the one database that is shipped: the `tzdata` package.
polars has another one, so no frame converts zones by itself.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import polars as pl

from renderer.readings.format import INSTANT

SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)


def find_midnight(instant: datetime, zone: ZoneInfo) -> datetime:
    """Return the instant (UTC) at which the day of another instant began in a zone.

    >>> now = datetime(2026, 11, 23, 22, tzinfo=UTC)
    >>> str(find_midnight(now, ZoneInfo("Asia/Tokyo")))
    '2026-11-23 15:00:00+00:00'
    """
    return find_day_start(instant.astimezone(zone).date(), zone)


def find_day_start(day: date, zone: ZoneInfo) -> datetime:
    """Return the instant (UTC) at which a day of the calendar begins in a zone.

    Where the clocks skip midnight a day begins when they do, and where midnight
    comes twice with the first one:

    >>> str(find_day_start(date(2026, 9, 6), ZoneInfo("America/Santiago")))
    '2026-09-06 04:00:00+00:00'
    """
    # Without `fold` it is the first of two, and a time that is skipped is reckoned
    # with the offset before the change: https://peps.python.org/pep-0495/
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def find_wall_times(instants: pl.Series, zone: ZoneInfo) -> pl.Series:
    """Return what the clocks of a zone show at instants (UTC), as times without a zone.

    >>> now = pl.Series([datetime(2026, 11, 23, 22, tzinfo=UTC)])
    >>> str(find_wall_times(now, ZoneInfo("Asia/Tokyo")).item())
    '2026-11-24 07:00:00'
    """
    clear = instants.cast(INSTANT).dt.replace_time_zone(None)
    since, offsets = list_offsets(clear, zone)
    rows = since.search_sorted(clear, side="right") - 1
    return clear + offsets.gather(rows)


def find_instants(walls: pl.Series, zone: ZoneInfo) -> pl.Series:
    """Return the first instants (UTC) at which the clocks of a zone show times.

    The inverse of `find_wall_times`. A time that the clocks skip is taken as so much
    later as they were put forward: where a day begins at one, its midnight is one.
    """
    clear = walls.cast(pl.Datetime("us"))
    since, offsets = list_offsets(clear, zone)
    # What is skipped, and what comes twice, is reckoned with the offset before.
    before = offsets.shift(1).fill_null(offsets.first())
    bounds = since + pl.select(pl.max_horizontal(before, offsets)).to_series()
    rows = bounds.search_sorted(clear, side="right").cast(pl.Int64) - 1
    return (clear - offsets.gather(rows.clip(0))).dt.replace_time_zone("UTC")


def list_offsets(times: pl.Series, zone: ZoneInfo) -> tuple[pl.Series, pl.Series]:
    """Return from which instants on (UTC) a zone is so far ahead of UTC.

    That covers some times and the days around them. All are without a zone.
    """
    first, last = pl.select(first=times.min(), last=times.max()).row(0)
    years = range(1970, 1971)
    if first is not None:
        years = range((first - 2 * DAY).year, (last + 2 * DAY).year + 1)
    rows = [row for year in years for row in list_offsets_of_year(zone, year)]
    since, offsets = zip(*rows, strict=True)
    return pl.Series(since, dtype=pl.Datetime("us")), pl.Series(
        offsets, dtype=pl.Duration("us")
    )


@cache
def list_offsets_of_year(zone: ZoneInfo, year: int) -> list[tuple[datetime, timedelta]]:
    """Return the offsets of a year of UTC, each with the instant from which it holds.

    zoneinfo does not list them, so it is asked once a day: no zone has ever changed
    its clocks twice within three.
    """
    time, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    rows = [(time, find_offset(time, zone))]
    while time < end:
        following = min(time + DAY, end)
        if find_offset(following, zone) != rows[-1][1]:
            change = find_change(time, following, zone)
            if change < end:
                rows.append((change, find_offset(change, zone)))
        time = following
    return [(since.replace(tzinfo=None), offset) for since, offset in rows]


def find_change(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """Return the instant between two at which a zone changes its clocks."""
    old = find_offset(before, zone)
    while after - before > SECOND:
        middle = before + (after - before) // 2 // SECOND * SECOND
        if find_offset(middle, zone) == old:
            before = middle
        else:
            after = middle
    return after


def find_offset(instant: datetime, zone: ZoneInfo) -> timedelta:
    """Return how far a zone is ahead of UTC at an instant."""
    offset = instant.astimezone(zone).utcoffset()
    assert offset is not None
    return offset

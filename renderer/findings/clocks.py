"""Instants, and what the clocks of a time zone show at them; pure.

Whatever depends on a zone's clocks, and on the nights when they change, is found
here and nowhere else, in the one database that is shipped: the `tzdata` package.
polars has another one, so no frame converts zones by itself.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple
from zoneinfo import ZoneInfo

import polars as pl

from renderer.readings.format import INSTANT

# A column of times without a zone.
CLEAR = pl.Datetime("us")
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
# No zone ever changed its clocks twice within less than a week: Brazil did so in 2000.
PROBED = timedelta(days=5)


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
    # with the offset before the change (PEP 495).
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


class Offsets(NamedTuple):
    """How far a zone is ahead of UTC, a row for each time that its clocks changed.

    `ahead` holds from the instant `since` on (UTC), and for the first of what the
    clocks show from `shown` on. No column has a zone.
    """

    since: pl.Series
    shown: pl.Series
    ahead: pl.Series


def find_wall_times(instants: pl.Series, zone: ZoneInfo) -> pl.Series:
    """Return what the clocks of a zone show at instants (UTC), as times without a zone.

    >>> now = pl.Series([datetime(2026, 11, 23, 22, tzinfo=UTC)])
    >>> str(find_wall_times(now, ZoneInfo("Asia/Tokyo")).item())
    '2026-11-24 07:00:00'
    """
    clear = instants.cast(INSTANT).dt.replace_time_zone(None)
    offsets = find_offsets(clear, zone)
    rows = offsets.since.search_sorted(clear, side="right") - 1
    return clear + offsets.ahead.gather(rows)


def find_instants(walls: pl.Series, zone: ZoneInfo) -> pl.Series:
    """Return the first instants (UTC) at which the clocks of a zone show times.

    The inverse of `find_wall_times`. A time that the clocks skip is taken as so much
    later as they were put forward: where a day begins at one, its midnight is one.
    """
    clear = walls.cast(CLEAR)
    offsets = find_offsets(clear, zone)
    rows = offsets.shown.search_sorted(clear, side="right") - 1
    return (clear - offsets.ahead.gather(rows)).dt.replace_time_zone("UTC")


def find_offsets(times: pl.Series, zone: ZoneInfo) -> Offsets:
    """Return the offsets of a zone at some times and in the days around them.

    The times have no zone: they are those of UTC, or of the zone's clocks.
    """
    first, last = times.min(), times.max()
    if not (isinstance(first, datetime) and isinstance(last, datetime)):
        # There are no times.
        return list_offsets(zone, 1970, 1970)
    return list_offsets(zone, (first - 2 * DAY).year, (last + 2 * DAY).year)


@cache
def list_offsets(zone: ZoneInfo, first: int, last: int) -> Offsets:
    """Return the offsets of a zone from one year of UTC to another, both included."""
    years = range(first, last + 1)
    rows = [row for year in years for row in list_offsets_of_year(zone, year)]
    # Most years begin with the offset of the year before; the fewer rows, the faster.
    changes = [next(same) for _, same in groupby(rows, key=itemgetter(1))]
    since, ahead = zip(*changes, strict=True)
    # What is skipped, and what comes twice, is reckoned with the offset before.
    before = ahead[:1] + ahead[:-1]
    shown = [
        instant + max(offsets)
        for instant, *offsets in zip(since, before, ahead, strict=True)
    ]
    return Offsets(
        pl.Series(since, dtype=CLEAR),
        pl.Series(shown, dtype=CLEAR),
        pl.Series(ahead, dtype=pl.Duration("us")),
    )


@cache
def list_offsets_of_year(zone: ZoneInfo, year: int) -> list[tuple[datetime, timedelta]]:
    """Return the offsets of a year of UTC, each with the instant from which it holds.

    zoneinfo does not list them, so it is asked every few days.
    """
    time, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    rows = [(time, find_offset(time, zone))]
    while time < end:
        following = min(time + PROBED, end)
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

"""Instants, and what the clocks of a time zone show at them; pure.

Whatever depends on a zone's clocks, and on the nights when they change, is found
here and nowhere else.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl

HOUR = timedelta(hours=1)


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


def find_wall_time(instant: pl.Expr, zone: str) -> pl.Expr:
    """Return what the clocks of a zone show at an instant, as a time without a zone."""
    return instant.dt.convert_time_zone(zone).dt.replace_time_zone(None)


def find_instant(wall_time: pl.Expr, zone: str) -> pl.Expr:
    """Return the first instant (UTC) at which the clocks of a zone show a time.

    The inverse of `find_wall_time`. A time that the clocks skip is taken as so much
    later as they were put forward: where a day begins at one, its midnight is one.
    polars' own `truncate` and `datetime_range` are wrong or fail in such zones.
    """
    shown = (
        wall_time.dt.offset_by(later).dt.replace_time_zone(
            zone, ambiguous="earliest", non_existent="null"
        )
        for later in ("0h", "1h", "1d")
    )
    return pl.coalesce(*shown).dt.convert_time_zone("UTC")

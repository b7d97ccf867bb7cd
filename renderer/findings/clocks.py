"""Instants and what the clocks of a time zone show at them; pure."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import polars as pl


def to_wall_clock(time: pl.Expr, zone: str) -> pl.Expr:
    """Return what the clocks of a zone show at an instant, a time without zone."""
    return time.dt.convert_time_zone(zone).dt.replace_time_zone(None)


def to_instant(wall: pl.Expr, zone: str) -> pl.Expr:
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


def find_midnight(time: datetime, zone: ZoneInfo) -> datetime:
    """Return the instant (UTC) at which the day of an instant begins in a zone."""
    # Where midnight comes twice, a day begins with the first.
    start = time.astimezone(zone).replace(hour=0, minute=0, fold=0)
    return start.astimezone(UTC)

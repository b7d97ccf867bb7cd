"""What a graph shows besides its numbers: where readings lack and counts fell."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from renderer import theme
from renderer.aggregate import gaps_of
from renderer.windows import Window

# Pixels between two resets from which on both are drawn.
APART = 20

Shapes = list[dict[str, Any]]


def hours_missing(increments: pl.DataFrame, window: Window) -> int:
    """Return how many hours of a window have no reading."""
    inside = (pl.col("last") >= window.start) & (pl.col("first") <= window.end)
    gaps = gaps_of(increments).filter(inside)
    gaps = gaps.select(pl.col("first", "last").clip(window.start, window.end))
    return len(gaps) + int((gaps["last"] - gaps["first"]).dt.total_hours().sum())


def gap_bands(increments: pl.DataFrame, window: Window, zone: ZoneInfo) -> Shapes:
    """Return the marks of the gaps that are wide enough to be seen."""
    wide = pl.col("end") - pl.col("start") > column_of(window)
    touching = (pl.col("end") > window.start) & (pl.col("start") < window.end)
    gaps = increments.filter(pl.col("hours") > 1, wide, touching).select(
        pl.col("start", "end").clip(window.start, window.end)
    )
    bounds = zip(local(gaps["start"], zone), local(gaps["end"], zone), strict=True)
    return [theme.band(start, end) for start, end in bounds]


def reset_drops(resets: pl.DataFrame, window: Window, zone: ZoneInfo) -> Shapes:
    """Return the marks of resets, of those close together only of the first.

    A source that flaps between two counts must not hide the line, nor swamp the
    browser.
    """
    passed = (pl.col("end") - window.start).dt.total_microseconds()
    place = passed // max(1, APART * column_of(window) // timedelta(microseconds=1))
    seen = resets.filter(place.is_first_distinct())
    return [theme.drop(at) for at in local(seen["end"], zone)]


def column_of(window: Window) -> timedelta:
    """Return the time that a pixel is wide."""
    return (window.end - window.start) / theme.PLOT_WIDTH


def local(times: pl.Series, zone: ZoneInfo) -> list[str]:
    """Return instants as plotly takes them: as the clocks of the zone show them."""
    shown = times.dt.convert_time_zone(zone.key)
    return shown.dt.strftime("%Y-%m-%d %H:%M").to_list()

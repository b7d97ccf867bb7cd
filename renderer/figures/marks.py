"""What a graph shows besides its numbers: where readings lack and counts fell."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from renderer.figures import theme
from renderer.figures.ranges import Range
from renderer.figures.theme import (
    BAND,
    FAINT,
    RESET,
)
from renderer.findings.increments import find_gaps

# Pixels between two resets from which on both are drawn.
APART = 20

Shapes = list[dict[str, Any]]


def select_gaps(increments: pl.DataFrame, window: Range) -> pl.DataFrame:
    """Return the pairs of readings with a gap between them that touch a window."""
    touching = (pl.col("end") > window.start) & (pl.col("start") < window.end)
    return increments.filter(pl.col("hours") > 1, touching)


def count_missing_hours(gaps: pl.DataFrame, window: Range) -> int:
    """Return how many hours of a window have no reading, of its gaps."""
    if gaps.is_empty():
        return 0
    hours = find_gaps(gaps).select(
        pl.col("first", "last").clip(window.start, window.end)
    )
    return len(hours) + int((hours["last"] - hours["first"]).dt.total_hours().sum())


def draw_gap_bands(gaps: pl.DataFrame, window: Range, zone: ZoneInfo) -> Shapes:
    """Return the marks of those gaps that are wide enough to be seen."""
    wide = gaps.filter(pl.col("end") - pl.col("start") > measure_column(window))
    if wide.is_empty():
        return []
    shown = wide.select(pl.col("start", "end").clip(window.start, window.end))
    bounds = zip(
        format_local(shown["start"], zone),
        format_local(shown["end"], zone),
        strict=True,
    )
    return [make_band(start, end) for start, end in bounds]


def draw_resets(resets: pl.DataFrame, window: Range, zone: ZoneInfo) -> Shapes:
    """Return the marks of resets, of those close together only of the first.

    A source that flaps between two counts must not hide the line, nor swamp the
    browser.
    """
    if resets.is_empty():
        return []
    passed = (pl.col("end") - window.start).dt.total_microseconds()
    place = passed // max(
        1, APART * measure_column(window) // timedelta(microseconds=1)
    )
    seen = resets.filter(place.is_first_distinct())
    return [make_drop(at) for at in format_local(seen["end"], zone)]


def measure_column(window: Range) -> timedelta:
    """Return the time that a pixel is wide."""
    return (window.end - window.start) / theme.PLOT_WIDTH


def format_local(times: pl.Series, zone: ZoneInfo) -> list[str]:
    """Return instants as plotly takes them: as the clocks of the zone show them."""
    shown = times.dt.convert_time_zone(zone.key)
    return shown.dt.strftime("%Y-%m-%d %H:%M").to_list()


def make_band(start: str, end: str) -> dict[str, Any]:
    """Return the mark of a gap: a band without data, from top to bottom."""
    shape = {"type": "rect", "yref": "paper", "y0": 0, "y1": 1, "layer": "below"}
    fill = {"fillcolor": BAND, "line": {"width": 0}}
    return {**shape, **fill, "x0": start, "x1": end}


def make_drop(at: str) -> dict[str, Any]:
    """Return the mark of a reset: a dashed line from top to bottom."""
    shape = {"type": "line", "yref": "paper", "y0": 0, "y1": 1, "x0": at, "x1": at}
    return {**shape, "line": {"color": RESET, "width": 1.5, "dash": "dash"}}


def make_empty_note() -> dict[str, Any]:
    """Return what stands in the middle of a plot that has nothing to show."""
    place = {"xref": "paper", "yref": "paper", "x": 0.5, "y": 0.5}
    font = {"size": 28, "color": FAINT}
    return {**place, "text": "—", "showarrow": False, "font": font}

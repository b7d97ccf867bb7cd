"""What a graph marks besides its values: gaps, resets, readings set aside; pure."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from renderer.figures import theme
from renderer.figures.axes import format_times
from renderer.figures.figure import Annotation, Shape
from renderer.figures.ranges import Range
from renderer.findings.clocks import HOUR

# Of resets that are less than so many pixels apart only the first is marked, and of
# readings that are set aside.
APART = 20
# A cross of eight pixels, a little above the bottom of the plot, in two strokes: the
# wide one keeps it apart from a bar behind it.
CROSS = "M-4,4L4,12M-4,12L4,4"
STROKES = ({"color": theme.PAPER, "width": 5}, {"color": theme.ASIDE, "width": 1.75})


def select_gaps(gaps: pl.DataFrame, range_: Range) -> pl.DataFrame:
    """Return the gaps of which at least an hour lies in a range."""
    return gaps.filter(pl.col("last") >= range_.start, pl.col("first") <= range_.end)


def count_missing_hours(gaps: pl.DataFrame, range_: Range) -> int:
    """Return how many hours of a range have no reading, given what `select_gaps` did.

    Both ends of the range are hours of it.
    """
    if gaps.is_empty():
        return 0
    missing = gaps.select(pl.col("first", "last").clip(range_.start, range_.end))
    hours = (missing["last"] - missing["first"]).dt.total_hours()
    return len(missing) + int(hours.sum())


def make_gap_bands(gaps: pl.DataFrame, range_: Range, zone: ZoneInfo) -> list[Shape]:
    """Return a band for each gap that is wider than a pixel, cut to the range.

    It reaches from the reading before the gap to the one after it.
    """
    bounds = gaps.select(start=pl.col("first") - HOUR, end=pl.col("last") + HOUR)
    wide = bounds.filter(pl.col("end") - pl.col("start") > measure_pixel(range_))
    if wide.is_empty():
        return []
    shown = wide.select(pl.all().clip(range_.start, range_.end))
    starts, ends = (format_times(shown[bound], zone) for bound in ("start", "end"))
    return [make_band(*bounds) for bounds in zip(starts, ends, strict=True)]


def make_reset_lines(
    resets: pl.DataFrame, range_: Range, zone: ZoneInfo
) -> list[Shape]:
    """Return a line at the first reading after each reset.

    Of resets close together only the first has one, so that a source which flaps
    between two counts neither hides the graph nor swamps the browser.
    """
    seen = thin_out(resets["end"], range_)
    return [make_reset_line(at) for at in format_times(seen, zone)]


def make_crosses(set_aside: pl.DataFrame, range_: Range, zone: ZoneInfo) -> list[Shape]:
    """Return a cross at the hour of each reading that is set aside.

    All are at the bottom of the plot: at its count, one would stretch the axis for a
    count that never was. Of those close together only the first has one.
    """
    seen = format_times(thin_out(set_aside["scheduled_at"], range_), zone)
    return [make_cross(at, stroke) for stroke in STROKES for at in seen]


def thin_out(times: pl.Series, range_: Range) -> pl.Series:
    """Return those times (UTC) whose marks have room: the first of those too close."""
    since_us = (times - range_.start).dt.total_microseconds()
    apart_us = APART * measure_pixel(range_) // timedelta(microseconds=1)
    return times.filter((since_us // max(1, apart_us)).is_first_distinct())


def measure_pixel(range_: Range) -> timedelta:
    """Return how much time of a range a CSS pixel shows."""
    return (range_.end - range_.start) / theme.PLOT_WIDTH


def make_band(start: str, end: str) -> Shape:
    """Return a band behind the values, from the top of the plot to its bottom."""
    shape = {"type": "rect", "yref": "paper", "y0": 0, "y1": 1, "layer": "below"}
    fill = {"fillcolor": theme.BAND, "line": {"width": 0}}
    return {**shape, **fill, "x0": start, "x1": end}


def make_reset_line(at: str) -> Shape:
    """Return a dashed line from the top of the plot to its bottom."""
    shape = {"type": "line", "yref": "paper", "y0": 0, "y1": 1, "x0": at, "x1": at}
    return {**shape, "line": {"color": theme.RESET, "width": 1.5, "dash": "dash"}}


def make_cross(at: str, stroke: dict[str, Any]) -> Shape:
    """Return a small cross above the axis of times, as large in any picture."""
    place = {"xsizemode": "pixel", "xanchor": at, "ysizemode": "pixel", "yanchor": 0}
    return {"type": "path", "yref": "paper", **place, "path": CROSS, "line": stroke}


def make_dash() -> Annotation:
    """Return the dash in the middle of a plot that has no value to show."""
    place = {"xref": "paper", "yref": "paper", "x": 0.5, "y": 0.5}
    font = {"size": 28, "color": theme.FAINT}
    return {**place, "text": "—", "showarrow": False, "font": font}

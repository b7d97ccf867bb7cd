"""What a graph marks besides its values: hours without a reading, and resets; pure."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import polars as pl

from renderer.figures import theme
from renderer.figures.axes import format_times
from renderer.figures.figure import Note, Shape
from renderer.figures.ranges import Range
from renderer.findings.increments import find_gaps

# Of resets that are less than so many pixels apart only the first is marked.
APART = 20


def select_gaps(increments: pl.DataFrame, range_: Range) -> pl.DataFrame:
    """Return the increments across a gap of which at least a part lies in a range."""
    touching = (pl.col("end") > range_.start) & (pl.col("start") < range_.end)
    return increments.filter(pl.col("hours") > 1, touching)


def count_missing_hours(gaps: pl.DataFrame, range_: Range) -> int:
    """Return how many hours of a range have no reading, given what `select_gaps` did.

    Both ends of the range are hours of it.
    """
    if gaps.is_empty():
        return 0
    missing = find_gaps(gaps).select(
        pl.col("first", "last").clip(range_.start, range_.end)
    )
    hours = (missing["last"] - missing["first"]).dt.total_hours()
    return len(missing) + int(hours.sum())


def make_gap_bands(gaps: pl.DataFrame, range_: Range, zone: ZoneInfo) -> list[Shape]:
    """Return a band for each gap that is wider than a pixel, cut to the range."""
    wide = gaps.filter(pl.col("end") - pl.col("start") > measure_pixel(range_))
    if wide.is_empty():
        return []
    shown = wide.select(pl.col("start", "end").clip(range_.start, range_.end))
    starts, ends = (format_times(shown[bound], zone) for bound in ("start", "end"))
    return [make_band(*bounds) for bounds in zip(starts, ends, strict=True)]


def make_reset_lines(
    resets: pl.DataFrame, range_: Range, zone: ZoneInfo
) -> list[Shape]:
    """Return a line at the first reading after each reset.

    Of resets close together only the first has one, so that a source which flaps
    between two counts neither hides the graph nor swamps the browser.
    """
    if resets.is_empty():
        return []
    since_us = (pl.col("end") - range_.start).dt.total_microseconds()
    apart_us = APART * measure_pixel(range_) // timedelta(microseconds=1)
    place = since_us // max(1, apart_us)
    seen = resets.filter(place.is_first_distinct())
    return [make_reset_line(at) for at in format_times(seen["end"], zone)]


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


def make_empty_note() -> Note:
    """Return the dash in the middle of a plot that has no value to show."""
    place = {"xref": "paper", "yref": "paper", "x": 0.5, "y": 0.5}
    font = {"size": 28, "color": theme.FAINT}
    return {**place, "text": "—", "showarrow": False, "font": font}

"""The count of a range over time: a line, and dots where a line cannot be; pure."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import polars as pl

from renderer.figures import theme
from renderer.figures.axes import format_times
from renderer.figures.figure import Trace

HOUR_US = 3_600_000_000
# Diameters of a single dot, which has to be found, of a few dots, and of so many that
# they make a line.
ONE_DOT_PX, FEW_DOTS_PX, MANY_DOTS_PX = 10, 7, 5
FEW_DOTS = 60
MAGNITUDE = 10


def make_total_traces(readings: pl.DataFrame, zone: ZoneInfo) -> list[Trace]:
    """Return the line through kept readings, and dots for those that stand alone."""
    points = reduce_points(readings, theme.PLOT_WIDTH)
    # A reading between two gaps has no neighbour that a line could lead to.
    there = points["y"].is_not_null()
    alone = (
        there & ~there.shift(1, fill_value=False) & ~there.shift(-1, fill_value=False)
    )
    line = {
        "type": "scatter",
        "mode": "lines",
        "x": format_times(points["x"], zone),
        "y": points["y"].to_list(),
        "line": {"color": theme.LINE, "width": 2.25},
        "connectgaps": False,
    }
    # In a trace of their own: as markers of the line, every point would have one.
    dots = {
        "type": "scatter",
        "mode": "markers",
        "x": format_times(points["x"].filter(alone), zone),
        "y": points["y"].filter(alone).to_list(),
        "marker": {"color": theme.LINE, "size": choose_dot_size(int(alone.sum()))},
        # A dot on the edge of the range is seen whole.
        "cliponaxis": False,
    }
    return [line, dots]


def spans_magnitudes(counts: pl.Series) -> bool:
    """Tell whether a logarithmic scale would show more than the usual one.

    That is where the highest count is ten times the lowest, of those above zero.
    """
    low, high = counts.filter(counts > 0).min(), counts.max()
    return isinstance(low, int) and isinstance(high, int) and high >= MAGNITUDE * low


def choose_dot_size(number: int) -> int:
    """Return the diameter of so many dots in CSS pixels."""
    if number == 1:
        return ONE_DOT_PX
    return FEW_DOTS_PX if number <= FEW_DOTS else MANY_DOTS_PX


def reduce_points(readings: pl.DataFrame, width: int) -> pl.DataFrame:
    """Return the points of a line through the readings that `width` pixels can show.

    Takes the columns `scheduled_at` and `count`, gives them as `x` and `y`. A row
    without `y` leaves the line open: where a gap is at least a pixel wide, and where
    the count fell. There is at most one such row for each point, so that a source
    which flaps between two counts does not swamp the browser.
    """
    x = pl.col("x").to_physical()
    points = readings.select(x="scheduled_at", y="count")
    if points.height < 2:
        return points
    span_us = (points.item(-1, "x") - points.item(0, "x")) // timedelta(microseconds=1)
    # In whole numbers, for a quotient that is one may come out a little less.
    span_us = max(span_us, width * HOUR_US)
    pixel_us = span_us / width
    breaks = (x.diff() > pixel_us) | (pl.col("y").diff() < 0)
    points = points.with_columns(
        part=breaks.fill_null(False).cum_sum(),
        column=((x - x.first()) * width // span_us).clip(upper_bound=width - 1),
    )
    if points.height > 4 * width:
        points = keep_extremes(points)
    return open_breaks(points)


def keep_extremes(points: pl.DataFrame) -> pl.DataFrame:
    """Return of each `column` the first, the last, the lowest and the highest point.

    So a line through them looks as one through all points does (the M4 aggregation of
    Jugel et al., VLDB 2014). Takes the columns `x`, `y` and `column`.
    """
    x, y = pl.col("x"), pl.col("y")
    keep = (
        (x == x.first())
        | (x == x.last())
        | (x == x.get(y.arg_min()))
        | (x == x.get(y.arg_max()))
    )
    return points.filter(keep.over("column"))


def open_breaks(points: pl.DataFrame) -> pl.DataFrame:
    """Return `x` and `y`, with a row without `y` after each `part` but the last."""
    ends = points.group_by("part").last()
    ends = ends.filter(pl.col("part") < points["part"].max())
    blank = ends.select("x", y=None, after=1)
    rows = pl.concat([points.select("x", "y", after=0), blank], how="vertical_relaxed")
    return rows.sort("x", "after").select("x", "y")
